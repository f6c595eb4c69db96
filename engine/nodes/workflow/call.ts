import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';

export const call = defineNode({
  type: 'workflow.call',
  version: 1,
  title: 'Call workflow',
  category: 'workflow',
  icon: 'workflow',
  description:
    'Runs another workflow and gives what its outputs declare. In place it is part of this run; on the fleet it becomes a job of its own.',
  synonyms: ['subflow', 'subworkflow', 'invoke', 'run workflow', 'child job', 'start job'],
  params: z.strictObject({
    workflowId: z.string().min(1).max(64).meta({
      title: 'Workflow',
      description: 'Id of the workflow, as in its settings.',
      placeholder: 'read-invoice',
      'x-widget': 'workflow',
    }),
    input: z.record(z.string().max(64), z.unknown()).default({}).meta({
      title: 'Inputs',
      description: 'A value for each input that the workflow declares.',
      'x-widget': 'workflowInput',
    }),
    version: z.int().min(1).optional().meta({
      title: 'Version',
      description: 'Empty: the published one. Workflows in files have no versions; there the file is taken as it is.',
      'x-advanced': true,
    }),
    onFleet: z.boolean().default(false).meta({
      title: 'On the fleet',
      description: 'As a job that any fitting robot may take, instead of in place.',
      'x-advanced': true,
    }),
    wait: z.boolean().default(true).meta({
      title: 'Wait for its end',
      description: 'Without waiting it becomes a job on the fleet, and this step gives the id of the job.',
      'x-advanced': true,
    }),
  }),
  output: z.unknown(),
  effect: 'keyed',
  effectOf: ({ onFleet, wait }) => (onFleet || !wait ? 'keyed' : 'pure'),
  waits: true,
  examples: [
    { title: 'Read one invoice', params: { workflowId: 'read-invoice', input: { path: '${item}' } } },
    { title: 'Start a job and go on', params: { workflowId: 'nightly-report', wait: false } },
  ],
  calls: ({ workflowId, version, input, onFleet, wait }) =>
    onFleet || !wait ? undefined : { workflowId, input, ...(version !== undefined && { version }) },
  async run(ctx, { workflowId, version, input, wait }) {
    const kept = (ctx.resumed as { jobId: string } | undefined)?.jobId;
    const jobId = kept ?? (await startJob(ctx, { workflowId, input, ...(version !== undefined && { version }) }));
    if (!wait) return { output: { jobId } };
    const end = await ctx.fleet.ended(jobId, ctx.signal);
    if (end.state === 'completed') return { output: end.output };
    const how = end.state === 'failed' ? (end.error?.message ?? 'it failed') : 'it was cancelled';
    throw new AppError(
      end.state === 'failed' ? (end.error?.code ?? 'NODE_FAILED') : 'RUN_CANCELLED',
      `The job of "${workflowId}" did not complete: ${how}`,
      { details: { ...end.error?.details, jobId } },
    );
  },
});

/** Its id is kept before anything else happens: a resumed run waits for the same job. */
async function startJob(
  ctx: NodeContext,
  request: { workflowId: string; version?: number; input: Record<string, unknown> },
): Promise<string> {
  const { jobId } = await ctx.fleet.start({ ...request, idempotencyKey: ctx.effectKey }, ctx.signal);
  await ctx.checkpoint({ jobId });
  return jobId;
}

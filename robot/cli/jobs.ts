import { randomUUID } from 'node:crypto';
import {
  AppError,
  hasEnded,
  type Job,
  jobSchema,
  logListSchema,
  pageOf,
  submitReplySchema,
  workflowSummarySchema,
  workflowVersionDetailSchema,
} from '@casare/shared';
import { pause } from '../backoff.ts';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import { type CommandContext, defineCommand, listOption, textOption, wholeNumber } from './define-command.ts';
import { readRouting, routingOptions } from './routing-options.ts';
import { readInputs } from './workflow-file.ts';

const POLL_MS = 500;

export const jobsSubmit = defineCommand({
  usage: 'jobs submit <workflow>',
  summary: 'Submit a job; the workflow by its id, document id or name',
  remote: true,
  options: [
    { flags: '--input <name=value>', description: 'input, as JSON or text; may be repeated', repeat: true },
    { flags: '--priority <0-20>', description: 'higher is sooner', default: '10' },
    { flags: '--robot <id>', description: 'only this robot' },
    { flags: '--reference <text>', description: 'a name for grouping and search' },
    ...routingOptions,
    { flags: '--wait', description: 'wait until the job has ended; exit code 1 when it failed' },
  ],
  async run(ctx, [name = ''], options) {
    const client = ctx.orchestrator();
    const workflow = await findWorkflow(client, name, ctx.signal);
    const detail = await client.call(
      'GET',
      `/workflows/${workflow.id}/versions/${workflow.publishedVersion ?? workflow.latestVersion}`,
      workflowVersionDetailSchema,
      { signal: ctx.signal },
    );
    const [robotId, reference] = [textOption(options, 'robot'), textOption(options, 'reference')];
    const reply = await client.call('POST', '/jobs', submitReplySchema, {
      body: {
        workflowId: workflow.id,
        input: readInputs(listOption(options, 'input'), detail.document),
        priority: wholeNumber(textOption(options, 'priority') ?? '10', '--priority'),
        ...(robotId !== undefined && { robotId }),
        ...(reference !== undefined && { reference }),
        ...(await readRouting(client, options, ctx.signal)),
      },
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    const job = reply.jobs[0] as Job;
    if (options.wait !== true) {
      ctx.out.result(job, `job ${job.id} is ${job.state}`);
      return 0;
    }
    ctx.out.note(`job ${job.id}`);
    const ended = await waitForEnd(ctx, client, job.id);
    ctx.out.result(ended, describeJob(ended));
    return ended.state === 'completed' ? 0 : 1;
  },
});

export const jobsList = defineCommand({
  usage: 'jobs list',
  summary: 'List jobs, newest first',
  remote: true,
  options: [
    {
      flags: '--state <states>',
      description: 'comma separated: pending, running, waiting, completed, failed, cancelled',
    },
    { flags: '--search <text>', description: 'in workflow, reference, error and id' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/jobs', pageOf(jobSchema), {
      query: {
        state: textOption(options, 'state'),
        search: textOption(options, 'search'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map((job) => ({
      id: job.id,
      state: job.state,
      workflow: job.workflowName,
      robot: job.robotName ?? '',
      attempt: job.attempt,
      created: job.createdAt.slice(0, 19),
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'state', 'workflow', 'robot', 'attempt', 'created']));
  },
});

export const jobsShow = defineCommand({
  usage: 'jobs show <id>',
  summary: 'Show one job',
  remote: true,
  async run(ctx, [id = '']) {
    const job = await ctx
      .orchestrator()
      .call('GET', `/jobs/${encodeURIComponent(id)}`, jobSchema, { signal: ctx.signal });
    ctx.out.result(job, describeJob(job));
  },
});

export const jobsCancel = defineCommand({
  usage: 'jobs cancel <id>',
  summary: 'Cancel a job; a running one is stopped within seconds',
  remote: true,
  async run(ctx, [id = '']) {
    const job = await ctx
      .orchestrator()
      .call('POST', `/jobs/${encodeURIComponent(id)}/cancel`, jobSchema, { body: {}, signal: ctx.signal });
    ctx.out.result(job, job.state === 'cancelled' ? 'cancelled' : 'the robot was told to stop it');
  },
});

export const jobsLogs = defineCommand({
  usage: 'jobs logs <id>',
  summary: 'Print the log of a job',
  remote: true,
  options: [
    { flags: '--follow', description: 'go on until the job has ended' },
    { flags: '--level <level>', description: 'only this level: debug, info, warn or error' },
    { flags: '--search <text>', description: 'only lines with this text' },
  ],
  async run(ctx, [id = ''], options) {
    const client = ctx.orchestrator();
    const path = `/jobs/${encodeURIComponent(id)}`;
    let after = 0;
    for (;;) {
      // The state first: lines written before an end that was seen are then certain to be read.
      const job = await client.call('GET', path, jobSchema, { signal: ctx.signal });
      for (;;) {
        const { logs } = await client.call('GET', `${path}/logs`, logListSchema, {
          query: { after, limit: 1000, level: textOption(options, 'level'), search: textOption(options, 'search') },
          signal: ctx.signal,
        });
        for (const line of logs)
          ctx.out.line(
            line,
            `${new Date(line.at).toISOString()} ${line.level.padEnd(5)} ${line.nodeId ? `${line.nodeId}: ` : ''}${line.message}`,
          );
        after = logs.at(-1)?.seq ?? after;
        if (logs.length < 1000) break;
      }
      if (options.follow !== true || hasEnded(job.state) || ctx.signal.aborted) return 0;
      await pause(POLL_MS, ctx.signal);
    }
  },
});

async function waitForEnd(ctx: CommandContext, client: OrchestratorClient, id: string): Promise<Job> {
  for (;;) {
    const job = await client.call('GET', `/jobs/${id}`, jobSchema, { signal: ctx.signal });
    if (hasEnded(job.state) || job.state === 'waiting') return job;
    await pause(POLL_MS, ctx.signal);
    ctx.signal.throwIfAborted();
  }
}

/** Pages are read until the workflow is found, so that the thousandth is found too. */
export async function findWorkflow(client: OrchestratorClient, name: string, signal: AbortSignal) {
  const matches = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('GET', '/workflows', pageOf(workflowSummarySchema), {
      query: { limit: 500, cursor },
      signal,
    });
    const exact = page.items.find((item) => item.id === name || item.documentId === name);
    if (exact) return exact;
    matches.push(...page.items.filter((item) => item.name === name));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  if (matches.length > 1)
    throw new AppError(
      'USAGE',
      `${matches.length} workflows are named "${name}". Use one of the ids: ${matches.map((item) => item.id).join(', ')}.`,
    );
  const [found] = matches;
  if (!found)
    throw new AppError('NOT_FOUND', `There is no published workflow "${name}". Publish it first: casare publish FILE.`);
  return found;
}

function describeJob(job: Job): string {
  const lines = [
    `job ${job.id}: ${job.state}${job.deadLetter ? ' (dead letter)' : ''}`,
    `workflow ${job.workflowName}, version ${job.workflowVersion}`,
    `robot ${job.robotName ?? '–'}, attempt ${job.attempt}`,
  ];
  if (job.error) lines.push(`${job.error.code}: ${job.error.message}`);
  if (job.output !== null) lines.push(JSON.stringify(job.output, null, 2));
  return lines.join('\n');
}

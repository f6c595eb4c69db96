import {
  AppError,
  bulkActionSchema,
  type BulkAction,
  bulkJobsReplySchema,
  type BulkJobsReply,
  bulkPreviewReplySchema,
  deadLetterGroupsSchema,
  jobSchema,
  pageOf,
} from '@casare/shared';
import {
  type CommandContext,
  defineCommand,
  type OptionSpec,
  type OptionValues,
  textOption,
  wholeNumber,
} from './define-command.ts';
import { readRequeue } from './steer-jobs.ts';

const filterOptions: readonly OptionSpec[] = [
  { flags: '--workflow <id>', description: 'only jobs of this workflow' },
  { flags: '--robot <id>', description: 'only jobs this robot ran' },
  { flags: '--reference <text>', description: 'only jobs with this reference' },
  { flags: '--error <code>', description: 'only jobs that ended with this error code' },
  { flags: '--search <text>', description: 'in workflow, reference, error and id' },
];

function readFilter(options: OptionValues) {
  const names = {
    workflow: 'workflowId',
    robot: 'robotId',
    reference: 'reference',
    error: 'errorCode',
    search: 'search',
  };
  return Object.fromEntries(
    Object.entries(names).flatMap(([option, name]) => {
      const value = textOption(options, option);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const confirmOption: OptionSpec = { flags: '--yes', description: 'do it; without it the jobs are only counted' };

export const jobsBulk = defineCommand({
  usage: 'jobs bulk <action>',
  summary: 'Cancel, retry, requeue or purge all jobs that match; counts them first',
  remote: true,
  options: [
    ...filterOptions,
    { flags: '--state <states>', description: 'only jobs in these states, comma separated' },
    { flags: '--version <n>', description: 'for requeue: another version of the workflow' },
    { flags: '--priority <0-20>', description: 'for requeue: another priority' },
    confirmOption,
  ],
  async run(ctx, [action = ''], options) {
    const known = bulkActionSchema.safeParse(action);
    if (!known.success)
      throw new AppError('USAGE', `"${action}" is no bulk action. Actions: ${bulkActionSchema.options.join(', ')}.`);
    const state = textOption(options, 'state')?.split(',');
    return runAll(ctx, known.data, { ...readFilter(options), ...(state && { state }) }, options);
  },
});

/** Page by page of a bulk action, until there are no more. */
async function runAll(ctx: CommandContext, action: BulkAction, filter: object, options: OptionValues): Promise<number> {
  const client = ctx.orchestrator();
  const { signal } = ctx;
  if (options.yes !== true) {
    const preview = await client.call('POST', '/jobs/bulk/preview', bulkPreviewReplySchema, {
      body: { action, filter },
      signal,
    });
    const count = `${preview.atLeast ? 'more than ' : ''}${preview.count}`;
    ctx.out.result(preview, `${action} is about ${count} jobs. Add --yes to do it.`);
    return 0;
  }
  const all = { done: 0, skipped: [] as BulkJobsReply['skipped'] };
  let cursor: string | null = null;
  do {
    const reply: BulkJobsReply = await client.call('POST', '/jobs/bulk', bulkJobsReplySchema, {
      body: { action, filter, ...(cursor !== null && { cursor }), ...(action === 'requeue' && readRequeue(options)) },
      signal,
    });
    all.done += reply.done;
    all.skipped.push(...reply.skipped);
    ({ cursor } = reply);
    if (cursor !== null) ctx.out.note(`${all.done} done …`);
  } while (cursor !== null);
  const skipped = all.skipped.map(({ jobId, reason }) => `\n  ${jobId}: ${reason}`).join('');
  ctx.out.result(all, `${action}: ${all.done} jobs${skipped === '' ? '' : `; not done:${skipped}`}`);
  return all.skipped.length > 0 ? 1 : 0;
}

export const deadLettersList = defineCommand({
  usage: 'jobs dead-letters list',
  summary: 'Jobs that failed for good, newest first',
  remote: true,
  options: [
    ...filterOptions.filter(({ flags }) => !flags.startsWith('--reference')),
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/dead-letters', pageOf(jobSchema), {
      query: { ...readFilter(options), limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit') },
      signal: ctx.signal,
    });
    const rows = page.items.map((job) => ({
      id: job.id,
      workflow: job.workflowName,
      error: job.error?.code ?? '',
      failed: job.finishedAt?.slice(0, 19) ?? '',
      message: job.error?.message.slice(0, 80) ?? '',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'workflow', 'error', 'failed', 'message']));
  },
});

export const deadLettersGroups = defineCommand({
  usage: 'jobs dead-letters groups',
  summary: 'Dead letters by workflow and error, the most frequent first',
  remote: true,
  async run(ctx) {
    const found = await ctx
      .orchestrator()
      .call('GET', '/dead-letters/groups', deadLetterGroupsSchema, { signal: ctx.signal });
    const rows = found.groups.map((group) => ({
      count: `${group.count}`,
      workflow: group.workflowName,
      error: group.errorCode,
      newest: group.newest.slice(0, 19),
      message: group.message.slice(0, 80),
    }));
    ctx.out.result(found, ctx.out.table(rows, ['count', 'workflow', 'error', 'newest', 'message']));
  },
});

const deadLetterAction = (action: 'retry' | 'requeue' | 'purge', summary: string, more: readonly OptionSpec[] = []) =>
  defineCommand({
    usage: `jobs dead-letters ${action}`,
    summary,
    remote: true,
    options: [...filterOptions, ...more, confirmOption],
    run: (ctx, _args, options) => runAll(ctx, action, { ...readFilter(options), deadLetter: true }, options),
  });

export const deadLettersRetry = deadLetterAction('retry', 'Let all dead letters that match go on where they stopped');
export const deadLettersRequeue = deadLetterAction(
  'requeue',
  'Run all dead letters that match once more from the beginning',
  [
    { flags: '--version <n>', description: 'with another version of the workflow' },
    { flags: '--priority <0-20>', description: 'with another priority' },
  ],
);
export const deadLettersPurge = deadLetterAction(
  'purge',
  'Delete all dead letters that match, with their journals and logs',
);

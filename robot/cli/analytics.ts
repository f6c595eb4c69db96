import { activitySchema, analyticsSchema, rebuildReplySchema, type Times } from '@casare/shared';
import { defineCommand, textOption, wholeNumber } from './define-command.ts';
import { findWorkflow } from './jobs.ts';

export const analytics = defineCommand({
  usage: 'analytics',
  summary: 'Show what jobs came to over some days, workflow by workflow',
  remote: true,
  options: [
    { flags: '--days <n>', description: 'so many days', default: '30' },
    { flags: '--workflow <workflow>', description: 'only this one, by its id, document id or name' },
  ],
  async run(ctx, _args, options) {
    const client = ctx.orchestrator();
    const name = textOption(options, 'workflow');
    const workflowId = name === undefined ? undefined : (await findWorkflow(client, name, ctx.signal)).id;
    const figures = await client.call('GET', '/metrics/analytics', analyticsSchema, {
      query: { days: wholeNumber(textOption(options, 'days') ?? '30', '--days'), workflowId },
      signal: ctx.signal,
    });
    const rows = [...figures.workflows, { ...figures.totals, name: 'all' }].map((row) => ({
      workflow: row.name,
      completed: row.completed,
      failed: row.failed,
      cancelled: row.cancelled,
      success: row.successRate === null ? '' : `${(row.successRate * 100).toFixed(1)} %`,
      duration: timesText(row.duration),
      waiting: timesText(row.waiting),
      'hours saved': row.hoursSaved ?? '',
    }));
    const columns = ['workflow', 'completed', 'failed', 'cancelled', 'success', 'duration', 'waiting', 'hours saved'];
    const errors = figures.errors.map(({ code, count }) => ({ error: code, jobs: count }));
    const text = [ctx.out.table(rows, columns), 'duration and waiting: p50 / p90 / p99'];
    if (errors.length > 0) text.push('', ctx.out.table(errors, ['error', 'jobs']));
    ctx.out.result(figures, text.join('\n'));
  },
});

export const analyticsRebuild = defineCommand({
  usage: 'analytics rebuild',
  summary: 'Count the jobs that are still there again',
  remote: true,
  async run(ctx) {
    const reply = await ctx
      .orchestrator()
      .call('POST', '/metrics/analytics/rebuild', rebuildReplySchema, { body: {}, signal: ctx.signal });
    ctx.out.result(reply, `${reply.jobs} ends of jobs since ${reply.since} are counted`);
  },
});

export const activity = defineCommand({
  usage: 'activity',
  summary: 'Show what happened, newest first, in words',
  remote: true,
  options: [
    { flags: '--type <types>', description: 'comma separated, e.g. job, schedule.missed, robot' },
    { flags: '--since <time>', description: 'nothing older than this time' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/activity', activitySchema, {
      query: {
        type: textOption(options, 'type'),
        since: textOption(options, 'since'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const text = page.items.map(({ at, sentence }) => `${at.slice(0, 19)}  ${sentence}`).join('\n');
    ctx.out.result(page, text === '' ? '(nothing)' : text);
  },
});

function timesText({ p50, p90, p99 }: Times): string {
  return [p50, p90, p99].map((ms) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`)).join(' / ');
}

import { AppError, jobDependenciesSchema, jobSchema, type Why, whySchema } from '@casare/shared';
import { defineCommand, type OptionValues, textOption, wholeNumber } from './define-command.ts';
import { findGroupId, readTime } from './routing-options.ts';

const pathOf = (id: string, rest: string) => `/jobs/${encodeURIComponent(id)}/${rest}`;

export const jobsWhy = defineCommand({
  usage: 'jobs why <id>',
  summary: 'Why a job is pending: the rule that keeps each robot from it, and what to do',
  remote: true,
  async run(ctx, [id = '']) {
    const why = await ctx.orchestrator().call('GET', pathOf(id, 'why'), whySchema, { signal: ctx.signal });
    ctx.out.result(why, describeWhy(why));
  },
});

function describeWhy({ reason, cure, robots }: Why): string {
  const lines = [reason, ...(cure === '' ? [] : [`→ ${cure}`])];
  for (const { name, eligible, rule, detail, cure: todo } of robots)
    lines.push(
      '',
      `${name}: ${eligible ? 'may take it' : rule}`,
      `  ${detail}`,
      ...(todo === '' ? [] : [`  → ${todo}`]),
    );
  return lines.join('\n');
}

export const jobsDependencies = defineCommand({
  usage: 'jobs dependencies <id>',
  summary: 'What a job waits for, what waits for it, and the jobs it has started',
  remote: true,
  async run(ctx, [id = '']) {
    const found = await ctx
      .orchestrator()
      .call('GET', pathOf(id, 'dependencies'), jobDependenciesSchema, { signal: ctx.signal });
    const rows = [
      ...found.waitsFor.map((job) => ({ ...job, is: `waits for its ${job.on}` })),
      ...found.waiting.map((job) => ({ ...job, is: `waits for this ${job.on}` })),
      ...found.children.map((job) => ({ ...job, is: 'started by this' })),
    ].map(({ jobId, workflowName, state, is }) => ({ id: jobId, workflow: workflowName, state, is }));
    ctx.out.result(found, ctx.out.table(rows, ['id', 'workflow', 'state', 'is']));
  },
});

export const jobsAssign = defineCommand({
  usage: 'jobs assign <id>',
  summary: 'Give a job that has not begun to another robot or group, or another place in the queue',
  remote: true,
  options: [
    { flags: '--robot <id>', description: 'this robot; "any" for every one' },
    { flags: '--group <name>', description: 'robots of this group, by id or name; "any" for every one' },
    { flags: '--priority <0-20>', description: 'higher is sooner' },
    { flags: '--not-before <time>', description: 'a time, 30m, 4h, 2d; "none" for at once' },
    { flags: '--deadline <time>', description: 'a time, 30m, 4h, 2d; "none" for no deadline' },
  ],
  async run(ctx, [id = ''], options) {
    const client = ctx.orchestrator();
    const [robot, group, priority] = ['robot', 'group', 'priority'].map((name) => textOption(options, name));
    const body = {
      ...(robot !== undefined && { robotId: robot === 'any' ? null : robot }),
      ...(group !== undefined && { groupId: group === 'any' ? null : await findGroupId(client, group, ctx.signal) }),
      ...(priority !== undefined && { priority: wholeNumber(priority, '--priority') }),
      ...timeOption(options, 'notBefore', '--not-before'),
      ...timeOption(options, 'deadline', '--deadline'),
    };
    if (Object.keys(body).length === 0)
      throw new AppError('USAGE', 'Say what to change: --robot, --group, --priority, --not-before or --deadline.');
    const job = await client.call('POST', pathOf(id, 'assign'), jobSchema, { body, signal: ctx.signal });
    ctx.out.result(job, `job ${job.id} is ${job.state}, priority ${job.priority}`);
  },
});

function timeOption(options: OptionValues, name: 'notBefore' | 'deadline', flag: string) {
  const text = textOption(options, name);
  if (text === undefined) return {};
  return { [name]: text === 'none' ? null : readTime(text, flag) };
}

export const jobsRetry = defineCommand({
  usage: 'jobs retry <id>',
  summary: 'Put a failed or cancelled job back into the queue; it goes on where it stopped',
  remote: true,
  async run(ctx, [id = '']) {
    const job = await ctx.orchestrator().call('POST', pathOf(id, 'retry'), jobSchema, { body: {}, signal: ctx.signal });
    ctx.out.result(job, `job ${job.id} is ${job.state}`);
  },
});

export const jobsRequeue = defineCommand({
  usage: 'jobs requeue <id>',
  summary: 'Run a failed or cancelled job once more from the beginning, as a new job',
  remote: true,
  options: [
    { flags: '--version <n>', description: 'another version of the workflow' },
    { flags: '--priority <0-20>', description: 'another priority' },
  ],
  async run(ctx, [id = ''], options) {
    const body = readRequeue(options);
    const job = await ctx.orchestrator().call('POST', pathOf(id, 'requeue'), jobSchema, { body, signal: ctx.signal });
    ctx.out.result(job, `job ${job.id} is ${job.state}, in place of ${id}`);
  },
});

export function readRequeue(options: OptionValues): { version?: number; priority?: number } {
  const [version, priority] = [textOption(options, 'version'), textOption(options, 'priority')];
  return {
    ...(version !== undefined && { version: wholeNumber(version, '--version') }),
    ...(priority !== undefined && { priority: wholeNumber(priority, '--priority') }),
  };
}

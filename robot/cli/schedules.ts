import { randomUUID } from 'node:crypto';
import {
  AppError,
  calendarSchema,
  MISSED_POLICIES,
  OVERLAP_POLICIES,
  pageOf,
  runScheduleReplySchema,
  type Schedule,
  scheduleFiringSchema,
  scheduleSchema,
  scheduleWhySchema,
  slotListSchema,
  type SlotPreview,
  workflowVersionDetailSchema,
} from '@casare/shared';
import { z } from 'zod';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import {
  type CommandContext,
  defineCommand,
  listOption,
  type OptionValues,
  textOption,
  wholeNumber,
} from './define-command.ts';
import { findByName } from './find-by-name.ts';
import { findWorkflow } from './jobs.ts';
import { readTiming } from './schedule-timing.ts';
import { readInputs } from './workflow-file.ts';

const nothing = z.unknown();

export const schedulesList = defineCommand({
  usage: 'schedules list',
  summary: 'List schedules, newest first',
  remote: true,
  options: [
    { flags: '--state <states>', description: 'comma separated: active, paused, ended' },
    { flags: '--search <text>', description: 'in name, description, workflow and id' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/schedules', pageOf(scheduleSchema), {
      query: {
        state: textOption(options, 'state'),
        search: textOption(options, 'search'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map(({ id, name, state, sentence, workflowName, nextRunAt }) => ({
      id,
      state,
      name,
      when: sentence,
      workflow: workflowName,
      next: nextRunAt?.slice(0, 19) ?? '',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'state', 'name', 'when', 'workflow', 'next']));
  },
});

export const schedulesCreate = defineCommand({
  usage: 'schedules create <name> <workflow>',
  summary: 'Create a schedule for a workflow, given by its id, document id or name',
  remote: true,
  options: [
    { flags: '--cron <expression>', description: 'five fields, or six with seconds in front' },
    { flags: '--every <time>', description: 'an interval, e.g. 90s, 15m, 2h, 1d' },
    { flags: '--at <time>', description: 'once at this time; with --every the first time' },
    { flags: '--zone <name>', description: 'time zone, e.g. Europe/Berlin', default: 'UTC' },
    { flags: '--calendar <name>', description: 'no runs on the days of this calendar; may be repeated', repeat: true },
    { flags: '--overlap <policy>', description: OVERLAP_POLICIES.join(', '), default: 'skip' },
    { flags: '--missed <policy>', description: MISSED_POLICIES.join(', '), default: 'one' },
    { flags: '--starts <time>', description: 'no slot before this time' },
    { flags: '--ends <time>', description: 'no slot after this time' },
    { flags: '--input <name=value>', description: 'input, as JSON or text; may be repeated', repeat: true },
    { flags: '--slot-input <name>', description: 'the input that gets the time of the slot' },
    { flags: '--priority <0-20>', description: 'higher is sooner', default: '10' },
    { flags: '--robot <id>', description: 'only this robot' },
    { flags: '--paused', description: 'it does not run until it is resumed' },
  ],
  async run(ctx, [name = '', workflowName = ''], options) {
    const client = ctx.orchestrator();
    const body = await describeSchedule(ctx, client, name, workflowName, options);
    const made = await client.call('POST', '/schedules', scheduleSchema, {
      body,
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    ctx.out.result(made, describe(made));
  },
});

async function describeSchedule(
  ctx: CommandContext,
  client: OrchestratorClient,
  name: string,
  workflowName: string,
  options: OptionValues,
) {
  const timing = readTiming(options);
  const workflow = await findWorkflow(client, workflowName, ctx.signal);
  const version = workflow.publishedVersion ?? workflow.latestVersion;
  const detail = await client.call(
    'GET',
    `/workflows/${workflow.id}/versions/${version}`,
    workflowVersionDetailSchema,
    { signal: ctx.signal },
  );
  const calendarIds: string[] = [];
  for (const calendar of listOption(options, 'calendar'))
    calendarIds.push((await findByName(client, '/calendars', calendarSchema, calendar, ctx.signal)).id);
  const [robotId, slotInput] = [textOption(options, 'robot'), textOption(options, 'slotInput')];
  const [startsAt, endsAt] = [textOption(options, 'starts'), textOption(options, 'ends')];
  return {
    name,
    timing,
    timeZone: textOption(options, 'zone') ?? 'UTC',
    ...(startsAt !== undefined && { startsAt: readTime(startsAt, '--starts') }),
    ...(endsAt !== undefined && { endsAt: readTime(endsAt, '--ends') }),
    calendarIds,
    overlap: textOption(options, 'overlap'),
    missed: textOption(options, 'missed'),
    enabled: options.paused !== true,
    ...(slotInput !== undefined && { slotInput }),
    job: {
      workflowId: workflow.id,
      input: readInputs(listOption(options, 'input'), detail.document),
      priority: wholeNumber(textOption(options, 'priority') ?? '10', '--priority'),
      ...(robotId !== undefined && { robotId }),
    },
  };
}

function readTime(text: string, option: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new AppError('USAGE', `${option} takes a time like 2026-12-31T09:00:00Z, not "${text}".`);
  return new Date(at).toISOString();
}

export const schedulesShow = defineCommand({
  usage: 'schedules show <schedule>',
  summary: 'Show a schedule, given by its id or name',
  remote: true,
  async run(ctx, [name = '']) {
    const schedule = await find(ctx, name);
    ctx.out.result(schedule, describe(schedule));
  },
});

export const schedulesNext = defineCommand({
  usage: 'schedules next <schedule>',
  summary: 'Show its next slots, with those that do not run and why',
  remote: true,
  options: [{ flags: '--limit <n>', description: 'so many runs', default: '20' }],
  async run(ctx, [name = ''], options) {
    const { id } = await find(ctx, name);
    const list = await ctx.orchestrator().call('GET', `/schedules/${id}/next`, slotListSchema, {
      query: { limit: wholeNumber(textOption(options, 'limit') ?? '20', '--limit') },
      signal: ctx.signal,
    });
    const rows = list.slots.map((slot) => ({ time: slot.local, runs: slot.runs ? 'yes' : 'no', why: reasonOf(slot) }));
    ctx.out.result(list, ctx.out.table(rows, ['time', 'runs', 'why']));
  },
});

function reasonOf({ reason, note }: SlotPreview): string {
  return [reason, note].filter(Boolean).join(' ');
}

export const schedulesHistory = defineCommand({
  usage: 'schedules history <schedule>',
  summary: 'Show what became of its slots, newest first',
  remote: true,
  options: [
    { flags: '--outcome <outcomes>', description: 'comma separated: fired, queued, skipped, excluded, missed, failed' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, [name = ''], options) {
    const { id } = await find(ctx, name);
    const page = await ctx.orchestrator().call('GET', `/schedules/${id}/history`, pageOf(scheduleFiringSchema), {
      query: {
        outcome: textOption(options, 'outcome'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map(({ slot, slots, outcome, reason, jobId }) => ({
      slot: slot.slice(0, 19),
      slots,
      outcome,
      job: jobId ?? '',
      reason,
    }));
    ctx.out.result(page, ctx.out.table(rows, ['slot', 'slots', 'outcome', 'job', 'reason']));
  },
});

export const schedulesWhy = defineCommand({
  usage: 'schedules why <schedule> [time]',
  summary: 'Say why it ran, or did not run, at a time; without one: now',
  remote: true,
  async run(ctx, [name = '', time]) {
    const { id } = await find(ctx, name);
    const answer = await ctx.orchestrator().call('GET', `/schedules/${id}/why`, scheduleWhySchema, {
      query: { at: time === undefined ? undefined : readTime(time, 'The time') },
      signal: ctx.signal,
    });
    ctx.out.result(answer, `${answer.sentence}${answer.next ? `\nnext slot: ${answer.next.local}` : ''}`);
  },
});

const changeOf = (verb: 'pause' | 'resume', summary: string) =>
  defineCommand({
    usage: `schedules ${verb} <schedule>`,
    summary,
    remote: true,
    async run(ctx, [name = '']) {
      const { id } = await find(ctx, name);
      const path = `/schedules/${id}/${verb}`;
      const schedule = await ctx.orchestrator().call('POST', path, scheduleSchema, { body: {}, signal: ctx.signal });
      ctx.out.result(schedule, describe(schedule));
    },
  });

export const schedulesPause = changeOf('pause', 'Pause a schedule: nothing of it runs until it is resumed');
export const schedulesResume = changeOf('resume', 'Let a paused schedule go on with its next slot');

export const schedulesRun = defineCommand({
  usage: 'schedules run <schedule>',
  summary: 'Submit its job now, outside of the plan',
  remote: true,
  async run(ctx, [name = '']) {
    const { id } = await find(ctx, name);
    const reply = await ctx.orchestrator().call('POST', `/schedules/${id}/run`, runScheduleReplySchema, {
      body: {},
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    ctx.out.result(reply, `job ${reply.jobId} is submitted`);
  },
});

export const schedulesDelete = defineCommand({
  usage: 'schedules delete <schedule>',
  summary: 'Delete a schedule; its jobs stay',
  remote: true,
  async run(ctx, [name = '']) {
    const { id, name: found } = await find(ctx, name);
    await ctx.orchestrator().call('DELETE', `/schedules/${id}`, nothing, { signal: ctx.signal });
    ctx.out.result({ id }, `"${found}" is deleted`);
  },
});

function find(ctx: CommandContext, name: string): Promise<Schedule> {
  return findByName(ctx.orchestrator(), '/schedules', scheduleSchema, name, ctx.signal);
}

function describe(schedule: Schedule): string {
  const lines = [
    `schedule ${schedule.id}: ${schedule.state}`,
    `${schedule.name}: ${schedule.sentence}`,
    `workflow ${schedule.workflowName}, overlap ${schedule.overlap}, missed ${schedule.missed}`,
    `next run ${schedule.nextRunAt ?? '–'}`,
  ];
  const { lastFiring } = schedule;
  if (lastFiring) lines.push(`last slot ${lastFiring.slot}: ${lastFiring.outcome}. ${lastFiring.reason}`.trim());
  return lines.join('\n');
}

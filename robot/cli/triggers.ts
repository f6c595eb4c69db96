import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  AppError,
  createTriggerReplySchema,
  type CreatedTrigger,
  deliveryDetailSchema,
  deliverySchema,
  pageOf,
  type Trigger,
  triggerInputSchema,
  triggerSchema,
  tryTriggerReplySchema,
} from '@casare/shared';
import { z } from 'zod';
import { type CommandContext, defineCommand, textOption, wholeNumber } from './define-command.ts';

const at = (id: string) => `/triggers/${encodeURIComponent(id)}`;

export const triggersList = defineCommand({
  usage: 'triggers list',
  summary: 'List the triggers, newest first',
  remote: true,
  options: [
    { flags: '--kind <kind>', description: 'webhook, jobEnded, httpPoll, file, mail, form, queue, database or chat' },
    { flags: '--search <text>', description: 'in the name and the id' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/triggers', pageOf(triggerSchema), {
      query: {
        kind: textOption(options, 'kind'),
        search: textOption(options, 'search'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map((trigger) => ({
      id: trigger.id,
      kind: trigger.kind,
      name: trigger.name,
      state: stateOf(trigger),
      starts: trigger.workflowName,
      last: trigger.lastDeliveryAt?.slice(0, 19) ?? '',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'kind', 'name', 'state', 'starts', 'last']));
  },
});

export const triggersCreate = defineCommand({
  usage: 'triggers create <file>',
  summary: 'Make a trigger from a JSON file; its secret is printed once',
  remote: true,
  async run(ctx, [file = '']) {
    const body = await readTrigger(file);
    const reply = await ctx.orchestrator().call('POST', '/triggers', createTriggerReplySchema, {
      body,
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    ctx.out.result(reply, describeMade(ctx, reply));
  },
});

export const triggersShow = defineCommand({
  usage: 'triggers show <id>',
  summary: 'Show one trigger',
  remote: true,
  async run(ctx, [id = '']) {
    const trigger = await ctx.orchestrator().call('GET', at(id), triggerSchema, { signal: ctx.signal });
    ctx.out.result(trigger, describe(ctx, trigger));
  },
});

export const triggersDeliveries = defineCommand({
  usage: 'triggers deliveries <id>',
  summary: 'List what a trigger was brought, newest first',
  remote: true,
  options: [
    { flags: '--state <state>', description: 'accepted, filtered or refused' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, [id = ''], options) {
    const page = await ctx.orchestrator().call('GET', `${at(id)}/deliveries`, pageOf(deliverySchema), {
      query: {
        state: textOption(options, 'state'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map((delivery) => ({
      id: delivery.id,
      received: delivery.receivedAt.slice(0, 19),
      state: delivery.state,
      job: delivery.jobId ?? '',
      reason: delivery.reason?.message ?? '',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'received', 'state', 'job', 'reason']));
  },
});

export const triggersDelivery = defineCommand({
  usage: 'triggers delivery <id>',
  summary: 'Show one delivery with what it brought',
  remote: true,
  async run(ctx, [id = '']) {
    const path = `/trigger-deliveries/${encodeURIComponent(id)}`;
    const delivery = await ctx.orchestrator().call('GET', path, deliveryDetailSchema, { signal: ctx.signal });
    ctx.out.result(delivery, JSON.stringify(delivery, null, 2));
  },
});

export const triggersReplay = defineCommand({
  usage: 'triggers replay <delivery>',
  summary: 'Do a delivery once more, as the trigger is now',
  remote: true,
  async run(ctx, [id = '']) {
    const path = `/trigger-deliveries/${encodeURIComponent(id)}/replay`;
    const again = await ctx.orchestrator().call('POST', path, deliverySchema, {
      body: {},
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    ctx.out.result(
      again,
      again.jobId === null ? `${again.state}: ${again.reason?.message ?? ''}` : `job ${again.jobId}`,
    );
    return again.state === 'refused' ? 1 : 0;
  },
});

export const triggersRotateSecret = defineCommand({
  usage: 'triggers rotate-secret <id>',
  summary: 'Make a new secret; the old one is taken for a while yet',
  remote: true,
  options: [{ flags: '--overlap <hours>', description: 'how long the old one is taken', default: '24' }],
  async run(ctx, [id = ''], options) {
    const reply = await ctx.orchestrator().call('POST', `${at(id)}/rotate-secret`, createTriggerReplySchema, {
      body: { overlapHours: wholeNumber(textOption(options, 'overlap') ?? '24', '--overlap') },
      signal: ctx.signal,
    });
    ctx.out.result(reply, describeMade(ctx, reply));
  },
});

export const triggersEnable = defineCommand({
  usage: 'triggers enable <id>',
  summary: 'Switch a trigger on',
  remote: true,
  run: (ctx, [id = '']) => setEnabled(ctx, id, true),
});

export const triggersDisable = defineCommand({
  usage: 'triggers disable <id>',
  summary: 'Switch a trigger off; nothing it is sent is lost, senders are told to come again',
  remote: true,
  run: (ctx, [id = '']) => setEnabled(ctx, id, false),
});

export const triggersTest = defineCommand({
  usage: 'triggers test <id> <file>',
  summary: 'Say what a trigger would make of a payload (a JSON file); nothing happens',
  remote: true,
  async run(ctx, [id = '', file = '']) {
    const payload = await readJson(file);
    const tried = await ctx.orchestrator().call('POST', `${at(id)}/try`, tryTriggerReplySchema, {
      body: { payload },
      signal: ctx.signal,
    });
    const words = {
      accepted: `a job with the inputs ${JSON.stringify(tried.input, null, 2)}`,
      filtered: 'no job: the filter says no',
      refused: `no job: ${tried.reason?.message ?? ''}`,
    };
    ctx.out.result(tried, words[tried.outcome]);
    return tried.outcome === 'refused' ? 1 : 0;
  },
});

export const triggersDelete = defineCommand({
  usage: 'triggers delete <id>',
  summary: 'Delete a trigger; its address is gone for good',
  remote: true,
  async run(ctx, [id = '']) {
    await ctx.orchestrator().call('DELETE', at(id), z.unknown(), { signal: ctx.signal });
    ctx.out.result({ id, deleted: true }, 'deleted');
  },
});

async function setEnabled(ctx: CommandContext, id: string, enabled: boolean): Promise<void> {
  const trigger = await ctx
    .orchestrator()
    .call('PUT', `${at(id)}/enabled`, triggerSchema, { body: { enabled }, signal: ctx.signal });
  ctx.out.result(trigger, `${trigger.name} is ${trigger.enabled ? 'on' : 'off'}`);
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_NOT_FOUND', `"${file}" cannot be read. Name a JSON file.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('USAGE', `"${file}" is not JSON.`, { cause });
  }
}

async function readTrigger(file: string) {
  const parsed = triggerInputSchema.safeParse(await readJson(file));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new AppError('VALIDATION', `"${file}" describes no trigger.`, { details: { issues } });
}

function stateOf({ enabled, disabledReason, lastError, unsigned }: Trigger): string {
  const state = disabledReason === null ? (enabled ? (lastError ? 'failing' : 'on') : 'off') : 'gave up';
  return unsigned ? `${state}, unsigned` : state;
}

function describe(ctx: CommandContext, trigger: Trigger): string {
  const lines = [
    `${trigger.kind} "${trigger.name}" (${trigger.id}): ${stateOf(trigger)}`,
    `starts ${trigger.workflowName}, ${trigger.workflowVersion === null ? 'published version' : `version ${trigger.workflowVersion}`}`,
  ];
  if (trigger.path !== null) lines.push(`address ${ctx.orchestrator().url}${trigger.path}`);
  if (trigger.watchedBy) lines.push(`watched by ${trigger.watchedBy.robotName}`);
  const problem = trigger.disabledReason ?? trigger.lastError?.message;
  if (problem !== undefined) lines.push(problem);
  return lines.join('\n');
}

function describeMade(ctx: CommandContext, { trigger, secret }: CreatedTrigger): string {
  return `${describe(ctx, trigger)}${secret === null ? '' : `\nsecret ${secret} (shown once)`}`;
}

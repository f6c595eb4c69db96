import { randomUUID } from 'node:crypto';
import {
  addedQueueItemsSchema,
  AppError,
  type FleetQueue,
  type NewFleetQueueItem,
  type NewQueue,
  pageOf,
  queueSchema,
} from '@casare/shared';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import { defineCommand, listOption, type OptionValues, textOption, wholeNumber } from './define-command.ts';

export const queuesList = defineCommand({
  usage: 'queues list',
  summary: 'List the queues with what waits, is worked on and ended within 24 hours',
  remote: true,
  options: [{ flags: '--search <text>', description: 'in name and description' }],
  async run(ctx, _args, options) {
    const queues = await readQueues(ctx.orchestrator(), ctx.signal, textOption(options, 'search'));
    const rows = queues.map(({ id, name, paused, figures: f }) => ({
      id,
      name: paused ? `${name} (paused)` : name,
      new: f.new,
      postponed: f.postponed,
      working: f.inProgress,
      done: f.successful,
      failed: f.failedBusiness + f.failedApplication + f.abandoned,
      'at risk': f.atRisk + f.overdue,
      review: f.toReview,
    }));
    const columns = ['id', 'name', 'new', 'postponed', 'working', 'done', 'failed', 'at risk', 'review'] as const;
    ctx.out.result({ items: queues }, ctx.out.table(rows, [...columns]));
  },
});

export const queuesCreate = defineCommand({
  usage: 'queues create <name>',
  summary: 'Make a queue',
  remote: true,
  options: [
    { flags: '--description <text>', description: 'what it is for' },
    { flags: '--unique', description: 'no two items with the same reference' },
    { flags: '--retries <n>', description: 'tries after the first', default: '1' },
    { flags: '--retry-delay <seconds>', description: 'pause before a further try', default: '0' },
    { flags: '--sla <minutes>', description: 'an item has to be done so long after it may be taken' },
    { flags: '--risk <minutes>', description: 'from so long on it is at risk and goes first; less than --sla' },
  ],
  async run(ctx, [name = ''], options) {
    const body: NewQueue = {
      name,
      description: textOption(options, 'description') ?? '',
      uniqueReference: options['unique'] === true,
      maxRetries: wholeNumber(textOption(options, 'retries') ?? '1', '--retries'),
      retryDelaySeconds: wholeNumber(textOption(options, 'retryDelay') ?? '0', '--retry-delay'),
      slaSeconds: minutesOf(options, 'sla'),
      riskSeconds: minutesOf(options, 'risk'),
    };
    const request = { body, idempotencyKey: randomUUID(), signal: ctx.signal };
    const queue = await ctx.orchestrator().call('POST', '/queues', queueSchema, request);
    ctx.out.result(queue, `queue ${queue.id} "${queue.name}"`);
  },
});

export const queuesAdd = defineCommand({
  usage: 'queues add <queue>',
  summary: 'Add an item to a queue, named by id or name',
  remote: true,
  options: [
    {
      flags: '--value <name=value>',
      description: 'a field of what it holds, as JSON or text; may be repeated',
      repeat: true,
    },
    { flags: '--reference <text>', description: 'what it is called where it comes from' },
    { flags: '--priority <priority>', description: 'low, normal, high, or 0 (last) to 20 (first)', default: 'normal' },
    { flags: '--deadline <time>', description: 'when it has to be done, e.g. 2026-12-24T18:00:00Z' },
    { flags: '--not-before <time>', description: 'not handed out before' },
  ],
  async run(ctx, [name = ''], options) {
    const client = ctx.orchestrator();
    const queue = await findQueue(client, name, ctx.signal);
    const { results } = await client.call('POST', `/queues/${queue.id}/items`, addedQueueItemsSchema, {
      body: itemOf(options),
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    const [added] = results;
    ctx.out.result(added?.item, `item ${added?.item?.id} is in "${queue.name}"`);
  },
});

function itemOf(options: OptionValues): NewFleetQueueItem {
  const content: Record<string, never> = {};
  for (const entry of listOption(options, 'value')) {
    const at = entry.indexOf('=');
    if (at < 1) throw new AppError('USAGE', `--value takes name=value, not "${entry}".`);
    content[entry.slice(0, at)] = readValue(entry.slice(at + 1)) as never;
  }
  const [reference, deadline, notBefore] = ['reference', 'deadline', 'notBefore'].map((name) =>
    textOption(options, name),
  );
  return {
    content,
    priority: priorityOf(textOption(options, 'priority') ?? 'normal'),
    ...(reference !== undefined && { reference }),
    ...(deadline !== undefined && { deadline }),
    ...(notBefore !== undefined && { notBefore }),
  };
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function priorityOf(text: string): NonNullable<NewFleetQueueItem['priority']> {
  if (text === 'low' || text === 'normal' || text === 'high') return text;
  return wholeNumber(text, '--priority');
}

function minutesOf(options: OptionValues, name: string): number | null {
  const text = textOption(options, name);
  return text === undefined ? null : wholeNumber(text, `--${name}`) * 60;
}

async function readQueues(client: OrchestratorClient, signal: AbortSignal, search?: string): Promise<FleetQueue[]> {
  const queues: FleetQueue[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 500, cursor, search };
    const page = await client.call('GET', '/queues', pageOf(queueSchema), { query, signal });
    queues.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return queues;
}

/** By its id or its name, which is its own within a workspace. */
export async function findQueue(client: OrchestratorClient, name: string, signal: AbortSignal): Promise<FleetQueue> {
  const found = (await readQueues(client, signal)).find((queue) => queue.id === name || queue.name === name);
  if (found) return found;
  throw new AppError('NOT_FOUND', `There is no queue "${name}". List them: casare queues list.`);
}

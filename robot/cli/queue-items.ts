import { readFile, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import {
  addedQueueItemsSchema,
  AppError,
  bulkQueueItemsReplySchema,
  type FleetQueueItem,
  fleetQueueItemSchema,
  queueItemHistorySchema,
  queueItemListSchema,
  queueItemsFromCsv,
  queueItemsToCsv,
} from '@casare/shared';
import { type CommandContext, defineCommand, textOption, wholeNumber } from './define-command.ts';
import { findQueue } from './queues.ts';

const filters = [
  {
    flags: '--state <states>',
    description: 'comma separated: new, inProgress, successful, failed, retried, abandoned, deleted',
  },
  { flags: '--search <text>', description: 'in reference, reason, progress and id' },
] as const;

export const queuesItems = defineCommand({
  usage: 'queues items <queue>',
  summary: 'List the items of a queue, newest first',
  remote: true,
  options: [...filters, { flags: '--limit <n>', description: 'at most this many', default: '50' }],
  async run(ctx, [name = ''], options) {
    const client = ctx.orchestrator();
    const { id } = await findQueue(client, name, ctx.signal);
    const query = {
      state: textOption(options, 'state'),
      search: textOption(options, 'search'),
      limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
    };
    const page = await client.call('GET', `/queues/${id}/items`, queueItemListSchema, { query, signal: ctx.signal });
    const rows = page.items.map((item) => ({
      ...item,
      reference: item.reference ?? '',
      why: item.failure?.reason.slice(0, 60) ?? item.progress,
      added: item.createdAt.slice(0, 19),
    }));
    ctx.out.result(
      page,
      ctx.out.table(rows, ['id', 'state', 'reference', 'priority', 'attempt', 'risk', 'added', 'why']),
    );
  },
});

export const queuesShow = defineCommand({
  usage: 'queues show <item>',
  summary: 'Show an item with what it holds, its tries and what happened to it',
  remote: true,
  async run(ctx, [id = '']) {
    const client = ctx.orchestrator();
    const path = `/queue-items/${encodeURIComponent(id)}`;
    const item = await client.call('GET', path, fleetQueueItemSchema, { signal: ctx.signal });
    const { history, lineage } = await client.call('GET', `${path}/history`, queueItemHistorySchema, {
      signal: ctx.signal,
    });
    const lines = [
      `item ${item.id}${item.reference === null ? '' : ` "${item.reference}"`} of "${item.queueName}": ${item.state}, try ${item.attempt}`,
      ...(item.failure ? [`${item.failure.kind}: ${item.failure.reason}`] : []),
      JSON.stringify(item.content, null, 2),
      ...(item.output === null ? [] : [`result: ${JSON.stringify(item.output)}`]),
      ...lineage.filter((one) => one.id !== item.id).map((one) => `try ${one.attempt}: ${one.id} ${one.state}`),
      ...history.map(({ at, what, actor, details }) => `${at} ${what} by ${actor} ${textOf(details)}`.trimEnd()),
    ];
    ctx.out.result({ ...item, history, lineage }, lines.join('\n'));
  },
});

function textOf(details: Record<string, unknown>): string {
  return Object.keys(details).length === 0 ? '' : JSON.stringify(details);
}

export const queuesRetry = defineCommand({
  usage: 'queues retry <items>',
  summary: 'Try failed or abandoned items again; ids with commas between them',
  remote: true,
  run: (ctx, [ids = '']) => bulk(ctx, ids, { action: 'retry' }, 'is tried again'),
});

export const queuesReview = defineCommand({
  usage: 'queues review <items>',
  summary: 'Say how failed items stand: looked after, or in order; ids with commas between them',
  remote: true,
  options: [{ flags: '--as <review>', description: 'none, inReview or verified', default: 'verified' }],
  run: (ctx, [ids = ''], options) =>
    bulk(ctx, ids, { action: 'review', review: textOption(options, 'as') }, 'was reviewed'),
});

async function bulk(ctx: CommandContext, text: string, action: object, done: string): Promise<number> {
  const ids = text.split(',').map((id) => id.trim());
  const reply = await ctx.orchestrator().call('POST', '/queue-items/bulk', bulkQueueItemsReplySchema, {
    body: { ...action, ids },
    signal: ctx.signal,
  });
  const refused = reply.refused.map(({ id, message }) => `${id}: ${message}`);
  ctx.out.result(reply, [`${reply.done} of ${ids.length} ${done}`, ...refused].join('\n'));
  return refused.length > 0 ? 1 : 0;
}

export const queuesExport = defineCommand({
  usage: 'queues export <queue>',
  summary: 'Write the items of a queue with what they hold as CSV',
  remote: true,
  options: [...filters, { flags: '--file <file>', description: 'where to; without it they are printed' }],
  async run(ctx, [name = ''], options) {
    const client = ctx.orchestrator();
    const { id } = await findQueue(client, name, ctx.signal);
    const items: FleetQueueItem[] = [];
    let cursor: string | undefined;
    do {
      const query = {
        state: textOption(options, 'state'),
        search: textOption(options, 'search'),
        content: 'true',
        limit: 50,
        cursor,
      };
      const page = await client.call('GET', `/queues/${id}/items`, queueItemListSchema, { query, signal: ctx.signal });
      items.push(...(page.items as FleetQueueItem[]));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const file = textOption(options, 'file');
    if (file !== undefined) await writeFile(file, queueItemsToCsv(items));
    ctx.out.result(
      { items },
      file === undefined ? queueItemsToCsv(items).trimEnd() : `${items.length} items in ${file}`,
    );
  },
});

const largestBatch = 1000;

export const queuesImportCsv = defineCommand({
  usage: 'queues import-csv <queue> <file>',
  summary: 'Add an item for every line of a CSV file',
  remote: true,
  options: [{ flags: '--each', description: 'add what can be added, instead of nothing when a line is refused' }],
  async run(ctx, [name = '', file = ''], options) {
    const items = queueItemsFromCsv(await readTable(file));
    const client = ctx.orchestrator();
    const { id, name: title } = await findQueue(client, name, ctx.signal);
    const refused: { line: number; code: string; message: string }[] = [];
    let added = 0;
    for (let first = 0; first < items.length; first += largestBatch) {
      const reply = await client.call('POST', `/queues/${id}/items`, addedQueueItemsSchema, {
        body: { items: items.slice(first, first + largestBatch), mode: options['each'] === true ? 'each' : 'all' },
        idempotencyKey: randomUUID(),
        signal: ctx.signal,
      });
      added += reply.added;
      reply.results.forEach(({ error }, n) => {
        if (error) refused.push({ line: first + n + 2, code: error.code, message: error.message });
      });
    }
    const lines = refused.map(({ line, message }) => `line ${line}: ${message}`);
    ctx.out.result({ added, refused }, [`${added} of ${items.length} items are in "${title}"`, ...lines].join('\n'));
    return refused.length > 0 ? 1 : 0;
  },
});

async function readTable(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_NOT_FOUND', `The file ${file} cannot be read. Check the path.`, { cause });
  }
}

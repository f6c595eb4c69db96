import type { FleetEvent, FleetQueue, FleetQueueItem, QueueItemHistory, QueueItemSummary } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { pruneOldRows } from '../../../orchestrator/maintenance/prune.ts';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { addTenant, caller, query } from '../fleet.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type AddReply, openQueueBench, type QueueBench } from './queue-bench.ts';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const post = <Body = Record<string, unknown>>(path: string, body: object = {}, headers?: Record<string, string>) =>
  bench.fleet.admin<Body>('POST', path, body, headers);

/** An item that has come to an end for good. */
async function failedItem(queue: FleetQueue, more: object = {}): Promise<QueueItemSummary> {
  const [added] = await bench.add(queue, more);
  const job = await bench.newJob();
  const item = await bench.next(job, queue.name);
  if (!added || !item) throw new Error('there is no item');
  await bench.report(job, item, { status: 'failed', kind: 'business', reason: 'no such customer', output: null });
  return added;
}

describe('a queue', () => {
  test('is made once for an Idempotency-Key, changed and deleted; its name is its own', async () => {
    const wanted = { name: 'Invoices', description: 'to be paid', slaSeconds: 7200, riskSeconds: 3600 };
    const headers = { 'idempotency-key': 'make it' };
    const { status, body: made } = await post<FleetQueue>('/queues', wanted, headers);
    expect([status, made]).toEqual([201, expect.objectContaining({ ...wanted, maxRetries: 1, paused: false })]);
    expect((await post<FleetQueue>('/queues', wanted, headers)).body.id).toBe(made.id);
    expect(await post('/queues', { name: 'Invoices' })).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT' } },
    });
    const { body: changed } = await bench.fleet.admin<FleetQueue>('PUT', `/queues/${made.id}`, { maxRetries: 7 });
    expect(changed).toMatchObject({ ...wanted, maxRetries: 7 });
    expect(await bench.fleet.admin('PUT', `/queues/${made.id}`, { riskSeconds: 7200 })).toMatchObject({ status: 400 });
    expect((await bench.fleet.admin('DELETE', `/queues/${made.id}`)).status).toBe(204);
    expect((await bench.fleet.admin('GET', `/queues/${made.id}`)).status).toBe(404);
    expect((await post('/queues', { name: 'Invoices' })).status).toBe(201);
  });

  test('is not deleted while a job works on what it holds', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, {});
    const job = await bench.newJob();
    const item = await bench.next(job, queue.name);
    expect(await bench.fleet.admin('DELETE', `/queues/${queue.id}`)).toMatchObject({ status: 409 });
    if (item) await bench.report(job, item, { status: 'successful', output: null });
    expect((await bench.fleet.admin('DELETE', `/queues/${queue.id}`)).status).toBe(204);
  });

  test('counts what waits, is worked on and has ended, and how it stands to its deadlines', async () => {
    const queue = await bench.newQueue({ slaSeconds: 3600, riskSeconds: 600 });
    await bench.add(queue, {}, {}, {}, { notBefore: new Date(Date.now() + 3_600_000).toISOString() });
    const job = await bench.newJob();
    const item = await bench.next(job, queue.name);
    await bench.pass(900_000);
    if (item) await bench.report(job, item, { status: 'successful', output: null });
    const { figures } = await bench.queue(queue.id);
    expect(figures).toMatchObject({
      new: 2,
      postponed: 1,
      inProgress: 0,
      successful: 1,
      atRisk: 2,
      overdue: 0,
      toReview: 0,
    });
    expect(figures.averageHandlingSeconds).toBeGreaterThan(899);
    expect(figures.oldestNewSeconds).toBeGreaterThan(899);
    expect((await bench.items(queue.id)).map(({ risk }) => risk)).toEqual(['onTime', 'atRisk', 'atRisk', 'met']);
    await bench.pass(3_000_000);
    expect((await bench.queue(queue.id)).figures).toMatchObject({ overdue: 2, new: 3 });
    expect(await bench.items(queue.id, '?risk=overdue')).toHaveLength(2);
    const { body } = await bench.fleet.admin<{ hours: { added: number; successful: number }[] }>(
      'GET',
      `/queues/${queue.id}/hours`,
    );
    expect(body.hours).toHaveLength(24);
    expect(body.hours.reduce((sum, hour) => sum + hour.successful, 0)).toBe(1);
  });
});

describe('adding', () => {
  test('all or none, or each by itself, with the known item of a reference that is taken', async () => {
    const queue = await bench.newQueue({ uniqueReference: true });
    const [known] = await bench.add(queue, { reference: 'A' });
    const items = [{ reference: 'B' }, { reference: 'A' }, { reference: 'B' }];
    expect(await post(`/queues/${queue.id}/items`, { items })).toMatchObject({
      status: 409,
      body: { error: { code: 'QUEUE_REFERENCE_TAKEN', details: { index: 1, itemId: known?.id } } },
    });
    expect(await bench.items(queue.id)).toHaveLength(1);
    const { body } = await post<AddReply>(`/queues/${queue.id}/items`, { items, mode: 'each' });
    expect(body.added).toBe(1);
    expect(body.results.map(({ item, error }) => item?.reference ?? error?.itemId)).toEqual([
      'B',
      known?.id,
      body.results[0]?.item?.id,
    ]);
  });

  test('once, when the same reference comes from many at the same moment', async () => {
    const queue = await bench.newQueue({ uniqueReference: true });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(`/queues/${queue.id}/items`, { reference: 'same' })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array(7).fill(409)]);
  });

  test('a thousand at once, in their order; not more, none that is too large, none with NUL', async () => {
    const queue = await bench.newQueue();
    const items = Array.from({ length: 1000 }, (_, n) => ({ reference: `R-${n}` }));
    const added = await bench.add(queue, ...items);
    expect(added.map(({ reference }) => reference)).toEqual(items.map(({ reference }) => reference));
    expect((await post(`/queues/${queue.id}/items`, { items: [...items, {}] })).status).toBe(400);
    const large = { content: { text: 'x'.repeat(1_048_577) } };
    expect(await post(`/queues/${queue.id}/items`, large)).toMatchObject({ status: 413 });
    expect(await post(`/queues/${queue.id}/items`, { content: { text: 'a\u0000b' } })).toMatchObject({ status: 400 });
    expect((await bench.queue(queue.id)).figures.new).toBe(1000);
  });

  test('only what fits the schema of the queue', async () => {
    const contentSchema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const queue = await bench.newQueue({ contentSchema });
    expect(await post(`/queues/${queue.id}/items`, { content: { n: 'x' } })).toMatchObject({
      status: 422,
      body: { error: { code: 'QUEUE_CONTENT_INVALID', details: { issues: [{ path: 'content.n' }] } } },
    });
    expect((await post(`/queues/${queue.id}/items`, { content: { n: 1 } })).status).toBe(201);
    expect((await post('/queues', { name: 'bad schema', contentSchema: { type: 'nonsense' } })).status).toBe(400);
  });
});

describe('an item', () => {
  test('can be changed while it waits, and by nobody once a job has it', async () => {
    const queue = await bench.newQueue({ slaSeconds: 3600, riskSeconds: 600 });
    const [item] = await bench.add(queue, { reference: 'A', content: { n: 1 } });
    const deadline = new Date(Date.now() + 60_000).toISOString();
    const path = `/queue-items/${item?.id}`;
    const { body } = await bench.fleet.admin<FleetQueueItem>('PUT', path, {
      content: { n: 2 },
      priority: 20,
      deadline,
    });
    expect(body).toMatchObject({ reference: 'A', content: { n: 2 }, priority: 20, deadline, risk: 'atRisk' });
    await bench.next(await bench.newJob(), queue.name);
    expect(await bench.fleet.admin('PUT', path, { priority: 1 })).toMatchObject({ status: 409 });
    expect(await bench.fleet.admin('DELETE', path)).toMatchObject({ status: 409 });
  });

  test('is deleted and restored to what it was; not while another has its reference', async () => {
    const queue = await bench.newQueue({ uniqueReference: true });
    const [item] = await bench.add(queue, { reference: 'A' });
    const path = `/queue-items/${item?.id}`;
    expect((await bench.fleet.admin('DELETE', path)).body).toMatchObject({ state: 'deleted' });
    expect(await bench.items(queue.id)).toEqual([]);
    expect(await bench.items(queue.id, '?state=deleted')).toHaveLength(1);
    const [other] = await bench.add(queue, { reference: 'A' });
    expect(await post(`${path}/restore`)).toMatchObject({
      status: 409,
      body: { error: { code: 'QUEUE_REFERENCE_TAKEN' } },
    });
    await bench.fleet.admin('DELETE', `/queue-items/${other?.id}`);
    expect((await post(`${path}/restore`)).body).toMatchObject({ state: 'new' });
  });

  test('that failed is reviewed, commented and tried again once, with its lineage', async () => {
    const queue = await bench.newQueue();
    const item = await failedItem(queue, { reference: 'R' });
    const path = `/queue-items/${item.id}`;
    expect((await post(`${path}/review`, { review: 'inReview', reviewer: 'Ada' })).body).toMatchObject({
      reviewer: 'Ada',
    });
    expect(await bench.items(queue.id, '?review=inReview')).toHaveLength(1);
    await post(`${path}/comments`, { text: 'asked the customer' });
    expect((await post(`${path}/retry`)).body).toMatchObject({ state: 'retried', review: 'retried' });
    expect(await post(`${path}/retry`)).toMatchObject({ status: 409 });
    const { body } = await bench.fleet.admin<QueueItemHistory>('GET', `${path}/history`);
    expect(body.history.map(({ what }) => what)).toEqual([
      'added',
      'taken',
      'failed',
      'review',
      'comment',
      'retried',
      'added',
    ]);
    expect(body.lineage).toMatchObject([{ id: item.id }, { state: 'new', attempt: 2, originId: item.id }]);
    expect((await bench.queue(queue.id)).figures.toReview).toBe(0);
  });

  test('of many at once each is done or refused by itself', async () => {
    const queue = await bench.newQueue();
    const failed = await Promise.all([failedItem(queue, { reference: 'A' }), failedItem(queue, { reference: 'B' })]);
    const [waiting] = await bench.add(queue, { reference: 'C' });
    const ids = [...failed.map(({ id }) => id), waiting?.id];
    expect((await post('/queue-items/bulk', { action: 'retry', ids })).body).toMatchObject({
      done: 2,
      refused: [{ id: waiting?.id, code: 'CONFLICT' }],
    });
    expect((await post('/queue-items/bulk', { action: 'delete', ids })).body).toMatchObject({ done: 3, refused: [] });
    expect((await post('/queue-items/bulk', { action: 'restore', ids })).body).toMatchObject({ done: 3, refused: [] });
  });

  test('makes no move that is not in the table, not even by hand', async () => {
    const queue = await bench.newQueue();
    const item = await failedItem(queue);
    const move = (state: string) =>
      query(bench.fleet, sql`update queue_items set state = ${state} where id = ${item.id}::uuid`);
    await expect(move('successful')).rejects.toThrow('cannot move from failed to successful');
    await expect(move('new')).rejects.toThrow('cannot move from failed to new');
  });
});

test('lists page from the newest on, filter and search; a list with contents is short', async () => {
  const queue = await bench.newQueue();
  await bench.add(queue, ...Array.from({ length: 60 }, (_, n) => ({ reference: `R-${n}`, content: { n } })));
  const page = await bench.fleet.admin<{ items: FleetQueueItem[]; nextCursor: string }>(
    'GET',
    `/queues/${queue.id}/items?content=true&limit=500`,
  );
  expect(page.body.items.map(({ content }) => content['n'])).toEqual(Array.from({ length: 50 }, (_, n) => 59 - n));
  expect(await bench.items(queue.id, `?limit=500&cursor=${page.body.nextCursor}`)).toHaveLength(10);
  expect((await bench.items(queue.id, '?search=r-59')).map(({ reference }) => reference)).toEqual(['R-59']);
  expect(await bench.items(queue.id, '?reference=R-5')).toHaveLength(1);
  expect(await bench.items(queue.id, '?state=successful')).toEqual([]);
  expect((await bench.fleet.admin('GET', `/queues/${queue.id}/items?state=nonsense`)).status).toBe(400);
});

test('nothing of another tenant is seen, taken or changed', async () => {
  const queue = await bench.newQueue();
  const [item] = await bench.add(queue, {});
  const stranger = caller(bench.fleet.url, (await addTenant(bench.fleet)).adminKey);
  for (const path of [
    `/queues/${queue.id}`,
    `/queues/${queue.id}/items`,
    `/queue-items/${item?.id}`,
    `/queue-items/${item?.id}/history`,
  ])
    expect((await stranger('GET', path)).status).toBe(404);
  expect((await stranger('POST', `/queues/${queue.id}/items`, {})).status).toBe(404);
  expect((await stranger('POST', '/queue-items/bulk', { action: 'delete', ids: [item?.id] })).body).toMatchObject({
    done: 0,
    refused: [{ code: 'NOT_FOUND' }],
  });
  expect((await stranger('GET', '/queues')).body).toMatchObject({ items: [] });
});

async function allEvents(): Promise<FleetEvent[]> {
  const events: FleetEvent[] = [];
  for (let since = 0; ; ) {
    const { body } = await bench.fleet.admin<{ events: FleetEvent[]; seq: number }>('GET', `/events?since=${since}`);
    if (body.events.length === 0) return events;
    events.push(...body.events);
    since = body.seq;
  }
}

test('every change is an event that shows what it is about, without what items hold', async () => {
  const queue = await bench.newQueue();
  await failedItem(queue, { reference: 'E', content: { secret: 'canary' } });
  await bench.fleet.admin('DELETE', `/queues/${queue.id}`);
  let seen: FleetEvent[] = [];
  // Events come in their order: behind a change that was rolled back they are held for a moment.
  await waitFor(async () => {
    seen = (await allEvents()).filter(({ data }) => data['id'] === queue.id || data['queueId'] === queue.id);
    return seen.at(-1)?.type === 'queue.deleted';
  });
  expect(seen.map(({ type }) => type)).toEqual([
    'queue.created',
    'queue_item.added',
    'queue_item.taken',
    'queue_item.ended',
    'queue.deleted',
  ]);
  expect(seen[3]?.data).toMatchObject({ reference: 'E', state: 'failed', queueId: queue.id });
  expect(JSON.stringify(seen)).not.toContain('canary');
});

test('what ended long ago is swept away, as long as its queue keeps it', async () => {
  const [short, long] = [await bench.newQueue({ retentionDays: 1 }), await bench.newQueue()];
  for (const queue of [short, long]) {
    await failedItem(queue);
    await bench.add(queue, { reference: 'waits' });
  }
  const [deleted] = await bench.add(short, { reference: 'deleted just now' });
  await bench.pass(2 * 86_400_000);
  await bench.fleet.admin('DELETE', `/queue-items/${deleted?.id}`);
  const database = openDatabase({ url: bench.fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  try {
    await pruneOldRows(database, 30, new AbortController().signal);
  } finally {
    await database.close();
  }
  expect((await bench.items(short.id)).map(({ reference }) => reference)).toEqual(['waits']);
  expect(await bench.items(short.id, '?state=deleted')).toHaveLength(1);
  expect(await bench.items(long.id)).toHaveLength(2);
});

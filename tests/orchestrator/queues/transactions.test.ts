import { randomUUID } from 'node:crypto';
import type { FleetQueue, JobQueueItem, QueueItemHistory } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTenant, caller } from '../fleet.ts';
import { openQueueBench, type QueueBench } from './queue-bench.ts';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

async function taken(queue: FleetQueue, more: object = {}): Promise<JobQueueItem> {
  const item = await bench.next(await bench.newJob(), queue.name, more);
  if (!item) throw new Error('there is none');
  return item;
}

describe('taking', () => {
  test('what is at risk comes first by its deadline, then priority, deadline and age', async () => {
    const queue = await bench.newQueue({ slaSeconds: 3600, riskSeconds: 1800 });
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    await bench.add(
      queue,
      { reference: 'low', priority: 'low' },
      { reference: 'normal' },
      { reference: 'soon', deadline: at(45) },
      { reference: 'top', priority: 20 },
      { reference: 'at risk', priority: 0, deadline: at(20) },
      { reference: 'overdue', priority: 0, deadline: at(-5) },
      { reference: 'later', priority: 20, notBefore: at(5) },
    );
    const job = await bench.newJob();
    const order: (string | null)[] = [];
    for (let item = await bench.next(job, queue.name); item; item = await bench.next(job, queue.name))
      order.push(item.reference);
    expect(order).toEqual(['overdue', 'at risk', 'top', 'soon', 'normal', 'low']);
  });

  test('several at once, in the same order, and no item for two jobs that ask at the same moment', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, ...Array.from({ length: 60 }, (_, n) => ({ reference: `R-${n}` })));
    const jobs = await Promise.all(Array.from({ length: 6 }, () => bench.newJob()));
    const got = await Promise.all(
      jobs.map(async ({ jobId, fence }) => {
        const request = { fence, queue: queue.name, key: 'many', lockMs: 60_000, n: 10 };
        const { body } = await bench.fleet.robot<{ items: JobQueueItem[] }>(
          'POST',
          `/jobs/${jobId}/queue-items/next`,
          request,
        );
        return body.items.map(({ reference }) => reference);
      }),
    );
    expect(got.map(({ length }) => length)).toEqual([10, 10, 10, 10, 10, 10]);
    expect(new Set(got.flat()).size).toBe(60);
    for (const references of got)
      expect(references).toEqual(references.toSorted((a, b) => Number(a?.slice(2)) - Number(b?.slice(2))));
  });

  test('nothing from a queue that is paused, or that nobody has made', async () => {
    const queue = await bench.newQueue({ paused: true });
    await bench.add(queue, {});
    const job = await bench.newJob();
    expect(await bench.next(job, queue.name)).toBeUndefined();
    expect(await bench.next(job, 'never made')).toBeUndefined();
    await bench.fleet.admin('PUT', `/queues/${queue.id}`, { paused: false });
    expect(await bench.next(job, queue.name)).toMatchObject({ state: 'inProgress' });
  });

  test('a request that comes again, even after the report, takes nothing new', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, { reference: 'a' }, { reference: 'b' });
    const job = await bench.newJob();
    const first = (await bench.next(job, queue.name, { key: 'same' })) as JobQueueItem;
    expect(await bench.next(job, queue.name, { key: 'same' })).toEqual(first);
    await bench.report(job, first, { status: 'successful', output: 1 });
    expect(await bench.next(job, queue.name, { key: 'same' })).toMatchObject({ id: first.id, state: 'successful' });
    expect(await bench.next(job, queue.name)).toMatchObject({ reference: 'b' });
  });
});

describe('only who holds the job', () => {
  test('may add, take and report; never with an old lease or a key of another tenant', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, {});
    const job = await bench.newJob();
    const item = (await bench.next(job, queue.name)) as JobQueueItem;
    const stranger = caller(bench.fleet.url, (await addTenant(bench.fleet)).robotKey);
    const requests: [string, object][] = [
      ['queue-items', { queue: queue.name, key: 'k', uniqueReference: false, item: {} }],
      ['queue-items/next', { queue: queue.name, key: 'k', lockMs: 1000 }],
      ['queue-items/report', { itemId: item.id, lock: item.lock, report: { status: 'successful', output: null } }],
    ];
    for (const [path, body] of requests) {
      const whole = `/jobs/${job.jobId}/${path}`;
      expect(await stranger('POST', whole, { fence: job.fence, ...body })).toMatchObject({ status: 404 });
      expect(await bench.fleet.robot('POST', whole, { fence: job.fence + 1, ...body })).toMatchObject({
        status: 409,
        body: { error: { code: 'STALE_LEASE' } },
      });
    }
    expect(await bench.item(item.id)).toMatchObject({ state: 'inProgress' });
  });

  test('may report: another job that knows the lock may not, and neither may its own once the lock is another', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, {});
    const [holder, other] = [await bench.newJob(), await bench.newJob()];
    const item = (await bench.next(holder, queue.name)) as JobQueueItem;
    const done = { status: 'successful', output: null };
    const stale = { status: 409, body: { error: { code: 'STALE_LEASE' } } };
    expect(await bench.report(other, item, done)).toMatchObject(stale);
    expect(await bench.report(holder, { ...item, lock: 'x; drop table jobs' }, done)).toMatchObject(stale);
    await bench.report(holder, item, { status: 'postponed', until: new Date(Date.now() - 1000).toISOString() });
    const again = (await bench.next(holder, queue.name)) as JobQueueItem;
    expect(again.id).toBe(item.id);
    expect(await bench.report(holder, item, done)).toMatchObject(stale);
    expect(await bench.report(holder, again, done)).toMatchObject({ status: 200, body: { duplicate: false } });
    expect(await bench.report(holder, again, done)).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(await bench.report(holder, again, { status: 'successful', output: 'else' })).toMatchObject(stale);
  });
});

describe('a failure', () => {
  test('of the application is tried again as a new item of the same lineage, as often as the queue says', async () => {
    const queue = await bench.newQueue({ maxRetries: 2 });
    await bench.add(queue, { reference: 'R', content: { n: 1 }, priority: 15 });
    const job = await bench.newJob();
    const tries: JobQueueItem[] = [];
    for (let n = 1; n <= 3; n++) {
      const item = (await bench.next(job, queue.name)) as JobQueueItem;
      expect(item).toMatchObject({ attempt: n, content: { n: 1 }, priority: 15 });
      const { body } = await bench.report(job, item, {
        status: 'failed',
        kind: 'application',
        reason: `fault ${n}`,
        output: null,
      });
      expect(body.item.state).toBe(n < 3 ? 'retried' : 'failed');
      tries.push(item);
    }
    expect(await bench.next(job, queue.name)).toBeUndefined();
    const { body } = await bench.fleet.admin<QueueItemHistory>('GET', `/queue-items/${tries[1]?.id}/history`);
    expect(body.lineage.map(({ state, failure, retriedFrom }) => [state, failure?.reason, retriedFrom])).toEqual([
      ['retried', 'fault 1', null],
      ['retried', 'fault 2', tries[0]?.id],
      ['failed', 'fault 3', tries[1]?.id],
    ]);
    expect(body.history.map(({ what }) => what)).toEqual([
      'added',
      'taken',
      'retried',
      'added',
      'taken',
      'retried',
      'added',
      'taken',
      'failed',
    ]);
  });

  test('of the item itself is final, however many tries there are', async () => {
    const queue = await bench.newQueue({ maxRetries: 5 });
    await bench.add(queue, {});
    const job = await bench.newJob();
    const item = (await bench.next(job, queue.name)) as JobQueueItem;
    await bench.report(job, item, { status: 'failed', kind: 'business', reason: 'no such customer', output: null });
    expect(await bench.next(job, queue.name)).toBeUndefined();
    expect((await bench.queue(queue.id)).figures).toMatchObject({ failedBusiness: 1, toReview: 1, new: 0 });
  });

  test('is tried again later where the queue says so, every pause twice as long', async () => {
    const queue = await bench.newQueue({ maxRetries: 3, retryDelaySeconds: 100, retryDoubles: true });
    await bench.add(queue, {});
    const job = await bench.newJob();
    for (const seconds of [100, 200]) {
      const item = (await bench.next(job, queue.name)) as JobQueueItem;
      await bench.report(job, item, { status: 'failed', kind: 'application', reason: 'x', output: null });
      expect(await bench.next(job, queue.name)).toBeUndefined();
      await bench.pass((seconds - 10) * 1000);
      expect(await bench.next(job, queue.name)).toBeUndefined();
      await bench.pass(20_000);
    }
    expect(await bench.next(job, queue.name)).toMatchObject({ attempt: 3 });
  });
});

describe('the end of a job', () => {
  const cases = [
    { how: 'complete', more: {}, state: 'abandoned', reason: 'without saying' },
    {
      how: 'fail',
      more: { error: { code: 'NODE_FAILED', message: 'The page is gone.' } },
      state: 'retried',
      reason: 'The job failed: The page is gone.',
    },
    {
      how: 'fail',
      more: { error: { code: 'RUN_CANCELLED', message: 'x' }, cancelled: true },
      state: 'abandoned',
      reason: 'cancelled',
    },
  ];
  test.each(cases)('gives up what it holds: $how', async ({ how, more, state, reason }) => {
    const queue = await bench.newQueue();
    const [added] = await bench.add(queue, { reference: 'R' });
    const job = await bench.newJob();
    await bench.next(job, queue.name);
    expect(await bench.robot.report(job, how, more)).toMatchObject({ status: 200 });
    expect(await bench.item(added?.id ?? '')).toMatchObject({
      state,
      failure: { reason: expect.stringContaining(reason) },
    });
    expect(await taken(queue)).toMatchObject({ attempt: 2, reference: 'R', originId: added?.id });
  });

  test('a job that goes back into the queue keeps what it holds, for whoever goes on with it', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, { reference: 'R' });
    const job = await bench.newJob();
    const item = (await bench.next(job, queue.name, { key: 'step' })) as JobQueueItem;
    await bench.robot.report(job, 'release', { reason: 'stopping' });
    expect(await bench.item(item.id)).toMatchObject({ state: 'inProgress' });
    const [again] = await bench.robot.claim();
    const held = { jobId: again?.jobId ?? '', fence: again?.fence ?? 0 };
    expect(held.jobId).toBe(job.jobId);
    expect(await bench.next(held, queue.name, { key: 'step' })).toEqual(item);
    const done = { status: 'successful', output: null };
    expect(await bench.report(job, item, done)).toMatchObject({ status: 409 });
    expect(await bench.report(held, item, done)).toMatchObject({ status: 200, body: { duplicate: false } });
  });

  test('while a job waits for people the time of its items stands still', async () => {
    const queue = await bench.newQueue();
    await bench.add(queue, { reference: 'R' });
    const job = await bench.newJob();
    const item = (await bench.next(job, queue.name)) as JobQueueItem;
    await bench.robot.report(job, 'progress', {
      steps: [{ seq: 1, kind: 'started', path: 'a', nodeId: 'start', at: 1 }],
    });
    const error = { code: 'STEP_IN_DOUBT', message: 'x' };
    await bench.robot.report(job, 'park', { error, path: 'a', lastStepSeq: 1 });
    await bench.pass(3_600_000);
    expect(await bench.next(await bench.newJob(), queue.name)).toBeUndefined();
    await bench.fleet.admin('POST', `/jobs/${job.jobId}/resolve`, { decision: 'retry' });
    const after = await bench.item(item.id);
    expect(after.state).toBe('inProgress');
    expect(Date.parse(after.lockedUntil ?? '')).toBeGreaterThan(Date.now());
  });
});

test('an item of which nothing is heard is given up; a queue may say that it is not tried again', async () => {
  const queue = await bench.newQueue({ retryAbandoned: false });
  const [added] = await bench.add(queue, {});
  const job = await bench.newJob();
  const item = (await bench.next(job, queue.name, { lockMs: 10_000 })) as JobQueueItem;
  await bench.pass(9000);
  await bench.report(job, item, { status: 'inProgress', progress: 'half' });
  await bench.pass(9000);
  expect(await bench.next(job, queue.name)).toBeUndefined();
  expect(await bench.item(added?.id ?? '')).toMatchObject({ state: 'inProgress', progress: 'half' });
  await bench.pass(2000);
  expect(await bench.next(job, queue.name)).toBeUndefined();
  expect(await bench.item(added?.id ?? '')).toMatchObject({ state: 'abandoned' });
  expect(await bench.report(job, item, { status: 'successful', output: null })).toMatchObject({
    status: 409,
    body: { error: { code: 'STALE_LEASE', details: { status: 'abandoned' } } },
  });
});

test('what a step adds is there once, in a queue that is made when there is none', async () => {
  const job = await bench.newJob();
  const name = `made by a job ${randomUUID()}`;
  const request = { fence: job.fence, queue: name, key: 'step', uniqueReference: true, item: { reference: 'R' } };
  const add = (more: object = {}) =>
    bench.fleet.robot<{ item: JobQueueItem; added: boolean }>('POST', `/jobs/${job.jobId}/queue-items`, {
      ...request,
      ...more,
    });
  const [first, again] = await Promise.all([add(), add()]);
  expect([first.status, first.body.added, again.body.item.id]).toEqual([201, true, first.body.item.id]);
  expect(await add({ key: 'another step' })).toMatchObject({
    body: { added: false, item: { id: first.body.item.id } },
  });
  expect(await add({ key: 'a third', uniqueReference: false })).toMatchObject({ status: 201, body: { added: true } });
  expect(await bench.items(first.body.item.queueId)).toHaveLength(2);
  await bench.fleet.admin('PUT', `/queues/${first.body.item.queueId}`, { uniqueReference: true });
  expect(await add({ key: 'a fourth', uniqueReference: false })).toMatchObject({
    status: 409,
    body: { error: { code: 'QUEUE_REFERENCE_TAKEN' } },
  });
});

import type { Queues } from '@casare/engine';
import { describe, expect, it } from 'vitest';
import type { openNodeBench } from '../run-one.ts';

export interface KeptQueues {
  readonly queues: Queues;
  readonly bench: Awaited<ReturnType<typeof openNodeBench>>;
  now(): number;
  /** As if so much time had passed for everything in the queues. */
  pass(ms: number): Promise<void> | void;
}

const minute = 60_000;
const hour = 60 * minute;

/** What steps may rely on, wherever queues are kept: the same for a file of this machine and for a fleet. */
export function describeQueues(opened: () => KeptQueues): void {
  let keys = 0;
  const key = () => ({ effectKey: `key-${++keys}`, now: () => opened().now() });
  const at = (ms: number) => new Date(opened().now() + ms).toISOString();
  const add = async (queue: string, params = {}, overrides = key()) =>
    (await opened().bench.run('queue.add', { queue, ...params }, overrides)).output;
  const next = async (queue: string, params = {}, overrides = key()) =>
    (await opened().bench.run('queue.next', { queue, ...params }, overrides)).output.item;
  const report = async (item: unknown, params = {}) =>
    (await opened().bench.run('queue.setStatus', { item, ...params }, key())).output.item;
  const refusal = (type: string, params: object) => opened().bench.fail(type, params as Record<string, unknown>, key());

  it('hands out the most urgent item: what is overdue, then by priority, deadline and age', async () => {
    await add('order', { reference: 'old' });
    await add('order', { reference: 'soon', deadline: at(24 * hour) });
    await add('order', { reference: 'late', deadline: at(48 * hour) });
    await add('order', { reference: 'low', priority: 'low' });
    await add('order', { reference: 'high', priority: 'high' });
    await add('order', { reference: 'overdue', priority: 'low', deadline: at(-hour) });
    const taken: string[] = [];
    for (let item = await next('order'); item; item = await next('order')) taken.push(item.reference);
    expect(taken).toEqual(['overdue', 'high', 'soon', 'late', 'old', 'low']);
    expect(await opened().bench.run('queue.next', { queue: 'order' }, key())).toMatchObject({
      port: 'empty',
      output: { item: null },
    });
  });

  it('gives data and takes a result', async () => {
    await add('data', { data: { invoice: 7, lines: [1, 2] }, priority: 'high' });
    const item = await next('data');
    expect(item).toMatchObject({
      queue: 'data',
      data: { invoice: 7, lines: [1, 2] },
      priority: 'high',
      status: 'inProgress',
      attempt: 1,
      maxRetries: 1,
      startedAt: expect.any(Number),
    });
    const done = await report(item, { output: { paid: true } });
    expect(done).toMatchObject({
      status: 'successful',
      output: { paid: true },
      lock: null,
      endedAt: expect.any(Number),
    });
  });

  it('adds an item once for a step that is repeated, and takes the same one again', async () => {
    const step = key();
    const first = await add('repeat', { data: { n: 1 } }, step);
    const again = await add('repeat', { data: { n: 1 } }, step);
    expect(again).toEqual(first);
    const taking = key();
    const item = await next('repeat', {}, taking);
    expect(await next('repeat', {}, taking)).toEqual(item);
    expect(await next('repeat')).toBeNull();
  });

  it('keeps references apart, as the author wants it', async () => {
    const first = await add('unique', { reference: 'R-1' });
    expect(await add('unique', { reference: 'R-1' })).toEqual({ item: first.item, added: false });
    const error = await refusal('queue.add', { queue: 'unique', reference: 'R-1', duplicate: 'fail' });
    expect(error.code).toBe('CONFLICT');
    expect((await add('unique', { reference: 'R-1', duplicate: 'allow' })).added).toBe(true);
    expect((await add('elsewhere', { reference: 'R-1' })).added).toBe(true);
  });

  describe('a failure', () => {
    it('of the application is tried again as often as allowed', async () => {
      await add('retry', { reference: 'R', maxRetries: 1 });
      const first = await next('retry');
      expect(await report(first, { status: 'failed', reason: 'no network' })).toMatchObject({
        status: 'retried',
        failure: { kind: 'application', reason: 'no network' },
      });
      const second = await next('retry');
      expect(second).toMatchObject({ reference: 'R', attempt: 2 });
      expect(await report(second, { status: 'failed' })).toMatchObject({ status: 'failed' });
      expect(await next('retry')).toBeNull();
    });

    it('of the item itself is final', async () => {
      await add('business', { maxRetries: 5 });
      const item = await next('business');
      expect(await report(item, { status: 'failed', failure: 'business', reason: 'no such customer' })).toMatchObject({
        status: 'failed',
      });
      expect(await next('business')).toBeNull();
    });
  });

  it('gives nothing before its time, and takes items back until then', async () => {
    await add('later', { postponeUntil: at(2 * hour), reference: 'L' });
    expect(await next('later')).toBeNull();
    await opened().pass(2 * hour);
    const item = await next('later');
    expect(item.reference).toBe('L');
    expect(await report(item, { status: 'postponed', until: at(hour) })).toMatchObject({ status: 'new', lock: null });
    expect(await next('later')).toBeNull();
    await opened().pass(hour);
    expect(await next('later')).toMatchObject({ reference: 'L', attempt: 1 });
  });

  it('gives up an item of which nothing is heard, and refuses the late report', async () => {
    await add('lost', { reference: 'X', maxRetries: 1 });
    const item = await next('lost', { lockMinutes: 10 });
    await opened().pass(9 * minute);
    expect(await report(item, { status: 'inProgress', progress: 'half' })).toMatchObject({ progress: 'half' });
    await opened().pass(9 * minute);
    expect(await next('lost')).toBeNull();
    await opened().pass(2 * minute);
    const again = await next('lost');
    expect(again).toMatchObject({ reference: 'X', attempt: 2 });
    const error = await refusal('queue.setStatus', { item });
    expect(error).toMatchObject({ code: 'STALE_LEASE', details: { status: 'abandoned' } });
    expect(await report(again)).toMatchObject({ status: 'successful' });
  });

  it('takes a report that comes late as long as nobody else looked', async () => {
    await add('late');
    const item = await next('late', { lockMinutes: 10 });
    await opened().pass(11 * minute);
    expect(await report(item)).toMatchObject({ status: 'successful' });
  });

  it('takes the same report twice', async () => {
    await add('twice');
    const item = await next('twice');
    const first = await report(item, { output: 1 });
    expect(await report(item, { output: 1 })).toEqual(first);
    expect((await refusal('queue.setStatus', { item, output: 2 })).code).toBe('STALE_LEASE');
  });

  it('never gives one item to two at once', async () => {
    for (let n = 0; n < 20; n++) await add('race', { reference: `item ${n}` });
    const taken = await Promise.all(Array.from({ length: 25 }, () => next('race')));
    const references = taken.flatMap((item): string[] => (item === null ? [] : [item.reference]));
    expect(references).toHaveLength(20);
    expect(new Set(references)).toEqual(new Set(Array.from({ length: 20 }, (_, n) => `item ${n}`)));
  });
}

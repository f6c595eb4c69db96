import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLocalQueues } from '@casare/engine';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { openNodeBench } from '../run-one.ts';

const makeTempFolder = prepareTempFolders('queues');
const folder = await makeTempFolder();
let clock = Date.parse('2026-01-01T00:00:00Z');
const queues = openLocalQueues(join(folder, 'queues.sqlite'), () => clock);
afterAll(() => queues.close());
const bench = await openNodeBench({ queues });
let keys = 0;
const key = () => ({ effectKey: `key-${++keys}`, now: () => clock });

const add = async (queue: string, params = {}, overrides = key()) =>
  (await bench.run('queue.add', { queue, ...params }, overrides)).output;
const next = async (queue: string, params = {}, overrides = key()) =>
  (await bench.run('queue.next', { queue, ...params }, overrides)).output.item;
const report = async (item: unknown, params = {}) =>
  (await bench.run('queue.setStatus', { item, ...params }, key())).output.item;

it('hands out the most urgent item: by priority, then deadline, then age', async () => {
  await add('order', { reference: 'old' });
  await add('order', { reference: 'soon', deadline: '2026-01-02T00:00:00Z' });
  await add('order', { reference: 'late', deadline: '2026-02-02T00:00:00Z' });
  await add('order', { reference: 'low', priority: 'low' });
  await add('order', { reference: 'high', priority: 'high' });
  const taken: string[] = [];
  for (let item = await next('order'); item; item = await next('order')) taken.push(item.reference);
  expect(taken).toEqual(['high', 'soon', 'late', 'old', 'low']);
  expect(await bench.run('queue.next', { queue: 'order' }, key())).toMatchObject({
    port: 'empty',
    output: { item: null },
  });
});

it('gives data and takes a result', async () => {
  await add('data', { data: { invoice: 7, lines: [1, 2] } });
  const item = await next('data');
  expect(item).toMatchObject({
    data: { invoice: 7, lines: [1, 2] },
    status: 'inProgress',
    attempt: 1,
    startedAt: clock,
  });
  const done = await report(item, { output: { paid: true } });
  expect(done).toMatchObject({ status: 'successful', output: { paid: true }, lock: null });
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
  const error = await bench.fail('queue.add', { queue: 'unique', reference: 'R-1', duplicate: 'fail' }, key());
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
  await add('later', { postponeUntil: '2026-01-01T02:00:00Z', reference: 'L' });
  expect(await next('later')).toBeNull();
  clock = Date.parse('2026-01-01T02:00:00Z');
  const item = await next('later');
  expect(item.reference).toBe('L');
  await report(item, { status: 'postponed', until: '2026-01-01T03:00:00Z' });
  expect(await next('later')).toBeNull();
  clock = Date.parse('2026-01-01T03:00:00Z');
  expect((await next('later')).reference).toBe('L');
});

it('gives up an item of which nothing is heard, and refuses the late report', async () => {
  await add('lost', { reference: 'X', maxRetries: 1 });
  const item = await next('lost', { lockMinutes: 10 });
  clock += 9 * 60_000;
  await report(item, { status: 'inProgress', progress: 'half' });
  clock += 9 * 60_000;
  expect(await next('lost')).toBeNull();
  clock += 2 * 60_000;
  const again = await next('lost');
  expect(again).toMatchObject({ reference: 'X', attempt: 2 });
  const error = await bench.fail('queue.setStatus', { item }, key());
  expect(error).toMatchObject({ code: 'STALE_LEASE', details: { status: 'abandoned' } });
  expect(await report(again)).toMatchObject({ status: 'successful' });
});

it('takes the same report twice', async () => {
  await add('twice');
  const item = await next('twice');
  const first = await report(item, { output: 1 });
  expect(await report(item, { output: 1 })).toEqual(first);
  expect((await bench.fail('queue.setStatus', { item, output: 2 }, key())).code).toBe('STALE_LEASE');
});

it('never gives one item to two programs', async () => {
  const path = join(folder, 'shared.sqlite');
  const own = openLocalQueues(path);
  for (let i = 0; i < 60; i++)
    await own.add({
      queue: 'shared',
      reference: `item ${i}`,
      uniqueReference: true,
      priority: 'normal',
      data: {},
      deadline: null,
      postponedUntil: null,
      maxRetries: 0,
      effectKey: `add-${i}`,
    });
  own.close();
  const program = join(import.meta.dirname, 'take-items.ts');
  const run = promisify(execFile);
  const taken = await Promise.all(
    ['a', 'b', 'c'].map(
      async (name) => JSON.parse((await run(process.execPath, [program, path, name])).stdout) as string[],
    ),
  );
  expect(taken.flat().toSorted()).toEqual(Array.from({ length: 60 }, (_, i) => `item ${i}`).toSorted());
}, 30_000);

it('says so where no queues are kept', async () => {
  const { noQueues } = await import('../../../../engine/resources/queues.ts');
  const error = await bench.fail('queue.next', { queue: 'none' }, { ...key(), queues: noQueues });
  expect(error.code).toBe('QUEUES_MISSING');
});

import { expect, test } from 'vitest';
import { gather } from '../../../orchestrator/db/gather.ts';
import { waitFor } from '../../support/wait-for.ts';

/** An error as PostgreSQL reports it: the transaction was rolled back. */
function refused(code = '22P05'): Error {
  return Object.assign(new Error('refused by the database'), { code });
}

test('calls that come while one is at work are joined, in order, each with its own result', async () => {
  const batches: number[][] = [];
  let release = () => {};
  const first = new Promise<void>((resolve) => (release = resolve));
  const join = gather<number, number>();
  const work = async (items: readonly number[]) => {
    batches.push([...items]);
    if (batches.length === 1) await first;
    return items.map((n) => n * 10);
  };
  const results = Promise.all([1, 2, 3, 4].map((n) => join('lane', n, work)));
  release();
  expect(await results).toEqual([10, 20, 30, 40]);
  expect(batches).toEqual([[1], [2, 3, 4]]);
});

test('one that is slow does not hold up those behind it, nor other lanes', async () => {
  let release = () => {};
  const slow = new Promise<void>((resolve) => (release = resolve));
  const join = gather<string, string>();
  const work = async (items: readonly string[]) => {
    if (items.includes('slow')) await slow;
    return items;
  };
  const waiting = join('lane', 'slow', work);
  expect(await join('other', 'quick', work)).toBe('quick');
  expect(await join('lane', 'behind', work)).toBe('behind');
  release();
  expect(await waiting).toBe('slow');
});

test('only the call that the database refuses fails', async () => {
  const join = gather<number, number>();
  const done: number[] = [];
  const work = async (items: readonly number[]) => {
    await Promise.resolve();
    if (items.includes(13)) throw refused();
    done.push(...items);
    return items;
  };
  const results = await Promise.allSettled([0, 11, 12, 13, 14, 15].map((n) => join('lane', n, work)));
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, true, true]);
  // None of them twice.
  expect(done.toSorted((a, b) => a - b)).toEqual([0, 11, 12, 14, 15]);
});

test('what may have been committed is not done again', async () => {
  const join = gather<number, number>();
  let runs = 0;
  const work = async () => {
    await Promise.resolve();
    runs++;
    throw new Error('Connection terminated unexpectedly');
  };
  const results = await Promise.allSettled([1, 2, 3].map((n) => join('lane', n, work)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  await waitFor(() => runs === 2, { until: 'the first and the joined rest have run' });
});

test('an error among the results refuses its call alone', async () => {
  const join = gather<number, number>();
  const work = async (items: readonly number[]) => items.map((n) => (n === 2 ? new Error('no') : n));
  const results = await Promise.allSettled([1, 2, 3].map((n) => join('lane', n, work)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

import { expect, test } from 'vitest';
import { createBackoff, pause, within } from '../../robot/backoff.ts';

test('pauses double up to the bound, and begin anew after a success', () => {
  const backoff = createBackoff(500, 3000, () => 1);
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1000, 2000, 3000, 3000]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
});

test('a pause is random, and never nothing', () => {
  const shares = [0, 0.5, 0.999];
  const backoff = createBackoff(1000, 1000, () => shares.shift() ?? 0);
  expect(backoff.next()).toBe(100);
  expect(backoff.next()).toBe(550);
  expect(backoff.next()).toBeCloseTo(999.1);
});

test('an aborted pause ends at once and leaves no listener behind', async () => {
  const stop = new AbortController();
  const paused = pause(60_000, stop.signal);
  stop.abort();
  await paused;
  await pause(60_000, stop.signal);
  await within(new Promise(() => undefined), 5);
  await within(Promise.resolve(), 60_000);
  expect(stop.signal.aborted).toBe(true);
});

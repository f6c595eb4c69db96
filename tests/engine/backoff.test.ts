import { AppError } from '@casare/shared';
import { expect, it } from 'vitest';
import { backoffMs } from '../../engine/backoff.ts';

const policy = { initialMs: 100, factor: 2, maxMs: 1000, jitter: 0.5 };
const asking = (retryAfterMs: unknown) => new AppError('HTTP_FAILED', 'busy', { details: { retryAfterMs } });

it('waits longer with every try, up to its limit', () => {
  expect([1, 2, 3, 9].map((attempt) => backoffMs(policy, attempt, () => 0))).toEqual([100, 200, 400, 1000]);
  expect(backoffMs(policy, 1, () => 0.999)).toBe(50);
});

it('waits as long as the other side asked for, but not for ever', () => {
  expect(backoffMs(policy, 1, () => 0, asking(7000))).toBe(7000);
  expect(backoffMs(policy, 9, () => 0, asking(10))).toBe(1000);
  expect(backoffMs(policy, 1, () => 0, asking(1e12))).toBe(3_600_000);
  expect(backoffMs(policy, 1, () => 0, asking('soon'))).toBe(100);
});

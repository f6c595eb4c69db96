import { expect, test } from 'vitest';
import { createLease } from '../../robot/lease.ts';

test('is safe until a sixth of it is left, counted from when the request was sent', () => {
  let now = 0;
  const lease = createLease(1000, 60, () => now);
  now = 50_999;
  expect(lease.safe()).toBe(true);
  now = 51_000;
  expect(lease.safe()).toBe(false);
});

test('a renewal counts from its own request, and a late answer of an earlier one takes nothing back', () => {
  let now = 0;
  const lease = createLease(0, 60, () => now);
  lease.renewed(30_000, 60);
  lease.renewed(15_000, 60);
  now = 79_999;
  expect(lease.safe()).toBe(true);
  now = 80_000;
  expect(lease.safe()).toBe(false);
  lease.renewed(80_000, 60);
  expect(lease.safe()).toBe(true);
});

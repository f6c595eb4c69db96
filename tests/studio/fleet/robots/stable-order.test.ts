import { expect, test } from 'vitest';
import { inOrder, sameOrder } from '../../../../studio/fleet/robots/stable-order.ts';
import { aRobot } from '../live/rows.ts';

test('rows keep their places while their values change; new ones come last, gone ones go', () => {
  const [a, b, c] = [aRobot(), aRobot(), aRobot()];
  const changed = { ...a, cpuPercent: 99 };
  expect(inOrder([c, changed], [a.id, b.id])).toEqual([changed, c]);
});

test('an order is the same only with the same rows in the same places', () => {
  const [a, b] = [aRobot(), aRobot()];
  expect(sameOrder([a, b], [a.id, b.id])).toBe(true);
  expect(sameOrder([b, a], [a.id, b.id])).toBe(false);
  expect(sameOrder([a], [a.id, b.id])).toBe(false);
});

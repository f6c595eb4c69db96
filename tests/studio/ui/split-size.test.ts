import { expect, test } from 'vitest';
import { clampPane, keyStep } from '../../../studio/ui/split-size.ts';

test('a pane keeps its limits and leaves room for the other', () => {
  const limits = { min: 100, max: 800, total: 1000, otherMin: 300 };
  expect([clampPane(20, limits), clampPane(450.4, limits), clampPane(5000, limits)]).toEqual([100, 450, 700]);
});

test('in a window that is too small for both, the pane takes its least size', () => {
  expect(clampPane(500, { min: 200, max: 800, total: 350, otherMin: 300 })).toBe(200);
});

test('before it is measured only its own limits count', () => {
  expect(clampPane(5000, { min: 100, max: 800, total: 0, otherMin: 300 })).toBe(800);
});

test('arrow keys move along the bar, further with Shift, and others are left alone', () => {
  expect([
    keyStep('ArrowRight', 'row', false),
    keyStep('ArrowLeft', 'row', true),
    keyStep('ArrowUp', 'column', false),
  ]).toEqual([16, -64, -16]);
  expect(keyStep('ArrowUp', 'row', false)).toBeUndefined();
});

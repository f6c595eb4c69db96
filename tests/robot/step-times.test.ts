import type { RunEvent } from '@casare/shared';
import { expect, test } from 'vitest';
import { createStepTimes } from '../../robot/tracing/step-times.ts';

let seq = 0;
const started = (path: string, attempt = 1): RunEvent => ({
  ...{ type: 'node.started', seq: ++seq, at: seq * 10, nodeId: 'click', path, attempt },
});
const finished = (path: string): RunEvent => ({
  ...{ type: 'node.finished', seq: ++seq, at: seq * 10, nodeId: 'click', path, port: 'out', durationMs: 1 },
});
const error = { code: 'ASSERTION_FAILED', message: 'too slow' } as const;
const retrying = (path: string): RunEvent => ({
  ...{ type: 'node.retrying', seq: ++seq, at: seq * 10, nodeId: 'click', path, attempt: 2, delayMs: 5, error },
});

test('every try of a step is told with its times, its type and the code it failed with; what the journal held is not', () => {
  const times = createStepTimes(new Map([['click', 'browser.click']]));
  const { steps, more } = times.take([
    finished('replayed'),
    started('each[0]/click'),
    retrying('each[0]/click'),
    started('each[0]/click', 2),
    finished('each[0]/click'),
  ]);
  expect(more).toBe(0);
  expect(steps).toMatchObject([
    { path: 'each[0]/click', nodeType: 'browser.click', attempt: 1, errorCode: 'ASSERTION_FAILED' },
    { path: 'each[0]/click', nodeType: 'browser.click', attempt: 2 },
  ]);
  expect(steps[0]?.startedAt).toBeLessThan(steps[0]?.endedAt ?? 0);
  expect(steps[1]).not.toHaveProperty('errorCode');
});

test('a loop is told up to a limit and then only counted', () => {
  const times = createStepTimes(new Map(), 3);
  const loop = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => [started(`each[${from + i}]`), finished(`each[${from + i}]`)]).flat();
  expect(times.take(loop(0, 2))).toMatchObject({ steps: [{}, {}], more: 0 });
  const next = times.take(loop(2, 4));
  expect([next.steps.length, next.more]).toEqual([1, 3]);
  expect(times.take(loop(6, 2))).toEqual({ steps: [], more: 2 });
});

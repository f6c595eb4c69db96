import type { StepRow } from '@casare/shared';
import { expect, test } from 'vitest';
import { iterationOf, stepSpans } from '../../../../studio/fleet/job/step-spans.ts';

let seq = 0;
const row = (kind: StepRow['kind'], path: string, at: number, more: Partial<StepRow> = {}): StepRow => ({
  seq: ++seq,
  kind,
  path,
  nodeId: path.split('/').at(-1) ?? path,
  at,
  ...more,
});

test('a finished step began as long ago as it took', () => {
  const [span] = stepSpans([row('finished', 'read', 500, { durationMs: 120, port: 'out' })], false);
  expect(span).toMatchObject({ state: 'completed', start: 380, end: 500, port: 'out', depth: 0 });
});

test('a step that was tried again is one line with two bars', () => {
  const rows = [
    row('started', 'click', 100),
    row('failed', 'click', 300, { durationMs: 200 }),
    row('started', 'click', 400),
    row('finished', 'click', 450, { durationMs: 50 }),
  ];
  const [span] = stepSpans(rows, false);
  expect(span?.state).toBe('completed');
  expect(span?.tries).toEqual([
    { start: 100, end: 300, ok: false },
    { start: 400, end: 450, ok: true },
  ]);
});

test('a step without an end runs while the job runs, and failed with it when the job has ended', () => {
  const rows = [
    row('finished', 'a', 100, { durationMs: 10 }),
    row('started', 'b', 120),
    row('finished', 'c', 200, { durationMs: 5 }),
  ];
  expect(stepSpans(rows, true).find((span) => span.path === 'b')).toMatchObject({ state: 'running', end: undefined });
  expect(stepSpans(rows, false).find((span) => span.path === 'b')).toMatchObject({ state: 'failed', end: 200 });
});

test('a step that asks people waits while no robot has the job, and its answer is no other try', () => {
  const asked = row('started', 'ask', 100, { data: { deadline: null } });
  const answered = row('started', 'ask', 900, { data: { deadline: null, answer: { choice: 'yes' } } });
  expect(stepSpans([asked], false, true)[0]).toMatchObject({ state: 'waiting' });
  expect(stepSpans([asked], false)[0]).toMatchObject({ state: 'failed' });
  expect(stepSpans([asked, answered], false, true)[0]).toMatchObject({ state: 'waiting', tries: [{ start: 100 }] });
  const [done] = stepSpans([asked, answered, row('finished', 'ask', 950)], false);
  expect(done).toMatchObject({ state: 'completed', start: 100, end: 950 });
  expect(done?.tries).toHaveLength(1);
});

test('a caught failure is shown as handled', () => {
  const rows = [row('failed', 'try/pay', 100, { durationMs: 10 }), row('handled', 'try/pay', 101)];
  expect(stepSpans(rows, false)[0]).toMatchObject({ state: 'handled', depth: 1 });
});

test('steps stand in the order they began, containers before what is in them', () => {
  const rows = [
    row('finished', 'each[0]/click', 200, { durationMs: 100 }),
    row('finished', 'each[1]/click', 300, { durationMs: 100 }),
    row('finished', 'each', 300, { durationMs: 200 }),
    row('state', 'each', 301),
  ];
  expect(stepSpans(rows, false).map((span) => span.path)).toEqual(['each', 'each[0]/click', 'each[1]/click']);
});

test('a step in loops says in which round it ran', () => {
  expect(iterationOf('click')).toBeUndefined();
  expect(iterationOf('try/body/click')).toBeUndefined();
  expect(iterationOf('each[2]/click')).toBe('#3');
  expect(iterationOf('each[2]/try/body/retry[0]/click')).toBe('#3.1');
});

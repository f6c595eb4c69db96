import type { RunEvent, RunEventBody } from '@casare/shared';
import { describe, expect, it } from 'vitest';
import {
  applyRunEvents,
  overlayFromJournal,
  type RunOverlay,
  startOverlay,
} from '../../../../studio/editor/run/run-overlay.ts';
import { KEPT_PASSES } from '../../../../studio/editor/run/step-overlay.ts';
import { createRunStore } from '../../../../studio/editor/run/run-store.ts';

function events(...bodies: RunEventBody[]): RunEvent[] {
  return bodies.map((body, i): RunEvent => ({ ...body, seq: i + 1, at: 1000 + i }));
}
const at = (nodeId: string, path = nodeId) => ({ nodeId, path });
const run = (...bodies: RunEventBody[]): RunOverlay => applyRunEvents(startOverlay('r', 1000), events(...bodies));
const error = { code: 'ELEMENT_NOT_FOUND', message: 'Nothing fits.' } as const;

describe('the overlay of a run', () => {
  it('follows a step from its start to its end', () => {
    const overlay = run(
      { type: 'node.started', ...at('a'), attempt: 1 },
      { type: 'node.progress', ...at('a'), fraction: 0.5 },
    );
    expect(overlay.steps.get('a')).toMatchObject({ state: 'running', progress: 0.5, count: 0 });
    const done = applyRunEvents(
      overlay,
      events({ type: 'node.finished', ...at('a'), port: 'out', durationMs: 7, output: { x: 1 } }),
    );
    expect(done.steps.get('a')).toMatchObject({ state: 'done', count: 1, durationMs: 7, progress: undefined });
    expect(done.steps.get('a')?.passes).toMatchObject([{ path: 'a', output: { x: 1 }, port: 'out' }]);
  });

  it('keeps a pass for each round of a loop, and counts on when there are too many to keep', () => {
    const rounds = Array.from(
      { length: KEPT_PASSES + 40 },
      (_, i): RunEventBody => ({
        type: 'node.finished',
        ...at('in', `each[${i}]/in`),
        port: 'out',
        durationMs: 1,
        output: i,
      }),
    );
    const step = run(...rounds).steps.get('in');
    expect(step?.count).toBe(KEPT_PASSES + 40);
    expect(step?.passes).toHaveLength(KEPT_PASSES);
    expect(step?.passes.at(-1)?.path).toBe(`each[${KEPT_PASSES + 39}]/in`);
  });

  it('points at the step that failed first, not at the container that failed because of it', () => {
    const overlay = run(
      { type: 'node.failed', ...at('click', 'each[0]/click'), durationMs: 3, error, handled: false },
      { type: 'node.failed', ...at('each'), durationMs: 9, error, handled: false },
      { type: 'run.finished', status: 'failed', durationMs: 10, steps: 1, error },
    );
    expect(overlay).toMatchObject({ status: 'failed', failedNode: 'click', error });
    expect(overlay.logs.map((line) => line.level)).toEqual(['error', 'error', 'error']);
  });

  it('shows a failure that was caught as such', () => {
    const overlay = run({ type: 'node.failed', ...at('a'), durationMs: 1, error, handled: true });
    expect(overlay.failedNode).toBeUndefined();
    expect(overlay.steps.get('a')?.state).toBe('handled');
  });

  it('leaves nothing running when the run has ended', () => {
    const overlay = run(
      { type: 'node.started', ...at('a'), attempt: 1 },
      { type: 'run.finished', status: 'cancelled', durationMs: 5, steps: 0 },
    );
    expect(overlay.steps.get('a')?.state).not.toBe('running');
    expect(overlay.durationMs).toBe(5);
  });

  it('knows where it is paused and goes on', () => {
    const paused = run({ type: 'run.paused', nodeId: 'b', path: 'b', reason: 'breakpoint' });
    expect(paused).toMatchObject({ status: 'paused', pausedAt: { nodeId: 'b' } });
    expect(applyRunEvents(paused, events({ type: 'run.resumed' }))).toMatchObject({
      status: 'running',
      pausedAt: undefined,
    });
  });

  it('is the same from the journal of a finished run', () => {
    const overlay = overlayFromJournal(startOverlay('r', 0), [
      { seq: 1, kind: 'started', path: 'a', nodeId: 'a', at: 1 },
      {
        seq: 2,
        kind: 'finished',
        path: 'a',
        nodeId: 'a',
        at: 2,
        durationMs: 1,
        port: 'out',
        output: 5,
        vars: { n: 5 },
      },
      { seq: 3, kind: 'failed', path: 'b', nodeId: 'b', at: 3, durationMs: 1, error },
      { seq: 4, kind: 'handled', path: 'b', nodeId: 'b', at: 4 },
    ]);
    expect(overlay.steps.get('a')).toMatchObject({ state: 'done', count: 1 });
    expect(overlay.steps.get('b')?.state).toBe('handled');
    expect(overlay.variables).toEqual({ n: 5 });
  });
});

describe('the store of a run', () => {
  it('tells only the steps that a batch names, once a frame', () => {
    const frames: (() => void)[] = [];
    const store = createRunStore((apply) => frames.push(apply));
    store.show(startOverlay('r', 0));
    const told = { a: 0, b: 0, all: 0 };
    store.subscribeStep('a', () => told.a++);
    store.subscribeStep('b', () => told.b++);
    store.subscribe(() => told.all++);
    for (let i = 0; i < 200; i++) store.push(events({ type: 'node.progress', ...at('a'), fraction: i / 200 }));
    expect(told).toEqual({ a: 0, b: 0, all: 0 });
    expect(frames).toHaveLength(1);
    frames[0]?.();
    expect(told).toEqual({ a: 1, b: 0, all: 1 });
    expect(store.step('a')?.progress).toBe(199 / 200);
  });
});

it('steps and variables of a called workflow are not painted on steps with the same id', () => {
  const at = { at: 1, seq: 1 };
  const error = { code: 'HTTP_FAILED', message: 'no answer' } as const;
  const overlay = applyRunEvents(startOverlay('r', 0), [
    { ...at, type: 'node.started', nodeId: 'call', path: 'each[0]/call', attempt: 1 },
    { ...at, type: 'node.started', nodeId: 'same', path: 'each[0]/call/call/same', attempt: 1 },
    { ...at, type: 'variable.changed', name: 'v', value: 1, call: 'each[0]/call' },
    {
      ...at,
      type: 'node.failed',
      nodeId: 'same',
      path: 'each[0]/call/call/same',
      durationMs: 1,
      error,
      handled: false,
    },
    { ...at, type: 'node.stuck', nodeId: 'same', path: 'each[0]/call/call/same', runningMs: 70_000 },
    { ...at, type: 'run.paused', nodeId: 'same', path: 'each[0]/call/call/same', reason: 'step' },
  ]);
  expect([...overlay.steps.keys()]).toEqual(['call']);
  expect(overlay).toMatchObject({ variables: {}, current: 'call', pausedAt: { nodeId: 'call' } });
  expect(overlay.logs).toMatchObject([{ nodeId: 'call', message: 'HTTP_FAILED: no answer' }]);
  expect(overlay.failedNode).toBeUndefined();
});

describe('a run that is stepped through', () => {
  it('marks the step before which it stands until that one runs or the run goes on', () => {
    const paused = run({ type: 'run.paused', ...at('b'), reason: 'breakpoint' });
    expect(paused.steps.get('b')).toMatchObject({ state: 'waiting', paused: true, count: 0 });
    const stepped = applyRunEvents(
      paused,
      events({ type: 'node.started', ...at('b'), attempt: 1 }, { type: 'run.paused', ...at('c'), reason: 'step' }),
    );
    expect(stepped.steps.get('b')?.paused).toBeUndefined();
    expect(stepped.steps.get('c')?.paused).toBe(true);
    const ended = applyRunEvents(
      stepped,
      events({ type: 'run.finished', status: 'cancelled', durationMs: 5, steps: 0 }),
    );
    expect(ended.steps.has('c')).toBe(false);
  });

  it('shows a pause within a called workflow at the call, and keeps the variables of both apart', () => {
    const overlay = run(
      { type: 'variable.changed', name: 'n', value: 1 },
      { type: 'variable.changed', name: 'n', value: 2, call: 'each[0]/tax' },
      { type: 'run.paused', ...at('sum', 'each[0]/tax/call/sum'), reason: 'step' },
    );
    expect(overlay.steps.get('tax')?.paused).toBe(true);
    expect(overlay.steps.has('sum')).toBe(false);
    expect(overlay.currentPath).toBe('each[0]/tax/call/sum');
    expect(overlay.variables).toEqual({ n: 1 });
    expect(overlay.callVariables.get('each[0]/tax')).toEqual({ n: 2 });
  });

  it('keeps a trail through called workflows', () => {
    const overlay = run(
      { type: 'node.started', ...at('tax'), attempt: 1 },
      { type: 'node.started', ...at('tax', 'tax/call/tax'), attempt: 1 },
      { type: 'node.finished', ...at('tax', 'tax/call/tax'), port: 'out', durationMs: 1 },
      { type: 'node.failed', ...at('tax'), durationMs: 3, error, handled: false },
    );
    expect(overlay.trail.map(({ path, state }) => [path, state])).toEqual([
      ['tax', 'failed'],
      ['tax/call/tax', 'done'],
    ]);
    // The same id in the called workflow is another step.
    expect(overlay.steps.get('tax')).toMatchObject({ state: 'failed', count: 1 });
  });

  it('tells that nothing is heard of a step until something is', () => {
    const stuck = run(
      { type: 'node.started', ...at('a'), attempt: 1 },
      { type: 'node.stuck', ...at('a'), runningMs: 400 },
    );
    expect(stuck.steps.get('a')?.silentSince).toBe(1001 - 400);
    const heard = applyRunEvents(stuck, events({ type: 'node.progress', ...at('a'), fraction: 0.1 }));
    expect(heard.steps.get('a')?.silentSince).toBeUndefined();
  });
});

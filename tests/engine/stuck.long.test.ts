import type { RunEvent } from '@casare/shared';
import { defineNode, systemClock } from '@casare/engine';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { waitFor } from '../support/wait-for.ts';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const start = 'control.start';

/** Runs until it is told to end, and speaks when it is told to. */
function hold() {
  let speak: () => void = () => undefined;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const node = defineNode({
    type: 'test.hold',
    version: 1,
    title: 'Hold',
    category: 'data',
    icon: 'box',
    description: 'A node of the tests.',
    params: z.strictObject({}),
    output: z.undefined(),
    effect: 'idempotent',
    examples: [{ title: 'One', params: {} }],
    async run(ctx) {
      speak = () => ctx.progress(0.5);
      await ended;
      return {};
    },
  });
  return { node, end: () => end(), speak: () => speak() };
}

/** A clock that can be put forward. */
function movableClock() {
  let ahead = 0;
  return { clock: { ...systemClock, now: () => Date.now() + ahead }, forward: (ms: number) => void (ahead += ms) };
}

async function runHold(rest: object = {}) {
  const held = hold();
  const time = movableClock();
  const events: RunEvent[] = [];
  const asked: unknown[] = [];
  const ended = runDocument(workflowOf({ start, hold: { type: 'test.hold', ...rest } }, ['start>hold']), {
    bed: createTestBed([held.node]),
    clock: time.clock,
    onEvents: (batch) => events.push(...batch),
    expectedMs(step) {
      asked.push(step);
      return 20_000;
    },
  });
  await waitFor(() => events.some((event) => event.type === 'node.started' && event.path === 'hold'));
  return { ...held, ...time, events, asked, ended, stuck: () => events.filter((event) => event.type === 'node.stuck') };
}

test.each([{}, { timeoutMs: 600_000 }])(
  'a step of which nothing is heard for much too long is reported once (%j)',
  async (rest) => {
    const run = await runHold(rest);
    run.forward(70_000);
    await waitFor(() => run.asked.length > 0);
    expect(run.stuck()).toEqual([]);
    run.forward(50_000);
    await waitFor(() => run.stuck().length > 0);
    expect(run.stuck()).toMatchObject([{ nodeId: 'hold', path: 'hold', expectedMs: 20_000 }]);
    expect(run.asked[0]).toMatchObject({ workflowId: 'test', nodeId: 'hold', type: 'test.hold' });
    run.forward(500_000);
    const seen = run.asked.length;
    run.end();
    expect((await run.ended).status).toBe('completed');
    expect(run.stuck()).toHaveLength(1);
    expect(run.asked).toHaveLength(seen);
    expect(run.events.filter((event) => event.type === 'node.log')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('may be stuck') },
    ]);
  },
);

test('a step that tells how far it is, is not stuck', async () => {
  const run = await runHold();
  run.forward(99_000);
  run.speak();
  run.forward(99_000);
  await waitFor(() => run.asked.length > 0);
  expect(run.stuck()).toEqual([]);
  run.end();
  await run.ended;
});

test('a delay is never stuck, however long it is', async () => {
  const { clock, forward } = movableClock();
  const abort = new AbortController();
  const events: RunEvent[] = [];
  const wait = { type: 'control.delay', params: { ms: 600_000 } };
  const held = hold();
  const ended = runDocument(
    workflowOf({ start, par: 'control.parallel', wait, hold: 'test.hold' }, [
      'start>par',
      'par.branch1>wait',
      'par.branch2>hold',
    ]),
    { bed: createTestBed([held.node]), clock, signal: abort.signal, onEvents: (batch) => events.push(...batch) },
  );
  await waitFor(() => events.some((event) => event.type === 'node.started' && event.nodeId === 'hold'));
  forward(61_000);
  await waitFor(() => events.some((event) => event.type === 'node.stuck'));
  expect(events.flatMap((event) => (event.type === 'node.stuck' ? [event.nodeId] : []))).toEqual(['hold']);
  held.end();
  abort.abort();
  await ended;
});

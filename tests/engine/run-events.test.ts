import type { RunEvent } from '@casare/shared';
import { createRunControl } from '@casare/engine';
import { expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';
import { waitFor } from '../support/wait-for.ts';
import { runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });

const brief = (events: readonly RunEvent[]) =>
  events.map((event) => ('path' in event ? `${event.type} ${event.path}` : event.type));

test('events are numbered without gaps and come in the order of what happened', async () => {
  const events: RunEvent[] = [];
  const nodes = {
    start,
    try: 'control.try',
    fail: 'test.fail',
    caught: value(1),
    v: { type: 'test.variable', params: { name: 'a', value: 2 } },
  };
  const document = workflowOf(nodes, ['start>try', 'try.body>fail', 'try.catch>caught', 'try>v'], {
    variables: [{ name: 'a', type: 'any' }],
  });
  await runDocument(document, { onEvents: (batch) => events.push(...batch) });
  expect(events.map((event) => event.seq)).toEqual(events.map((_event, i) => i + 1));
  expect(brief(events)).toEqual([
    'run.started',
    'node.started start',
    'node.finished start',
    'node.started try',
    'node.started try/body/fail',
    'node.failed try/body/fail',
    'node.started try/catch/caught',
    'node.finished try/catch/caught',
    'node.finished try',
    'node.started v',
    'variable.changed',
    'node.finished v',
    'run.finished',
  ]);
  expect(events.find((event) => event.type === 'node.failed')).toMatchObject({
    handled: true,
    error: { code: 'HTTP_FAILED' },
  });
  expect(events.at(-1)).toMatchObject({ status: 'completed', steps: 5 });
});

test('events of one tick come in one batch', async () => {
  let batches = 0;
  await runDocument(
    workflowOf({ start, again: { type: 'control.repeat', params: { times: 100 } }, x: value(1) }, [
      'start>again',
      'again.body>x',
    ]),
    {
      onEvents: () => (batches += 1),
    },
  );
  expect(batches).toBeLessThan(5);
});

test('a watcher that throws does not disturb the run', async () => {
  const result = await runDocument(workflowOf({ start, a: value(1) }, ['start>a']), {
    onEvents() {
      throw new Error('broken watcher');
    },
  });
  expect(result.status).toBe('completed');
});

test('a large output is cut in the event and whole in the run', async () => {
  const events: RunEvent[] = [];
  const big = 'x'.repeat(100_000);
  const document = workflowOf({ start, a: value(big) }, ['start>a'], {
    outputs: [{ name: 'a', value: '${steps.a.output}' }],
  });
  const result = await runDocument(document, { onEvents: (batch) => events.push(...batch) });
  expect(result.output.a).toBe(big);
  const finished = events.find((event) => event.type === 'node.finished' && event.nodeId === 'a');
  expect(finished).toMatchObject({ truncated: true });
  expect(JSON.stringify(finished).length).toBeLessThan(17_000);
});

test('values of secret inputs and variables are masked in events and in the error, not in what the run works with', async () => {
  const events: RunEvent[] = [];
  const nodes = {
    start,
    use: value({ header: 'Bearer ${input.token}', deep: ['${vars.pin}'] }),
    fail: { type: 'test.fail', params: { message: 'refused ${input.token}' } },
  };
  const document = workflowOf(nodes, ['start>use', 'use>fail'], {
    inputs: [{ name: 'token', type: 'text', secret: true }],
    variables: [{ name: 'pin', type: 'any', default: 'pin-123456', secret: true }],
  });
  const result = await runDocument(document, {
    input: { token: 'tok-abcdef' },
    onEvents: (batch) => events.push(...batch),
  });
  expect(JSON.stringify(events)).not.toMatch(/tok-abcdef|pin-123456/);
  expect(result.error?.message).toBe('refused ••••');
  expect(result.rows.find((row) => row.nodeId === 'use')?.output).toEqual({
    header: 'Bearer tok-abcdef',
    deep: ['pin-123456'],
  });
});

test('replayed steps are told as such', async () => {
  const document = workflowOf({ start, a: value(1), b: value(2) }, ['start>a', 'a>b']);
  const { rows } = await runDocument(document);
  const events: RunEvent[] = [];
  await runDocument(document, { rows: rows.slice(0, 2), onEvents: (batch) => events.push(...batch) });
  expect(events[0]).toMatchObject({ type: 'run.started', resumed: true });
  expect(brief(events.filter((event) => 'replayed' in event))).toEqual(['node.finished start', 'node.finished a']);
});

test('a breakpoint pauses before its step; a step goes one further; resume goes to the end', async () => {
  const events: RunEvent[] = [];
  const control = createRunControl();
  const nodes = { start, a: value(1), b: value(2, { breakpoint: true }), c: value(3), d: value(4) };
  const running = runDocument(workflowOf(nodes, ['start>a', 'a>b', 'b>c', 'c>d']), {
    control,
    onEvents: (batch) => events.push(...batch),
  });
  const pauses = () => events.filter((event) => event.type === 'run.paused');
  await waitFor(() => pauses().length === 1);
  expect(pauses()[0]).toMatchObject({ path: 'b', reason: 'breakpoint' });
  expect(control.paused).toBe(true);
  control.step();
  await waitFor(() => pauses().length === 2);
  expect(pauses()[1]).toMatchObject({ path: 'c', reason: 'step' });
  control.resume();
  const result = await running;
  expect(result).toMatchObject({ status: 'completed', ledger: ['a', 'b', 'c', 'd'] });
  expect(pauses()).toHaveLength(2);
});

test('pause stops between steps, and a paused run can be cancelled', async () => {
  const events: RunEvent[] = [];
  const control = createRunControl();
  const controller = new AbortController();
  control.pause();
  const running = runDocument(workflowOf({ start, a: value(1) }, ['start>a']), {
    control,
    signal: controller.signal,
    onEvents: (batch) => events.push(...batch),
  });
  await waitFor(() => events.some((event) => event.type === 'run.paused'));
  controller.abort();
  expect(await running).toMatchObject({ status: 'cancelled', ledger: [] });
});

test('without a control breakpoints are passed', async () => {
  const result = await runDocument(workflowOf({ start, a: value(1, { breakpoint: true }) }, ['start>a']));
  expect(result.ledger).toEqual(['a']);
});

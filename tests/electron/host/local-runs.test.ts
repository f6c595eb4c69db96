import type { HostReply, Workflow } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { workflowOf } from '../../support/workflows.ts';
import { type Bench, type Connection, connect, startBench } from './host-bench.ts';

const makeTempFolder = prepareTempFolders('local-runs');
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(await makeTempFolder());
});
afterAll(() => bench?.server.stop());

const start = 'control.start';
const setTotal = { type: 'data.setVariable', params: { name: 'total', value: '${input.price * 2}' } };
const summing = workflowOf({ start, total: setTotal }, ['start>total'], {
  name: 'Summing',
  id: 'summing',
  variables: [{ name: 'total', type: 'any' }],
  inputs: [{ name: 'price', type: 'number', required: true }],
  outputs: [{ name: 'total', value: '${vars.total}' }],
});
const waiting = workflowOf({ start, wait: { type: 'control.delay', params: { ms: 600_000 } } }, ['start>wait'], {
  id: 'waiting',
});

async function startRun(connection: Connection, document: Workflow, rest: object = {}): Promise<string> {
  const { runId } = await connection.ask<HostReply<'run.start'>>('run.start', { document, ...rest });
  return runId;
}

async function summaryOf(connection: Connection, runId: string) {
  const { runs } = await connection.ask<HostReply<'runs.list'>>('runs.list');
  return runs.find((run) => run.runId === runId);
}

const hasStarted = (connection: Connection, nodeId: string) =>
  waitFor(() => connection.runEvents().some((event) => event.type === 'node.started' && event.nodeId === nodeId));
const hasEnded = (connection: Connection, runId: string) =>
  waitFor(async () => {
    const summary = await summaryOf(connection, runId);
    return summary?.status !== 'running' && summary;
  });

test('a run tells its events in order, and its steps and outputs can be read after it', async () => {
  using connection = await connect(bench.server);
  const runId = await startRun(connection, summing, { input: { price: 21 } });
  await waitFor(() => connection.runEvents().some((event) => event.type === 'run.finished'));
  const events = connection.runEvents();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(events[0]).toMatchObject({ type: 'run.started', runId });
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'completed', output: { total: 42 } });
  expect(await hasEnded(connection, runId)).toMatchObject({
    status: 'completed',
    workflowId: 'summing',
    workflowName: 'Summing',
    error: null,
  });
  const { steps } = await connection.ask<HostReply<'runs.steps'>>('runs.steps', { runId });
  expect(steps.filter(({ kind }) => kind === 'finished').map(({ path }) => path)).toEqual(['start', 'total']);
  const last = steps.at(-1)?.seq ?? 0;
  expect(await connection.ask('runs.steps', { runId, after: last })).toEqual({ steps: [] });
  expect(await connection.ask('runs.steps', { runId, limit: 1 })).toEqual({ steps: [steps[0]] });
  expect(await connection.ask('runs.output', { runId, path: 'total' })).toEqual({
    output: { value: 42 },
    truncated: false,
  });
});

test('a failed run says why in the list', async () => {
  using connection = await connect(bench.server);
  const failing = workflowOf({ start, fail: { type: 'control.throw', params: { message: 'no stock' } } }, [
    'start>fail',
  ]);
  const runId = await startRun(connection, failing);
  expect(await hasEnded(connection, runId)).toMatchObject({
    status: 'failed',
    error: { code: 'THROWN', message: expect.stringContaining('no stock') },
  });
});

test('a run that waits stops within two seconds, and its steps can be read meanwhile', async () => {
  using connection = await connect(bench.server);
  const runId = await startRun(connection, waiting);
  await hasStarted(connection, 'wait');
  const { steps } = await connection.ask<HostReply<'runs.steps'>>('runs.steps', { runId });
  expect(steps).toContainEqual(expect.objectContaining({ path: 'start', kind: 'finished' }));
  const askedAt = performance.now();
  await connection.ask('run.stop', { runId });
  expect(await hasEnded(connection, runId)).toMatchObject({ status: 'cancelled' });
  expect(performance.now() - askedAt).toBeLessThan(2000);
  expect(await connection.call('run.stop', { runId })).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
});

test('a debugged run pauses at a breakpoint, goes one step, and goes on', async () => {
  using connection = await connect(bench.server);
  const document = workflowOf(
    { start, a: { ...setTotal, breakpoint: true }, b: setTotal, c: setTotal },
    ['start>a', 'a>b', 'b>c'],
    { variables: summing.variables, inputs: summing.inputs },
  );
  const runId = await startRun(connection, document, { input: { price: 1 }, debug: true });
  const pauses = () => connection.runEvents().filter((event) => event.type === 'run.paused');
  await waitFor(() => pauses().length === 1);
  expect(pauses()[0]).toMatchObject({ reason: 'breakpoint', nodeId: 'a' });
  await connection.ask('run.resume', { runId, step: true });
  await waitFor(() => pauses().length === 2);
  expect(pauses()[1]).toMatchObject({ reason: 'step', nodeId: 'b' });
  await connection.ask('run.resume', { runId });
  expect(await hasEnded(connection, runId)).toMatchObject({ status: 'completed' });
});

test('a run without debugging passes breakpoints and says that it cannot pause', async () => {
  using connection = await connect(bench.server);
  const runId = await startRun(connection, waiting);
  await hasStarted(connection, 'wait');
  expect(await connection.call('run.pause', { runId })).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
  await connection.ask('run.stop', { runId });
});

test('a run ends after the step it was asked to run to', async () => {
  using connection = await connect(bench.server);
  const runId = await startRun(connection, waiting, { untilNode: 'start' });
  expect(await hasEnded(connection, runId)).toMatchObject({ status: 'completed' });
});

test('a document with errors and a missing input do not start', async () => {
  using connection = await connect(bench.server);
  const unknown = workflowOf({ start, odd: 'no.such.node' }, ['start>odd']);
  expect(await connection.call('run.start', { document: unknown })).toMatchObject({ ok: false });
  expect(await connection.call('run.start', { document: summing })).toMatchObject({
    ok: false,
    error: { code: 'INPUT_INVALID' },
  });
});

test.each(['00000000-0000-4000-8000-000000000000', '../../../etc/passwd', ''])(
  'the run %j is not there',
  async (runId) => {
    using connection = await connect(bench.server);
    expect(await connection.call('runs.steps', { runId })).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await connection.call('runs.output', { runId, path: 'a' })).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND' },
    });
  },
);

test('closing the host stops what runs, and the next one knows the run', async () => {
  const folder = await makeTempFolder();
  const first = await startBench(folder);
  using connection = await connect(first.server);
  const runId = await startRun(connection, waiting);
  await hasStarted(connection, 'wait');
  await first.server.stop();
  await using second = await startBench(folder);
  using again = await connect(second.server);
  expect(await summaryOf(again, runId)).toMatchObject({ status: 'cancelled' });
  expect(await again.ask('runs.output', { runId, path: 'start' })).toMatchObject({ truncated: false });
});

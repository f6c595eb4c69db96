import type { HostReply, RunEvent, Workflow } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { workflowOf } from '../../support/workflows.ts';
import { writeTree } from '../../support/write-tree.ts';
import { type Bench, type Connection, connect, startBench } from './host-bench.ts';

const makeTempFolder = prepareTempFolders('debug-runs');
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(await makeTempFolder());
  await writeTree(bench.folder, { 'workflows/parts/child.flow.json': JSON.stringify(child) });
});
afterAll(() => bench?.server.stop());

const start = 'control.start';
const set = (name: string, of: unknown) => ({ type: 'data.setVariable', params: { name, value: of as never } });
const child = workflowOf({ start, sum: set('s', '${input.a + 1}') }, ['start>sum'], {
  id: 'child',
  inputs: [{ name: 'a', type: 'number' }],
  variables: [{ name: 's', type: 'number' }],
  outputs: [{ name: 's', value: '${vars.s}' }],
});
const parent = workflowOf(
  {
    start,
    first: set('v', 1),
    call: { type: 'workflow.call', params: { workflowId: 'child', input: { a: '${vars.v}' } } },
    last: set('w', '${steps.call.output.s}'),
  },
  ['start>first', 'first>call', 'call>last'],
  {
    id: 'parent',
    variables: [
      { name: 'v', type: 'number' },
      { name: 'w', type: 'number' },
    ],
    outputs: [{ name: 'w', value: '${vars.w}' }],
  },
);

function startRun(connection: Connection, document: Workflow, rest: object = {}) {
  return connection.ask<HostReply<'run.start'>>('run.start', { document, ...rest }).then(({ runId }) => runId);
}

function eventsOf({ heard }: Connection, runId: string): RunEvent[] {
  return heard.flatMap(({ name, payload }) => {
    const batch = payload as { runId: string; events: RunEvent[] };
    return name === 'run.events' && batch.runId === runId ? batch.events : [];
  });
}

function ended(connection: Connection, runId: string) {
  return waitFor(() => eventsOf(connection, runId).find((event) => event.type === 'run.finished'));
}

/** Where the run stands, once it has done so for the n-th time. */
async function stop(connection: Connection, runId: string, n: number) {
  const stops = () => eventsOf(connection, runId).filter((event) => event.type === 'run.paused');
  await waitFor(() => stops().length >= n);
  return stops()[n - 1]?.path;
}

test('a run calls a workflow of the folder by its id', async () => {
  using connection = await connect(bench.server);
  const runId = await startRun(connection, parent);
  expect(await ended(connection, runId)).toMatchObject({ status: 'completed', output: { w: 2 } });
  const { steps } = await connection.ask<HostReply<'runs.steps'>>('runs.steps', { runId });
  expect(steps.map(({ path }) => path)).toContain('call/call/sum');
});

test('a workflow that is in no file says where was looked', async () => {
  using connection = await connect(bench.server);
  const lost = workflowOf({ start, call: { type: 'workflow.call', params: { workflowId: 'lost' } } }, ['start>call']);
  expect(await ended(connection, await startRun(connection, lost))).toMatchObject({
    error: { code: 'NOT_FOUND', message: expect.stringContaining(`${bench.folder}/workflows and the folders in it`) },
  });
});

test('paused from the start, variables changed, stepped over and into, breakpoints changed', async () => {
  using connection = await connect(bench.server);
  const runId = await startRun(connection, parent, { paused: true, debug: true });
  expect(await stop(connection, runId, 1)).toBe('start');
  await connection.ask('run.setBreakpoints', { runId, breakpoints: [{ nodeId: 'call', condition: '${vars.v == 1}' }] });
  await connection.ask('run.resume', { runId });
  expect(await stop(connection, runId, 2)).toBe('call');
  await connection.ask('run.setVariable', { runId, name: 'v', value: 10 });
  expect(await connection.call('run.setVariable', { runId, name: 'v', value: 'ten' })).toMatchObject({
    ok: false,
    error: { code: 'VALIDATION' },
  });
  await connection.ask('run.resume', { runId, step: true, mode: 'into' });
  expect(await stop(connection, runId, 3)).toBe('call/call/start');
  await connection.ask('run.resume', { runId, step: true, mode: 'out' });
  expect(await stop(connection, runId, 4)).toBe('last');
  await connection.ask('run.resume', { runId, step: true, mode: 'over' });
  expect(await ended(connection, runId)).toMatchObject({ status: 'completed', output: { w: 11 } });
});

test('run from here and a selection take what an earlier run has left', async () => {
  using connection = await connect(bench.server);
  const fromRun = await startRun(connection, parent);
  await ended(connection, fromRun);
  const from = await startRun(connection, parent, { fromNode: 'last', fromRun });
  expect(await ended(connection, from)).toMatchObject({ status: 'completed', output: { w: 2 }, steps: 1 });
  const only = await startRun(connection, parent, { onlyNodes: ['call'], fromRun });
  expect(await ended(connection, only)).toMatchObject({ status: 'completed' });
  const lacking = await startRun(connection, parent, { fromNode: 'last' });
  expect(await ended(connection, lacking)).toMatchObject({ status: 'failed', error: { code: 'PARTIAL_RUN' } });
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect(await connection.call('run.start', { document: parent, fromNode: 'last', fromRun: unknown })).toMatchObject({
    ok: false,
    error: { code: 'NOT_FOUND' },
  });
});

test('running from here twice finds what stood before it both times', async () => {
  using connection = await connect(bench.server);
  const whole = await startRun(connection, parent);
  await ended(connection, whole);
  const first = await startRun(connection, parent, { fromNode: 'last', fromRun: whole });
  await ended(connection, first);
  const again = await startRun(connection, parent, { fromNode: 'last', fromRun: first });
  expect(await ended(connection, again)).toMatchObject({ status: 'completed', output: { w: 2 }, steps: 1 });
  const selected = await startRun(connection, parent, { onlyNodes: ['call'], fromRun: again });
  await ended(connection, selected);
  const last = await startRun(connection, parent, { onlyNodes: ['last'], fromRun: selected });
  expect(await ended(connection, last)).toMatchObject({ status: 'completed', output: { w: 2 } });
});

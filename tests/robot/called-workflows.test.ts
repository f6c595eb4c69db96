import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
/** One for all tests, with room for a job that waits for another one. */
let robot: TestRobot;
const caller = { name: 'caller', maxJobs: 2 };
beforeAll(async () => {
  fleet = await startTestFleet();
  robot = await fleet.startRobot(caller);
});
afterAll(() => fleet[Symbol.asyncDispose]());

const ledger = { name: 'ledger', type: 'text' as const };
const post = (path: string, body = 'none') => ({
  type: 'http.request',
  params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body },
});

/** Posts what it is given twice, and gives it back doubled. */
const child = () =>
  flow({ start: 'control.start', one: post('/one', '${input.n}'), two: post('/two') }, ['start>one', 'one>two'], {
    inputs: [ledger, { name: 'n', type: 'number' }],
    outputs: [{ name: 'doubled', value: '${input.n * 2}' }],
  });
const calling = (workflowId: string, params: object = {}) =>
  flow(
    {
      start: 'control.start',
      call: { type: 'workflow.call', params: { workflowId, input: { n: 4, ledger: '${input.ledger}' }, ...params } },
      end: post('/end'),
    },
    ['start>call', 'call>end'],
    { inputs: [ledger], outputs: [{ name: 'called', value: '${steps.call.output}' }] },
  );
const posted = (from: number) => fleet.ledger.effects.slice(from).map(({ path }) => path);

test('a job calls a published workflow in place, in the version that was published when it began', async () => {
  const from = fleet.ledger.effects.length;
  const called = child();
  await fleet.publish(called);
  fleet.ledger.hold('/two');
  const job = await fleet.submit(calling(called.id));
  await waitFor(() => posted(from).includes('/two'), { timeoutMs: 60_000 });
  await robot.kill();
  // Another version is published meanwhile: the job goes on in the one it was in.
  await fleet.publish({ ...called, outputs: [{ name: 'doubled', value: 'changed' }] });
  fleet.ledger.release();
  robot = await fleet.startRobot({ ...caller, dataFolder: robot.dataFolder });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', output: { called: { doubled: 8 } } });
  const steps = await fleet.steps(job.id);
  expect(steps.find((row) => row.kind === 'started' && row.path === 'call')?.data).toMatchObject({ version: 1 });
  expect(steps.map(({ path }) => path)).toContain('call/call/two');
  expect(posted(from).filter((path) => path === '/one')).toHaveLength(1);
});

test('a workflow that is not published fails the call and says so', async () => {
  const job = await fleet.submit(calling('never-published'));
  expect(await fleet.ended(job.id)).toMatchObject({
    state: 'failed',
    error: { code: 'NOT_FOUND', message: expect.stringContaining('never-published') },
  });
});

test('a job starts a job on the fleet and waits for it; without waiting it gives the id', async () => {
  const called = child();
  await fleet.publish(called);
  const waiting = await fleet.submit(calling(called.id, { onFleet: true }));
  expect(await fleet.ended(waiting.id)).toMatchObject({ state: 'completed', output: { called: { doubled: 8 } } });
  const leaving = await fleet.submit(calling(called.id, { wait: false }));
  const { output } = await fleet.ended(leaving.id);
  const { jobId } = (output as { called: { jobId: string } }).called;
  expect(await fleet.ended(jobId)).toMatchObject({
    state: 'completed',
    reference: `started by job ${leaving.id}`,
    output: { doubled: 8 },
  });
});

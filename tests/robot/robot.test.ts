import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow, postItems, postOne, single } from './flows.ts';

// Generous, because every job starts a process; nothing waits longer than it has to.
vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
  // One for all tests.
  await fleet.startRobot({ name: 'first' });
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('runs a job: output, journal, log and position arrive', async () => {
  const job = await fleet.submit(postItems(3));
  const ended = await fleet.ended(job.id);
  expect(ended).toMatchObject({
    state: 'completed',
    output: { count: 3 },
    robotName: 'first',
    attempt: 1,
    error: null,
  });
  const steps = await fleet.steps(job.id);
  expect(steps.map((row) => row.seq)).toEqual(steps.map((_, i) => i + 1));
  expect(steps.filter((row) => row.kind === 'finished').map((row) => row.path)).toEqual([
    'start',
    ...[0, 1, 2].flatMap((i) => [`each[${i}]/post`, `each[${i}]/note`]),
    'each',
  ]);
  const logs = await fleet.logs(job.id);
  expect(logs.map(({ seq, message, nodeId }) => ({ seq, message, nodeId }))).toEqual(
    [0, 1, 2].map((i) => ({ seq: i + 1, message: `item ${i}`, nodeId: 'note' })),
  );
  expect(fleet.ledger.done('/items')).toEqual([0, 1, 2]);
});

test('the fleet sees where a running job stands', async () => {
  fleet.ledger.hold('/one');
  const job = await fleet.submit(postOne(), { input: { n: 1 } });
  const running = await waitFor(async () => {
    const now = await fleet.job(job.id);
    return now.currentNode === 'post' && now;
  });
  expect(running).toMatchObject({ state: 'running', robotName: 'first' });
  // Its own state comes with its next heartbeat.
  const busy = await waitFor(
    async () => (await fleet.robots()).find(({ name, state }) => name === 'first' && state === 'busy'),
    { timeoutMs: 30_000 },
  );
  expect(busy.runningJobs).toBe(1);
  fleet.ledger.release();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', currentNode: null, progress: 1 });
});

test('two robots share twenty jobs, each of which happens once', async () => {
  const second = await fleet.startRobot({ name: 'second' });
  const before = fleet.ledger.effects.length;
  const jobs = await fleet.submitMany(
    postOne(),
    Array.from({ length: 20 }, (_, i) => ({ n: 1000 + i })),
  );
  const ended = await Promise.all(jobs.map(({ id }) => fleet.ended(id, 90)));
  expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['completed']));
  expect(new Set(ended.map(({ robotName }) => robotName))).toEqual(new Set(['first', 'second']));
  const effects = fleet.ledger.effects.slice(before);
  expect(effects.map(({ body }) => body as number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => 1000 + i),
  );
  await second.stop(20_000);
});

test('a breakpoint that was left in the workflow does not stop a robot', async () => {
  const job = await fleet.submit(
    flow({ start: 'control.start', log: { type: 'data.log', params: { message: 'on' }, breakpoint: true } }, [
      'start>log',
    ]),
  );
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed' });
});

test('the time limit of a job ends it, whatever the workflow allows', async () => {
  const job = await fleet.submit(single('control.delay', { ms: 600_000 }), { timeoutMs: 1000 });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'failed', error: { code: 'RUN_TIMEOUT' } });
});

test('an output too large to report fails the job and says so', async () => {
  const job = await fleet.submit(
    single(
      'code.javascript',
      { code: 'return "x".repeat(1500000);', timeoutMs: 5000 },
      {
        outputs: [{ name: 'text', value: '${steps.step.output.result}' }],
      },
    ),
  );
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'failed', error: { code: 'PAYLOAD_TOO_LARGE' } });
});

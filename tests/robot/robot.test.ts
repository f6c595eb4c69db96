import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow, postItems, postOne, single } from './flows.ts';

// Generous, because every job starts a process; nothing waits longer than it has to.
vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('runs a job: output, journal, log and position arrive', async () => {
  const robot = await fleet.startRobot({ name: 'first' });
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

  const times: number[] = [];
  const document = single('data.log', { message: 'here' });
  for (let i = 0; i < 7; i++) {
    const { id, createdAt } = await fleet.submit(document);
    await fleet.ended(id);
    const [first] = await fleet.steps(id);
    times.push((first?.at ?? Number.POSITIVE_INFINITY) - Date.parse(createdAt));
  }
  const p50 = times.toSorted((a, b) => a - b)[3];
  console.info(`submit → first node finished: p50 ${Math.round(p50 ?? 0)} ms`);
  await robot.stop(20_000);
});

test('the fleet sees where a running job stands', async () => {
  const robot = await fleet.startRobot({ name: 'position' });
  fleet.ledger.hold('/one');
  const job = await fleet.submit(postOne(), { input: { n: 1 } });
  const running = await waitFor(async () => {
    const now = await fleet.job(job.id);
    return now.currentNode === 'post' && now;
  });
  expect(running).toMatchObject({ state: 'running', robotName: 'position' });
  // Its own state comes with its next heartbeat.
  const busy = await waitFor(
    async () => (await fleet.robots()).find(({ name, state }) => name === 'position' && state === 'busy'),
    { timeoutMs: 30_000 },
  );
  expect(busy.runningJobs).toBe(1);
  fleet.ledger.release();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', currentNode: null, progress: 1 });
  await robot.stop(20_000);
});

test('two robots share fifty jobs, each of which happens once', async () => {
  const robots = [await fleet.startRobot({ name: 'left' }), await fleet.startRobot({ name: 'right' })];
  const before = fleet.ledger.effects.length;
  const jobs = await fleet.submitMany(
    postOne(),
    Array.from({ length: 50 }, (_, i) => ({ n: 1000 + i })),
  );
  const ended = await Promise.all(jobs.map(({ id }) => fleet.ended(id, 90)));
  expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['completed']));
  expect(new Set(ended.map(({ robotName }) => robotName))).toEqual(new Set(['left', 'right']));
  const effects = fleet.ledger.effects.slice(before);
  expect(effects.map(({ body }) => body as number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => 1000 + i),
  );
  for (const robot of robots) await robot.stop(20_000);
});

test('a breakpoint that was left in the workflow does not stop a robot', async () => {
  const robot = await fleet.startRobot({ name: 'breakpoint' });
  const job = await fleet.submit(
    flow({ start: 'control.start', log: { type: 'data.log', params: { message: 'on' }, breakpoint: true } }, [
      'start>log',
    ]),
  );
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed' });
  await robot.stop(20_000);
});

test('the time limit of a job ends it, whatever the workflow allows', async () => {
  const robot = await fleet.startRobot({ name: 'limit' });
  const job = await fleet.submit(single('control.delay', { ms: 600_000 }), { timeoutMs: 1000 });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'failed', error: { code: 'RUN_TIMEOUT' } });
  await robot.stop(20_000);
});

test('an output too large to report fails the job and says so', async () => {
  const robot = await fleet.startRobot({ name: 'large' });
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
  await robot.stop(20_000);
});

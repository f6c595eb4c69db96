import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readStatus } from '../../robot/status-file.ts';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { stillRunning } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { expectEachStepOnce } from './expect-once.ts';
import { postItems, single } from './flows.ts';
import { runMain } from './run-main.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
/** The one that runs: a test goes on with what the one before left. */
let robot: TestRobot;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('told to stop in the middle, it hands the job back with its journal and leaves no process', async () => {
  const graceSeconds = 1;
  robot = await fleet.startRobot({ name: 'leaving', graceSeconds });
  fleet.ledger.delay(150);
  const job = await fleet.submit(postItems(30));
  await waitFor(() => fleet.ledger.effects.length >= 3, { timeoutMs: 60_000 });
  const children = robot.children();
  const asked = performance.now();
  await robot.stop(60_000);
  expect(performance.now() - asked).toBeLessThan((graceSeconds + 5) * 1000);
  expect(await robot.exited).toBe(0);
  await waitFor(() => stillRunning(children).length === 0, { until: 'no child process remains' });
  const back = await fleet.job(job.id);
  expect(back).toMatchObject({ state: 'pending', leaseUntil: null });
  const posted = fleet.ledger.effects.length;
  expect(
    (await fleet.steps(job.id)).filter(({ kind, nodeId }) => kind === 'finished' && nodeId === 'post').length,
  ).toBe(posted);

  fleet.ledger.delay(0);
  robot = await fleet.startRobot({ name: 'leaving', dataFolder: robot.dataFolder, graceSeconds: 30 });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', output: { count: 30 } });
  expectEachStepOnce(await fleet.steps(job.id));
  expect(fleet.ledger.effects.length).toBe(30);
});

test('a stop waits for a job that ends within the grace period', async () => {
  const job = await fleet.submit(single('control.delay', { ms: 1500 }));
  await waitFor(async () => (await fleet.job(job.id)).currentNode === 'step', { timeoutMs: 60_000 });
  await robot.stop(60_000);
  expect(await robot.exited).toBe(0);
  expect(await fleet.job(job.id)).toMatchObject({ state: 'completed', attempt: 1 });
  expect(await readStatus(robot.dataFolder)).toBeUndefined();
});

test('a second robot in the same data folder ends with 3', async () => {
  robot = await fleet.startRobot({ name: 'holder' });
  const { code, text } = await runMain(fleet.robotEnv({ name: 'second', dataFolder: robot.dataFolder })).ended;
  expect(code).toBe(3);
  expect(text).toContain('ALREADY_RUNNING');
  expect((await readStatus(robot.dataFolder))?.pid).toBe(robot.pid);
});

test('a wrong key ends with 4, wrong settings with 2 and every fault', async () => {
  const env = fleet.robotEnv({ name: 'wrong', dataFolder: await fleet.newFolder() });
  const refused = await runMain({ ...env, ORCHESTRATOR_API_KEY: 'ck_nobody' }).ended;
  expect(refused.code).toBe(4);
  expect(refused.text).toContain('UNAUTHENTICATED');
  const faulty = await runMain({ ORCHESTRATOR_URL: 'ftp://somewhere', ROBOT_MAX_JOBS: 'many' }).ended;
  expect(faulty.code).toBe(2);
  for (const name of ['ORCHESTRATOR_URL', 'ORCHESTRATOR_API_KEY is missing', 'ROBOT_MAX_JOBS'])
    expect(faulty.text).toContain(name);
});

test('the status of a robot that was killed is not mistaken for a running one', async () => {
  await waitFor(async () => (await readStatus(robot.dataFolder))?.state === 'idle');
  expect(await readStatus(robot.dataFolder)).toMatchObject({ pid: robot.pid, name: 'holder', jobs: [] });
  await robot.kill();
  expect(await readStatus(robot.dataFolder)).toBeUndefined();
});

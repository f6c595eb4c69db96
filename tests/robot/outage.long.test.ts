import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readStatus } from '../../robot/status-file.ts';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { expectEachStepOnce } from './expect-once.ts';
import { flow, single } from './flows.ts';
import { runMain } from './run-main.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** Writes this many lines, one every 50 ms. */
function talk(lines: number) {
  return flow(
    {
      start: 'control.start',
      each: { type: 'control.repeat', params: { times: lines } },
      wait: { type: 'control.delay', params: { ms: 50 } },
      say: { type: 'data.log', params: { message: 'line ${index}' } },
    },
    ['start>each', 'each.body>wait', 'wait>say'],
  );
}

async function expectLines(jobId: string, lines: number): Promise<void> {
  const logs = await fleet.logs(jobId);
  expect(logs.map(({ seq, message }) => `${seq} ${message}`)).toEqual(
    Array.from({ length: lines }, (_, i) => `${i + 1} line ${i}`),
  );
  expectEachStepOnce(await fleet.steps(jobId));
}

test('a job goes on while the orchestrator is away, and every row and line arrives once', async () => {
  const robot = await fleet.startRobot({ name: 'steady' });
  const job = await fleet.submit(talk(40));
  await waitFor(async () => (await fleet.logs(job.id)).length > 3, { timeoutMs: 60_000 });
  await fleet.stopOrchestrator();
  const away = Date.now();
  const path = robot.dataFolder;
  await waitFor(async () => (await readStatus(path))?.jobs.length === 1 && Date.now() - away > 1000);
  const back = Date.now();
  await fleet.startOrchestrator();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 1 });
  await expectLines(job.id, 40);
  expect((await fleet.logs(job.id)).filter(({ at }) => at > away && at < back).length).toBeGreaterThan(3);
  await robot.stop(20_000);
});

test('an end that could not be reported outlives the robot', async () => {
  const robot = await fleet.startRobot({ name: 'memory' });
  const job = await fleet.submit(talk(10));
  await waitFor(async () => (await fleet.logs(job.id)).length > 0, { timeoutMs: 60_000 });
  await fleet.stopOrchestrator();
  await waitFor(() => robot.lines.some((line) => line.includes('run over')), { timeoutMs: 60_000 });
  await robot.kill();
  const starting = fleet.startRobot({ name: 'memory', dataFolder: robot.dataFolder });
  await waitFor(async () => (await readStatus(robot.dataFolder))?.state === 'starting', { timeoutMs: 60_000 });
  await fleet.startOrchestrator();
  const again = await starting;
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 1 });
  expect(again.workerOf(job.id)).toBeUndefined();
  await expectLines(job.id, 10);
  await again.stop(20_000);
});

test('started without an orchestrator, a robot waits for it and registers when it comes', async () => {
  await fleet.stopOrchestrator();
  const dataFolder = await fleet.newFolder();
  const starting = fleet.startRobot({ name: 'early', dataFolder });
  await waitFor(async () => (await readStatus(dataFolder))?.state === 'starting', { timeoutMs: 60_000 });
  await fleet.startOrchestrator();
  const robot = await starting;
  const job = await fleet.submit(single('data.log', { message: 'here' }));
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', robotName: 'early' });
  await robot.stop(20_000);
});

test('a robot that waits for its orchestrator can be stopped', async () => {
  await fleet.stopOrchestrator();
  const dataFolder = await fleet.newFolder();
  const { child, ended } = runMain(fleet.robotEnv({ name: 'impatient', dataFolder }));
  await waitFor(async () => (await readStatus(dataFolder))?.state === 'starting', { timeoutMs: 60_000 });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  expect(await readStatus(dataFolder)).toBeUndefined();
  await fleet.startOrchestrator();
});

test('a stop while the orchestrator is away keeps the job for the next start', async () => {
  const robot = await fleet.startRobot({ name: 'keeper' });
  const job = await fleet.submit(talk(30));
  await waitFor(async () => (await fleet.logs(job.id)).length > 3, { timeoutMs: 60_000 });
  await fleet.stopOrchestrator();
  await robot.stop(60_000);
  expect(await robot.exited).toBe(0);
  await fleet.startOrchestrator();
  const again = await fleet.startRobot({ name: 'keeper', dataFolder: robot.dataFolder });
  expect(await fleet.ended(job.id, 90)).toMatchObject({ state: 'completed' });
  await expectLines(job.id, 30);
  await again.stop(20_000);
});

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { postOne, single } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
/** One for all tests; the last one stops it. */
let robot: TestRobot;
beforeAll(async () => {
  fleet = await startTestFleet();
  robot = await fleet.startRobot({ name: 'obedient' });
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function untilState(name: string, state: string): Promise<void> {
  await waitFor(async () => (await fleet.robots()).find((robot) => robot.name === name)?.state === state, {
    until: `${name} is ${state}`,
    timeoutMs: 30_000,
  });
}

test('a paused robot takes nothing until it is told to go on', async () => {
  await fleet.command('obedient', 'pause');
  await untilState('obedient', 'paused');
  const job = await fleet.submit(postOne(), { input: { n: 1 } });
  // Two heartbeats later it has still not been taken.
  const seen = (await fleet.robots())[0]?.lastHeartbeatAt;
  await waitFor(
    async () => Date.parse((await fleet.robots())[0]?.lastHeartbeatAt ?? '') - Date.parse(seen ?? '') > 900,
  );
  expect(await fleet.job(job.id)).toMatchObject({ state: 'pending', attempt: 0 });
  await fleet.command('obedient', 'resume');
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed' });
});

test('a draining robot finishes what it has, takes nothing more and ends', async () => {
  fleet.ledger.hold('/one');
  const before = fleet.ledger.effects.length;
  const running = await fleet.submit(postOne(), { input: { n: 2 } });
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await fleet.command('obedient', 'drain');
  await untilState('obedient', 'draining');
  const later = await fleet.submit(postOne(), { input: { n: 3 } });
  fleet.ledger.release();
  expect(await robot.exited).toBe(0);
  expect(await fleet.job(running.id)).toMatchObject({ state: 'completed' });
  expect(await fleet.job(later.id)).toMatchObject({ state: 'pending', attempt: 0 });
  await untilState('obedient', 'offline');
  robot = await fleet.startRobot({ name: 'obedient', dataFolder: robot.dataFolder });
  expect(await fleet.ended(later.id)).toMatchObject({ state: 'completed' });
});

test('"resume" calls a drain off', async () => {
  fleet.ledger.hold('/one');
  const before = fleet.ledger.effects.length;
  const running = await fleet.submit(postOne(), { input: { n: 4 } });
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await fleet.command('obedient', 'drain');
  await untilState('obedient', 'draining');
  await fleet.command('obedient', 'resume');
  await untilState('obedient', 'busy');
  fleet.ledger.release();
  await fleet.ended(running.id);
  const next = await fleet.submit(postOne(), { input: { n: 5 } });
  expect(await fleet.ended(next.id)).toMatchObject({ state: 'completed', robotName: 'obedient' });
});

test('a job whose process dies is tried again', async () => {
  fleet.ledger.hold('/one');
  const before = fleet.ledger.effects.length;
  const job = await fleet.submit(postOne(), { input: { n: 7 } });
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  process.kill(robot.workerOf(job.id) as number, 'SIGKILL');
  const waiting = await waitFor(async () => {
    const now = await fleet.job(job.id);
    return now.state === 'pending' && now;
  });
  expect(waiting).toMatchObject({ attempt: 1, error: { code: 'INTERNAL', retryable: true } });
  expect(Date.parse(waiting.notBefore ?? '')).toBeGreaterThan(Date.now());
  fleet.ledger.release();
  await fleet.hurryRetry(job.id);
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 2 });
});

test('a job that kills its process every time ends as a dead letter, and the robot lives', async () => {
  const job = await fleet.submit(single('control.delay', { ms: 600_000 }), { maxRetries: 1 });
  let last: number | undefined;
  for (const attempt of [1, 2]) {
    const worker = await waitFor(
      async () => {
        const [now, pid] = [await fleet.job(job.id), robot.workerOf(job.id)];
        return now.attempt === attempt && now.currentNode === 'step' && pid !== last && pid;
      },
      { timeoutMs: 60_000 },
    );
    last = worker;
    process.kill(worker, 'SIGKILL');
    await waitFor(async () => (await fleet.job(job.id)).state !== 'running');
    await fleet.hurryRetry(job.id);
  }
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'failed', deadLetter: true, attempt: 2 });
  const next = await fleet.submit(postOne(), { input: { n: 6 } });
  expect(await fleet.ended(next.id)).toMatchObject({ state: 'completed', robotName: 'obedient' });
});

test('"restart" begins the robot anew, and what ran goes on', async () => {
  const job = await fleet.submit(single('control.delay', { ms: 2000 }));
  await waitFor(async () => (await fleet.job(job.id)).currentNode === 'step', { timeoutMs: 60_000 });
  await fleet.command('obedient', 'restart');
  await waitFor(() => robot.lines.filter((line) => line.includes('"registered"')).length === 2, { timeoutMs: 30_000 });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', robotName: 'obedient' });
  await fleet.command('obedient', 'stop');
  expect(await robot.exited).toBe(0);
});

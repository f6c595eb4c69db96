import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { postOne, single } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function untilState(name: string, state: string): Promise<void> {
  await waitFor(async () => (await fleet.robots()).find((robot) => robot.name === name)?.state === state, {
    until: `${name} is ${state}`,
    timeoutMs: 30_000,
  });
}

test('a paused robot takes nothing until it is told to go on', async () => {
  const robot = await fleet.startRobot({ name: 'pausing' });
  await fleet.command('pausing', 'pause');
  await untilState('pausing', 'paused');
  const job = await fleet.submit(postOne(), { input: { n: 1 } });
  // Two heartbeats later it has still not been taken.
  const seen = (await fleet.robots())[0]?.lastHeartbeatAt;
  await waitFor(
    async () => Date.parse((await fleet.robots())[0]?.lastHeartbeatAt ?? '') - Date.parse(seen ?? '') > 900,
  );
  expect(await fleet.job(job.id)).toMatchObject({ state: 'pending', attempt: 0 });
  await fleet.command('pausing', 'resume');
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed' });
  await robot.stop(20_000);
});

test('a draining robot finishes what it has, takes nothing more and ends', async () => {
  const robot = await fleet.startRobot({ name: 'draining' });
  fleet.ledger.hold('/one');
  const before = fleet.ledger.effects.length;
  const running = await fleet.submit(postOne(), { input: { n: 2 } });
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await fleet.command('draining', 'drain');
  await untilState('draining', 'draining');
  const later = await fleet.submit(postOne(), { input: { n: 3 } });
  fleet.ledger.release();
  expect(await robot.exited).toBe(0);
  expect(await fleet.job(running.id)).toMatchObject({ state: 'completed' });
  expect(await fleet.job(later.id)).toMatchObject({ state: 'pending', attempt: 0 });
  await untilState('draining', 'offline');
  const next = await fleet.startRobot({ name: 'draining', dataFolder: robot.dataFolder });
  expect(await fleet.ended(later.id)).toMatchObject({ state: 'completed' });
  await next.stop(20_000);
});

test('"resume" calls a drain off', async () => {
  const robot = await fleet.startRobot({ name: 'undecided' });
  fleet.ledger.hold('/one');
  const before = fleet.ledger.effects.length;
  const running = await fleet.submit(postOne(), { input: { n: 4 } });
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await fleet.command('undecided', 'drain');
  await untilState('undecided', 'draining');
  await fleet.command('undecided', 'resume');
  await untilState('undecided', 'busy');
  fleet.ledger.release();
  await fleet.ended(running.id);
  const next = await fleet.submit(postOne(), { input: { n: 5 } });
  expect(await fleet.ended(next.id)).toMatchObject({ state: 'completed', robotName: 'undecided' });
  await robot.stop(20_000);
});

test('"restart" begins the robot anew, and what ran goes on', async () => {
  const robot = await fleet.startRobot({ name: 'restarting' });
  const job = await fleet.submit(single('control.delay', { ms: 2000 }));
  await waitFor(async () => (await fleet.job(job.id)).currentNode === 'step', { timeoutMs: 60_000 });
  await fleet.command('restarting', 'restart');
  await waitFor(() => robot.lines.filter((line) => line.includes('"registered"')).length === 2, { timeoutMs: 30_000 });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', robotName: 'restarting' });
  await fleet.command('restarting', 'stop');
  expect(await robot.exited).toBe(0);
});

test('a job whose process dies is tried again', async () => {
  const robot = await fleet.startRobot({ name: 'crashing' });
  const job = await fleet.submit(single('control.delay', { ms: 1500 }));
  await waitFor(async () => (await fleet.job(job.id)).currentNode === 'step', { timeoutMs: 60_000 });
  process.kill(robot.workerOf(job.id) as number, 'SIGKILL');
  const waiting = await waitFor(async () => {
    const now = await fleet.job(job.id);
    return now.state === 'pending' && now;
  });
  expect(waiting).toMatchObject({ attempt: 1, error: { code: 'INTERNAL', retryable: true } });
  expect(Date.parse(waiting.notBefore ?? '')).toBeGreaterThan(Date.now());
  await fleet.hurryRetry(job.id);
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 2 });
  await robot.stop(20_000);
});

test('a job that kills its process every time ends as a dead letter, and the robot lives', async () => {
  const robot = await fleet.startRobot({ name: 'sturdy' });
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
  expect(await fleet.ended(next.id)).toMatchObject({ state: 'completed', robotName: 'sturdy' });
  await robot.stop(20_000);
});

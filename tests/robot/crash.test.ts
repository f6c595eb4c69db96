import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { expectEachStepOnce } from './expect-once.ts';
import { postItems } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
/** The one that runs: a test goes on with what the one before left. */
let robot: TestRobot;
beforeAll(async () => {
  fleet = await startTestFleet();
  robot = await fleet.startRobot({ name: 'phoenix' });
});
afterAll(() => fleet[Symbol.asyncDispose]());

const startAgain = () => fleet.startRobot({ name: robot.name, dataFolder: robot.dataFolder });

test('killed in the middle and started again, the robot goes on where it was', async () => {
  fleet.ledger.delay(60);
  const before = fleet.ledger.effects.length;
  const job = await fleet.submit(postItems(20));
  await waitFor(() => fleet.ledger.effects.length - before >= 7, { timeoutMs: 60_000 });
  await robot.kill();
  robot = await startAgain();
  const ended = await fleet.ended(job.id, 90);
  fleet.ledger.delay(0);
  expect(ended).toMatchObject({ state: 'completed', output: { count: 20 } });
  expectEachStepOnce(await fleet.steps(job.id));
  expect(fleet.ledger.done('/items')).toEqual(Array.from({ length: 20 }, (_, i) => i));
  // The step that was under way may have posted twice, under one key; no other did.
  expect(fleet.ledger.effects.length - before).toBeLessThanOrEqual(21);
  expect(new Set((await fleet.logs(job.id)).map(({ seq }) => seq)).size).toBe((await fleet.logs(job.id)).length);
});

test('taken up again while nobody else had it, the job is still in its first attempt', async () => {
  fleet.ledger.hold('/items');
  const before = fleet.ledger.effects.length;
  const job = await fleet.submit(postItems(2));
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await robot.kill();
  fleet.ledger.release();
  robot = await startAgain();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 1 });
});

test('a robot that never comes back is replaced by another, which repeats no finished step', async () => {
  fleet.ledger.delay(60);
  const before = fleet.ledger.effects.length;
  const job = await fleet.submit(postItems(20));
  await waitFor(() => fleet.ledger.effects.length - before >= 5, { timeoutMs: 60_000 });
  await robot.kill();
  await fleet.expireLease(job.id);
  robot = await fleet.startRobot({ name: 'other' });
  const ended = await fleet.ended(job.id, 90);
  fleet.ledger.delay(0);
  expect(ended).toMatchObject({ state: 'completed', robotName: 'other', attempt: 2 });
  expectEachStepOnce(await fleet.steps(job.id));
  const effects = fleet.ledger.effects.slice(before);
  expect(new Set(effects.map(({ key }) => key)).size).toBe(20);
  expect(effects.length).toBeLessThanOrEqual(21);
});

test('a frozen robot is refused when it wakes, and the result of the other one stands', async () => {
  const frozen = robot;
  fleet.ledger.hold('/items');
  const before = fleet.ledger.effects.length;
  const job = await fleet.submit(postItems(3));
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  const worker = frozen.workerOf(job.id) as number;
  frozen.signal('SIGSTOP');
  process.kill(worker, 'SIGSTOP');
  const other = await fleet.startRobot({ name: 'awake' });
  await fleet.expireLease(job.id);
  await waitFor(async () => (await fleet.job(job.id)).robotName === 'awake', { timeoutMs: 60_000 });
  fleet.ledger.release();
  const ended = await fleet.ended(job.id);
  expect(ended).toMatchObject({ state: 'completed', robotName: 'awake', attempt: 2 });
  const posts = fleet.ledger.effects.length;
  const steps = await fleet.steps(job.id);

  process.kill(worker, 'SIGCONT');
  frozen.signal('SIGCONT');
  await waitFor(() => frozen.lines.some((line) => line.includes('lost the lease')), { timeoutMs: 60_000 });
  await waitFor(() => !frozen.children().some(({ pid }) => pid === worker), { timeoutMs: 60_000 });
  expect(await fleet.job(job.id)).toEqual(ended);
  expect(await fleet.steps(job.id)).toEqual(steps);
  expectEachStepOnce(steps);
  // What it had posted before it froze was under way; afterwards it began nothing more.
  expect(fleet.ledger.effects.length).toBe(posts);
  expect(fleet.ledger.done('/items').length).toBe(new Set(fleet.ledger.effects.map(({ key }) => key)).size);
  await other.stop(20_000);
  const next = await fleet.submit(postItems(1));
  expect(await fleet.ended(next.id)).toMatchObject({ state: 'completed', robotName: frozen.name });
});

test('a robot whose journal is older than what the orchestrator has hands the job back', async () => {
  fleet.ledger.hold('/items');
  const before = fleet.ledger.effects.length;
  const job = await fleet.submit(postItems(2));
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await robot.kill();
  fleet.ledger.release();
  await rm(`${robot.dataFolder}/jobs`, { recursive: true });
  robot = await startAgain();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 2 });
  expectEachStepOnce(await fleet.steps(job.id));
  expect(robot.lines.some((line) => line.includes('handed it back'))).toBe(true);
});

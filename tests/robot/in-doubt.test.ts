import { type Job, jobSchema } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { expectEachStepOnce } from './expect-once.ts';
import { postOnce } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
/** One for all tests: the same robot again after each death. */
let robot: TestRobot;
beforeAll(async () => {
  fleet = await startTestFleet();
  robot = await fleet.startRobot({ name: 'doubt' });
});
afterAll(() => fleet[Symbol.asyncDispose]());

function resolve(jobId: string, decision: { decision: 'retry' | 'skip' | 'fail'; output?: unknown }): Promise<Job> {
  return fleet.client.call('POST', `/jobs/${jobId}/resolve`, jobSchema, decision);
}

/** A job whose robot died between the request of a step that must not happen twice and its answer. */
async function leaveInDoubt(document = postOnce()) {
  const before = fleet.ledger.effects.length;
  fleet.ledger.hold('/once');
  const job = await fleet.submit(document);
  await waitFor(() => fleet.ledger.effects.length > before, { timeoutMs: 60_000 });
  await robot.kill();
  fleet.ledger.release();
  robot = await fleet.startRobot({ name: 'doubt', dataFolder: robot.dataFolder });
  return { job, effects: () => fleet.ledger.effects.slice(before).map(({ path }) => path) };
}

test('a step that must not happen twice parks the job when nobody knows whether it happened', async () => {
  const { job, effects } = await leaveInDoubt();
  const parked = await fleet.ended(job.id);
  expect(parked).toMatchObject({
    state: 'waiting',
    error: { code: 'STEP_IN_DOUBT' },
    waitingFor: { kind: 'decision', path: 'pay' },
  });
  expect(effects()).toEqual(['/once']);

  await resolve(job.id, { decision: 'retry' });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', output: { paid: true } });
  expect(effects()).toEqual(['/once', '/once', '/after']);
  expectEachStepOnce(await fleet.steps(job.id));
});

test('"skip" takes the output a person gives in its place', async () => {
  const { job, effects } = await leaveInDoubt();
  expect((await fleet.ended(job.id)).state).toBe('waiting');
  await resolve(job.id, { decision: 'skip', output: { receipt: 7 } });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed' });
  expect(effects()).toEqual(['/once', '/after']);
  expect(fleet.ledger.done('/after').at(-1)).toEqual({ receipt: 7 });
});

test('"fail" ends the job and nothing more happens', async () => {
  const { job, effects } = await leaveInDoubt();
  expect((await fleet.ended(job.id)).state).toBe('waiting');
  await resolve(job.id, { decision: 'fail' });
  expect(await fleet.ended(job.id)).toMatchObject({
    state: 'failed',
    deadLetter: true,
    error: { code: 'STEP_IN_DOUBT' },
  });
  expect(effects()).toEqual(['/once']);
});

test('a workflow that says so goes on without asking', async () => {
  const { job, effects } = await leaveInDoubt(postOnce({ onInDoubt: 'skip' }));
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', output: { paid: false } });
  expect(effects()).toEqual(['/once', '/after']);
});

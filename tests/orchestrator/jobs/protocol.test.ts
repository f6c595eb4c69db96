import { randomUUID } from 'node:crypto';
import type { Job } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import { caller, type Fleet, one, publish, query, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;

beforeAll(async () => {
  // Leases end only where a test lets them.
  fleet = await startFleet({ timing: { reapSeconds: 0.1 } });
  workflowId = await publish(fleet.admin);
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** A job only the robot may take, claimed by it. */
async function claimedJob(robot: TestRobot, more: Record<string, unknown> = {}) {
  await submit(fleet.admin, workflowId, { robotId: robot.id, ...more });
  return one(await robot.claim());
}

async function stateOf(jobId: string): Promise<Job> {
  return (await fleet.admin<Job>('GET', `/jobs/${jobId}`)).body;
}

/** As if the lease had run out; the reaper does the rest. */
async function letLeaseEnd(jobId: string): Promise<void> {
  await query(
    fleet,
    sql`update jobs set lease_until = clock_timestamp() - interval '1 second' where id = ${jobId}::uuid`,
  );
  await waitFor(async () => (await stateOf(jobId)).state !== 'running', { until: 'the lease is taken' });
}

const step = (seq: number, kind = 'finished', path = `step${seq}`) => ({ seq, kind, path, nodeId: 'start', at: seq });
const failure = (retryable: boolean) => ({ error: { code: 'HTTP_FAILED', message: 'no answer', retryable } });

describe('claim', () => {
  test('the same claim key gives the same job, another one the next', async () => {
    const robot = await register(fleet.robot);
    await submit(fleet.admin, workflowId, { robotId: robot.id });
    await submit(fleet.admin, workflowId, { robotId: robot.id });
    const claimKey = randomUUID();
    const first = one(await robot.claim({ claimKey }));
    const again = one(await robot.claim({ claimKey }));
    const other = one(await robot.claim());
    expect(again).toMatchObject({ jobId: first.jobId, fence: first.fence, attempt: 1 });
    expect(other.jobId).not.toBe(first.jobId);
    expect(other.fence).toBeGreaterThan(first.fence);
  });

  test('takes the highest priority first, then the oldest', async () => {
    const robot = await register(fleet.robot);
    const submitted: string[] = [];
    for (const priority of [5, 20, 5, 10])
      submitted.push((await submit(fleet.admin, workflowId, { robotId: robot.id, priority })).id);
    const order = (await robot.claim({ n: 4 })).map(({ jobId }) => submitted.indexOf(jobId));
    // Within one claim the order of the rows says nothing, so each is looked at alone.
    expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    const second = await register(fleet.robot);
    const ids: string[] = [];
    for (const priority of [5, 20, 5, 10])
      ids.push((await submit(fleet.admin, workflowId, { robotId: second.id, priority })).id);
    const oneByOne: number[] = [];
    for (let i = 0; i < 4; i++) oneByOne.push(ids.indexOf(one(await second.claim()).jobId));
    expect(oneByOne).toEqual([1, 3, 0, 2]);
  });

  test('gives a job only to a robot with its capabilities, tags and environment, and says why not to others', async () => {
    const workflow = await publish(fleet.admin, {
      id: 'browsing',
      nodes: [
        { id: 'start', type: 'test.start' },
        { id: 'look', type: 'test.browse' },
      ],
      edges: [{ id: 'e', from: { node: 'start', port: 'out' }, to: { node: 'look', port: 'in' } }],
      requires: { capabilities: [], tags: ['finance'], environment: 'production' },
    } as never);
    const job = await submit(fleet.admin, workflow);
    const plain = await register(fleet.robot, { tags: ['finance'], environment: 'production' });
    const untagged = await register(fleet.robot, { capabilities: ['browser'], environment: 'production' });
    const elsewhere = await register(fleet.robot, {
      capabilities: ['browser'],
      tags: ['finance'],
      environment: 'test',
    });
    for (const robot of [plain, untagged, elsewhere]) expect(await robot.claim()).toEqual([]);
    const { body } = await fleet.admin<{ robots: { robotId: string; rule: string }[] }>('GET', `/jobs/${job.id}/why`);
    const ruleOf = (robot: TestRobot) => body.robots.find(({ robotId }) => robotId === robot.id)?.rule;
    expect([ruleOf(plain), ruleOf(untagged), ruleOf(elsewhere)]).toEqual(['capabilities', 'tags', 'environment']);
    const able = await register(fleet.robot, {
      capabilities: ['browser', 'x'],
      tags: ['finance'],
      environment: 'production',
    });
    expect(one(await able.claim()).jobId).toBe(job.id);
  });

  test('never holds more jobs than the robot runs at once, nor any while it is paused', async () => {
    const robot = await register(fleet.robot, { maxConcurrentJobs: 2 });
    for (let i = 0; i < 4; i++) await submit(fleet.admin, workflowId, { robotId: robot.id });
    const held = await robot.claim({ n: 10 });
    expect(held).toHaveLength(2);
    expect(await robot.claim()).toEqual([]);
    await robot.report(one(held), 'complete');
    await robot.beat([], 'paused');
    expect(await robot.claim()).toEqual([]);
    await robot.beat([], 'idle');
    expect(await robot.claim({ n: 10 })).toHaveLength(1);
  });

  test('not before its time', async () => {
    const robot = await register(fleet.robot);
    await submit(fleet.admin, workflowId, {
      robotId: robot.id,
      notBefore: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(await robot.claim()).toEqual([]);
    await submit(fleet.admin, workflowId, { robotId: robot.id, notBefore: new Date(Date.now() + 300).toISOString() });
    expect(await robot.claim({ waitSeconds: 10 })).toHaveLength(1);
  });

  test('an unknown process must register first, a replaced one is told so', async () => {
    const unknown = await fleet.robot('POST', '/jobs/claim', { claimKey: randomUUID(), instanceId: randomUUID() });
    expect(unknown.status).not.toBe(200);
    expect(['NOT_FOUND', 'ALREADY_RUNNING']).toContain((unknown.body as { error: { code: string } }).error.code);
  });
});

describe('reports', () => {
  test('complete once; the same again is a duplicate, another token is stale and changes nothing', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    const stale = await robot.report({ ...job, fence: job.fence + 1 }, 'complete');
    expect(stale).toMatchObject({ status: 409, body: { error: { code: 'STALE_LEASE' } } });
    expect((await robot.report(job, 'complete', { output: { total: 3 } })).body).toEqual({
      state: 'completed',
      duplicate: false,
    });
    expect((await robot.report(job, 'complete', { output: { total: 4 } })).body).toEqual({
      state: 'completed',
      duplicate: true,
    });
    expect((await robot.report(job, 'fail', failure(false))).status).toBe(409);
    expect(await stateOf(job.jobId)).toMatchObject({
      state: 'completed',
      output: { total: 3 },
      error: null,
      progress: 1,
    });
  });

  test('another robot key cannot report about the job', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    const { body } = await fleet.admin<{ key: string }>('POST', '/keys', { name: 'thief', kind: 'robot' });
    const thief = caller(fleet.url, body.key);
    const answer = await thief('POST', `/jobs/${job.jobId}/complete`, {
      fence: job.fence,
      lastStepSeq: 0,
      output: null,
    });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'STALE_LEASE' } } });
    expect((await stateOf(job.jobId)).state).toBe('running');
  });

  test('journal rows are taken once and in order; a gap is refused with where to go on', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    expect((await robot.report(job, 'progress', { steps: [step(1), step(2)] })).body).toMatchObject({ lastStepSeq: 2 });
    const gap = await robot.report(job, 'progress', { steps: [step(4)] });
    expect(gap).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT', details: { lastStepSeq: 2 } } } });
    const overlap = { steps: [step(2), step(3)], logs: [{ seq: 1, at: 1, level: 'warn', message: 'slow page' }] };
    expect((await robot.report(job, 'progress', overlap)).body).toMatchObject({ lastStepSeq: 3, lastLogSeq: 1 });
    expect((await robot.report(job, 'progress', overlap)).body).toMatchObject({ lastStepSeq: 3, lastLogSeq: 1 });
    const early = await robot.report(job, 'complete', { lastStepSeq: 5 });
    expect(early).toMatchObject({ status: 409, body: { error: { details: { lastStepSeq: 3 } } } });
    const steps = await fleet.admin<{ steps: { seq: number }[] }>('GET', `/jobs/${job.jobId}/steps?after=1`);
    expect(steps.body.steps.map(({ seq }) => seq)).toEqual([2, 3]);
    const logs = await fleet.admin<{ logs: unknown[] }>('GET', `/jobs/${job.jobId}/logs?search=SLOW&level=warn`);
    expect(logs.body.logs).toEqual(overlap.logs);
    expect((await robot.report(job, 'complete', { lastStepSeq: 3 })).status).toBe(200);
  });

  test('a gap inside a batch keeps what came before it', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    expect((await robot.report(job, 'progress', { steps: [step(1), step(3)] })).body).toMatchObject({ lastStepSeq: 1 });
  });

  test('release gives the job to the next claim with its journal', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    await robot.report(job, 'progress', { steps: [step(1), step(2)] });
    expect((await robot.report(job, 'release', { reason: 'shutdown' })).body).toEqual({
      state: 'pending',
      duplicate: false,
    });
    expect((await robot.report(job, 'release', { reason: 'shutdown' })).body).toEqual({
      state: 'pending',
      duplicate: true,
    });
    expect((await robot.report(job, 'complete')).status).toBe(409);
    const next = one(await robot.claim());
    expect(next).toMatchObject({ jobId: job.jobId, attempt: 2, steps: [step(1), step(2)] });
  });
});

describe('failures', () => {
  test('a retryable failure is tried again later, at last it is a dead letter that a person can retry', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot, { maxRetries: 1 });
    expect((await robot.report(job, 'fail', failure(true))).body).toEqual({ state: 'pending', duplicate: false });
    const waiting = await stateOf(job.jobId);
    const pause = (Date.parse(waiting.notBefore ?? '') - Date.now()) / 1000;
    expect(pause).toBeGreaterThan(10 * 0.8 - 2);
    expect(pause).toBeLessThanOrEqual(10 * 1.2);
    expect((await robot.report(job, 'fail', failure(true))).body).toMatchObject({ duplicate: true });
    await query(fleet, sql`update jobs set not_before = null where id = ${job.jobId}::uuid`);
    const second = one(await robot.claim());
    expect(second).toMatchObject({ jobId: job.jobId, attempt: 2 });
    expect((await robot.report(second, 'fail', failure(true))).body).toMatchObject({ state: 'failed' });
    expect(await stateOf(job.jobId)).toMatchObject({
      state: 'failed',
      deadLetter: true,
      error: { code: 'HTTP_FAILED' },
    });
    const dead = await fleet.admin<{ items: Job[] }>('GET', '/jobs?deadLetter=true&limit=500');
    expect(dead.body.items.map(({ id }) => id)).toContain(job.jobId);
    expect((await fleet.admin('POST', `/jobs/${job.jobId}/retry`)).body).toMatchObject({
      state: 'pending',
      deadLetter: false,
    });
    expect(one(await robot.claim()).jobId).toBe(job.jobId);
  });

  test('a failure that trying again cannot help is a dead letter at once', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    expect((await robot.report(job, 'fail', failure(false))).body).toEqual({ state: 'failed', duplicate: false });
    expect(await stateOf(job.jobId)).toMatchObject({ deadLetter: true, notBefore: null });
  });

  test('three attempts in a row whose robot vanished make a dead letter', async () => {
    const robot = await register(fleet.robot);
    const { id } = await submit(fleet.admin, workflowId, { robotId: robot.id });
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(one(await robot.claim({ claimKey: randomUUID() }))).toMatchObject({ jobId: id, attempt });
      await letLeaseEnd(id);
    }
    expect(await stateOf(id)).toMatchObject({ state: 'failed', deadLetter: true, error: { code: 'ROBOT_LOST' } });
  });
});

describe('leases that ran out', () => {
  test('a late complete counts while nobody else has claimed the job', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    await letLeaseEnd(job.jobId);
    expect((await stateOf(job.jobId)).state).toBe('pending');
    expect((await robot.report(job, 'complete', { output: 'late' })).body).toEqual({
      state: 'completed',
      duplicate: false,
    });
    expect(await stateOf(job.jobId)).toMatchObject({ state: 'completed', output: 'late' });
  });

  test('a late report is refused once somebody has claimed the job again', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    await letLeaseEnd(job.jobId);
    const next = one(await robot.claim());
    expect(next).toMatchObject({ jobId: job.jobId, attempt: 2 });
    for (const what of ['complete', 'progress', 'extend-lease'])
      expect((await robot.report(job, what)).status).toBe(409);
    expect((await robot.beat([job])).body).toMatchObject({ lost: [job.jobId] });
    expect((await robot.report(next, 'complete')).body).toMatchObject({ state: 'completed', duplicate: false });
  });

  test('a late complete of a job that was cancelled meanwhile is refused', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    await letLeaseEnd(job.jobId);
    await fleet.admin('POST', `/jobs/${job.jobId}/cancel`);
    expect((await robot.report(job, 'complete')).status).toBe(409);
    expect((await stateOf(job.jobId)).state).toBe('cancelled');
  });

  test('a heartbeat takes the job up again and its next vanishing counts from the start', async () => {
    const robot = await register(fleet.robot);
    const job = await claimedJob(robot);
    await letLeaseEnd(job.jobId);
    expect((await robot.beat([job])).body).toMatchObject({ lost: [] });
    expect((await stateOf(job.jobId)).state).toBe('running');
    expect((await robot.report(job, 'extend-lease')).body).toEqual({
      leaseSeconds: 60,
      cancelRequested: false,
      journalKey: job.journalKey,
    });
  });
});

describe('cancel', () => {
  test('a job that waits ends at once, one that runs when its robot has stopped it', async () => {
    const robot = await register(fleet.robot);
    const waiting = await submit(fleet.admin, workflowId, { robotId: robot.id });
    expect((await fleet.admin('POST', `/jobs/${waiting.id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    const job = await claimedJob(robot);
    expect((await fleet.admin('POST', `/jobs/${job.jobId}/cancel`)).body).toMatchObject({
      state: 'running',
      cancelRequested: true,
    });
    expect((await robot.beat([job])).body).toMatchObject({ cancel: [job.jobId] });
    expect((await robot.report(job, 'progress')).body).toMatchObject({ cancelRequested: true });
    const end = { error: { code: 'RUN_CANCELLED', message: 'cancelled' }, cancelled: true };
    expect((await robot.report(job, 'fail', end)).body).toEqual({ state: 'cancelled', duplicate: false });
    expect(await stateOf(job.jobId)).toMatchObject({ state: 'cancelled', deadLetter: false });
    expect((await fleet.admin('POST', `/jobs/${job.jobId}/cancel`)).status).toBe(200);
  });

  test('cancel and complete at the same time have one winner and both are told the truth', async () => {
    const robot = await register(fleet.robot);
    for (let i = 0; i < 20; i++) {
      const job = await claimedJob(robot);
      const [cancelled, completed] = await Promise.all([
        fleet.admin('POST', `/jobs/${job.jobId}/cancel`),
        robot.report(job, 'complete'),
      ]);
      expect(completed.body).toEqual({ state: 'completed', duplicate: false });
      expect(cancelled.status === 200 || cancelled.status === 409).toBe(true);
      expect((await stateOf(job.jobId)).state).toBe('completed');
    }
  });
});

describe('decisions about parked steps', () => {
  async function parkedJob(robot: TestRobot) {
    const job = await claimedJob(robot);
    await robot.report(job, 'progress', { steps: [step(1, 'started', 'pay')] });
    const error = { code: 'STEP_IN_DOUBT', message: 'was the payment made?' };
    const parked = await robot.report(job, 'park', { lastStepSeq: 1, error, path: 'pay' });
    expect(parked.body).toEqual({ state: 'waiting', duplicate: false });
    expect(await robot.claim()).toEqual([]);
    return job;
  }

  test('skip: the step counts as finished', async () => {
    const robot = await register(fleet.robot);
    const { jobId } = await parkedJob(robot);
    expect(
      (await fleet.admin('POST', `/jobs/${jobId}/resolve`, { decision: 'skip', output: { paid: true } })).status,
    ).toBe(200);
    const { steps } = one(await robot.claim());
    expect(steps.at(-1)).toMatchObject({
      seq: 2,
      kind: 'finished',
      path: 'pay',
      nodeId: 'start',
      output: { paid: true },
    });
  });

  test('retry: the step counts as failed and runs again', async () => {
    const robot = await register(fleet.robot);
    const { jobId } = await parkedJob(robot);
    await fleet.admin('POST', `/jobs/${jobId}/resolve`, { decision: 'retry' });
    expect(one(await robot.claim()).steps.at(-1)).toMatchObject({ seq: 2, kind: 'failed', path: 'pay' });
  });

  test('fail: the job is a dead letter, and a decision is taken once', async () => {
    const robot = await register(fleet.robot);
    const { jobId } = await parkedJob(robot);
    await fleet.admin('POST', `/jobs/${jobId}/resolve`, { decision: 'fail' });
    expect(await stateOf(jobId)).toMatchObject({ state: 'failed', deadLetter: true, error: { code: 'STEP_IN_DOUBT' } });
    expect((await fleet.admin('POST', `/jobs/${jobId}/resolve`, { decision: 'retry' })).status).toBe(409);
  });
});

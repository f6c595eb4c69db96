import type { Job, WorkflowRouting } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, publish, register, startFleet, submit, type TestRobot } from '../fleet.ts';
import { silenceJob } from './age-job.ts';

let fleet: Fleet;
let workflowId: string;
let robot: TestRobot;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 0.1, leaseSeconds: 60, stuckSeconds: 600 } });
  workflowId = await publish(fleet.admin);
  robot = await register(fleet.robot);
});
afterAll(() => fleet[Symbol.asyncDispose]());

const get = async (id: string) => (await fleet.admin<Job>('GET', `/jobs/${id}`)).body;
const route = (body: Partial<WorkflowRouting>) => fleet.admin('PUT', `/workflows/${workflowId}/routing`, body);
const typesOf = async (id: string) => {
  const { body } = await fleet.admin<{ events: { type: string; data: { id: string } }[] }>(
    'GET',
    '/events?since=0&limit=10000',
  );
  return body.events.filter(({ data }) => data.id === id).map(({ type }) => type);
};
const begin = async () => {
  const job = await submit(fleet.admin, workflowId);
  const claimed = one(await robot.claim());
  expect(claimed.jobId).toBe(job.id);
  return claimed;
};
const stuckSince = async (id: string) => (await get(id)).routing?.stuckSince;

test('a job that was not started by its deadline fails and is a dead letter; one that was started goes on', async () => {
  const started = await submit(fleet.admin, workflowId, { deadline: new Date(Date.now() + 800).toISOString() });
  const claimed = one(await robot.claim());
  expect(claimed.jobId).toBe(started.id);
  const job = await submit(fleet.admin, workflowId, {
    deadline: new Date(Date.now() + 300).toISOString(),
    requiredTags: ['nowhere'],
  });
  const missed = await waitFor(async () => {
    const now = await get(job.id);
    return now.state === 'failed' && now;
  });
  expect(missed).toMatchObject({ deadLetter: true, error: { code: 'DEADLINE_MISSED' } });
  await robot.report(claimed, 'release', { reason: 'stopping' });
  await waitFor(() => Date.parse(started.routing?.deadline ?? '') < Date.now());
  await robot.report(one(await robot.claim()), 'complete');
  expect(await get(started.id)).toMatchObject({ state: 'completed' });
  expect((await fleet.admin('POST', `/jobs/${job.id}/retry`, {})).body).toMatchObject({ routing: { deadline: null } });
  await fleet.admin('POST', `/jobs/${job.id}/cancel`, {});
});

test('stuck is what is silent for longer than the history of its step allows; a row of the journal ends it', async () => {
  const job = await begin();
  const steps = Array.from({ length: 6 }, (_, i) => ({
    seq: i + 1,
    kind: 'finished',
    path: `loop[${i}]/fetch`,
    nodeId: 'fetch',
    at: 1,
    durationMs: 40_000 + i,
  }));
  await robot.report(job, 'progress', { steps, currentNode: 'fetch' });
  // Statistics are written every ten seconds; an orchestrator that stops writes what it has.
  const { databaseUrl } = fleet;
  const second = await startFleet({ timing: { reapSeconds: 0.1, leaseSeconds: 60, stuckSeconds: 600 } }, fleet);
  await fleet.orchestrator.stop();
  fleet = { ...second, [Symbol.asyncDispose]: fleet[Symbol.asyncDispose] };
  robot = { ...robot, ...(await register(fleet.robot)) };
  const held = await fleet.robot('POST', `/jobs/${job.jobId}/extend-lease`, { fence: job.fence });
  expect(held.status).toBe(200);
  // Three times the longest it took are two minutes.
  await silenceJob(databaseUrl, job.jobId, 110);
  await waitFor(async () => (await typesOf(job.jobId)).length > 0);
  expect(await stuckSince(job.jobId)).toBeNull();
  await silenceJob(databaseUrl, job.jobId, 125);
  await waitFor(() => stuckSince(job.jobId), { until: 'the job counts as stuck' });
  expect(await typesOf(job.jobId)).toContain('job.stuck');
  const { body } = await fleet.admin<{ items: Job[] }>('GET', '/jobs?stuck=true');
  expect(one(body.items).id).toBe(job.jobId);
  await robot.report(job, 'progress', { steps: [{ seq: 7, kind: 'started', path: 'next', nodeId: 'next', at: 2 }] });
  expect(await stuckSince(job.jobId)).toBeNull();
  await robot.report(job, 'complete', { lastStepSeq: 7 });
});

test('the workflow says what happens: cancelled, or taken from the robot and given to another one', async () => {
  await route({ stuckAfterSeconds: 10, stuckPolicy: 'cancel' });
  const first = await begin();
  await silenceJob(fleet.databaseUrl, first.jobId, 11);
  await waitFor(async () => (await get(first.jobId)).cancelRequested);
  expect(((await robot.beat([first])).body as { cancel: string[] }).cancel).toEqual([first.jobId]);
  await robot.report(first, 'fail', { error: { code: 'RUN_CANCELLED', message: 'cancelled' }, cancelled: true });

  await route({ stuckAfterSeconds: 10, stuckPolicy: 'requeue' });
  let held = await begin();
  for (let round = 1; round <= 3; round++) {
    await silenceJob(fleet.databaseUrl, held.jobId, 11);
    const next = await waitFor(async () => {
      const { state } = await get(held.jobId);
      return state !== 'running' && state;
    });
    expect(next).toBe(round < 3 ? 'pending' : 'failed');
    expect(await robot.report(held, 'complete')).toMatchObject({
      status: 409,
      body: { error: { code: 'STALE_LEASE' } },
    });
    expect(((await robot.beat([held])).body as { lost: string[] }).lost).toEqual([held.jobId]);
    if (round < 3) held = one(await robot.claim());
  }
  expect(await get(held.jobId)).toMatchObject({ deadLetter: true, error: { code: 'JOB_STUCK' } });
  expect((await typesOf(held.jobId)).filter((type) => type === 'job.stuck')).toHaveLength(3);
});

test('what a workflow needs is added to what its jobs ask for, and a robot named by the job counts before its default', async () => {
  const { body: group } = await fleet.admin<{ id: string }>('POST', '/robot-groups', { name: 'finance' });
  const other = await register(fleet.robot);
  await route({
    requiredCapabilities: ['excel'],
    requiredTags: ['vpn'],
    preferredTags: ['near'],
    environment: 'production',
    groupId: group.id,
    defaultRobotId: other.id,
  });
  const plain = await submit(fleet.admin, workflowId, { requiredTags: ['fast'] });
  expect(plain.routing).toMatchObject({
    requiredCapabilities: ['excel'],
    requiredTags: ['vpn', 'fast'],
    preferredTags: ['near'],
    environment: 'production',
    groupId: group.id,
    robotId: other.id,
  });
  const named = await submit(fleet.admin, workflowId, { robotId: robot.id });
  expect(named.routing).toMatchObject({ robotId: robot.id, groupId: null });
  expect(await fleet.admin('DELETE', `/robot-groups/${group.id}`)).toMatchObject({ status: 409 });
  await route({});
  expect((await submit(fleet.admin, workflowId)).routing).toMatchObject({
    requiredTags: [],
    robotId: null,
    groupId: null,
  });
});

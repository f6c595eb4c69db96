import { randomUUID } from 'node:crypto';
import type { Job, Why } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { ageJob } from './age-job.ts';
import { type Fleet, one, publish, query, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;

beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publish(fleet.admin);
});
afterAll(() => fleet[Symbol.asyncDispose]());

const keyOf = (mode: string) => ({ mode, key: `${mode} ${randomUUID()}` });
const submitWith = (affinity: object, more: object = {}) => submit(fleet.admin, workflowId, { affinity, ...more });

async function run(robot: TestRobot, job: Job): Promise<void> {
  const claimed = one(await robot.claim());
  expect(claimed.jobId).toBe(job.id);
  await robot.report(claimed, 'complete');
}

test('soft: the robot that has the state is preferred for 30 seconds, then anybody takes it', async () => {
  const [first, second] = [await register(fleet.robot), await register(fleet.robot)];
  const affinity = keyOf('soft');
  await run(first, await submitWith(affinity));
  const next = await submitWith(affinity);
  expect(await second.claim()).toEqual([]);
  await run(first, next);
  const late = await submitWith(affinity, { notBefore: new Date(Date.now() - 31_000).toISOString() });
  // The 30 seconds run from when it could first be claimed.
  expect(await second.claim()).toEqual([]);
  const { body } = await fleet.admin<Why>('GET', `/jobs/${late.id}/why`);
  expect(body.robots.find(({ robotId }) => robotId === second.id)).toMatchObject({ rule: 'affinity' });
  await ageJob(fleet.databaseUrl, late.id, 31);
  await run(second, late);
  // It has the state now.
  const last = await submitWith(affinity);
  expect(await first.claim()).toEqual([]);
  await second.beat([], 'offline');
  await run(first, last);
});

test('hard: only the robot that has the state, also while that is offline; taken out of the fleet it loses it', async () => {
  const [first, second] = [await register(fleet.robot), await register(fleet.robot)];
  const affinity = keyOf('hard');
  await run(first, await submitWith(affinity));
  const next = await submitWith(affinity);
  await ageJob(fleet.databaseUrl, next.id, 600);
  await first.beat([], 'offline');
  expect(await second.claim()).toEqual([]);
  await fleet.admin('DELETE', `/robots/${first.id}`);
  await run(second, next);
});

test('session: the whole chain on one robot, until a job says that it ends or the robot is lost', async () => {
  const [first, second] = [await register(fleet.robot), await register(fleet.robot)];
  const affinity = keyOf('session');
  const jobs = [await submitWith(affinity), await submitWith(affinity), await submitWith({ ...affinity, ends: true })];
  // In one batch and by two robots at once, yet none of it goes elsewhere.
  const [a, b] = await Promise.all([first.claim({ n: 10 }), second.claim({ n: 10 })]);
  expect(a.length + b.length).toBe(1);
  const [holder, other] = a.length === 1 ? [first, second] : [second, first];
  await holder.report(one([...a, ...b]), 'complete');
  expect(await other.claim({ n: 10 })).toEqual([]);
  const rest = await holder.claim({ n: 10 });
  expect(rest.map(({ jobId }) => jobId)).toEqual(jobs.slice(1).map(({ id }) => id));
  for (const job of rest) await holder.report(job, 'complete');
  await run(other, await submitWith(affinity));

  const lost = keyOf('session');
  const interrupted = await submitWith(lost);
  const going = one(await holder.claim());
  expect(going.jobId).toBe(interrupted.id);
  await holder.report(going, 'release', { reason: 'stopping' });
  expect(await other.claim()).toEqual([]);
  await holder.beat([], 'offline');
  await run(other, interrupted);
});

test('a session that is in use holds its robot; five minutes after its last job it is over', async () => {
  const [first, second] = [await register(fleet.robot), await register(fleet.robot)];
  const affinity = keyOf('session');
  await run(first, await submitWith(affinity));
  const path = `/affinities?key=${encodeURIComponent(affinity.key)}`;
  const { body } = await fleet.admin<{ items: { robotId: string; kind: string; endsAt: string }[] }>('GET', path);
  const { endsAt, ...holder } = one(body.items);
  expect(holder).toMatchObject({ robotId: first.id, kind: 'session' });
  expect(Date.parse(endsAt) - Date.now()).toBeGreaterThan(290_000);
  const next = await submitWith(affinity);
  expect(await second.claim()).toEqual([]);
  await query(fleet, sql`update affinities set ends_at = clock_timestamp() where key = ${affinity.key} returning id`);
  await run(second, next);
});

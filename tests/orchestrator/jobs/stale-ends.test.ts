import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { caller, type Fleet, one, publish, query, register, startFleet, submit } from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;
beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publish(fleet.admin);
});
afterAll(() => fleet[Symbol.asyncDispose]());

const error = { code: 'HTTP_FAILED', message: 'no answer', retryable: false };
const reports = [
  ['complete', { output: { by: 'the old holder' } }],
  ['fail', { error }],
  ['release', { reason: 'stopping' }],
  ['park', { error, path: 'start' }],
] as const;

test.each(reports)(
  '"%s" under an older lease token is refused while the job runs under a newer one',
  async (what, more) => {
    const robot = await register(fleet.robot);
    await submit(fleet.admin, workflowId, { robotId: robot.id });
    const old = one(await robot.claim());
    await robot.report(old, 'release', { reason: 'for the other one' });
    const now = one(await robot.claim());
    expect(now).toMatchObject({ jobId: old.jobId });
    expect(now.fence).toBeGreaterThan(old.fence);
    const before = await query(fleet, sql`select to_jsonb(j) as job from jobs j where id = ${old.jobId}::uuid`);
    const answer = await robot.report(old, what, more);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'STALE_LEASE' } } });
    expect(await query(fleet, sql`select to_jsonb(j) as job from jobs j where id = ${old.jobId}::uuid`)).toEqual(
      before,
    );
    expect((await robot.report(now, 'complete')).status).toBe(200);
  },
);

test.each(reports)('"%s" with a right token and the key of another robot is refused', async (what, more) => {
  const robot = await register(fleet.robot);
  await submit(fleet.admin, workflowId, { robotId: robot.id });
  const held = one(await robot.claim());
  const made = await fleet.admin<{ key: string }>('POST', '/keys', { name: `other ${what}`, kind: 'robot' });
  expect(made.status).toBe(201);
  const other = await register(caller(fleet.url, made.body.key));
  expect((await other.report(held, what, more)).status).toBe(409);
  expect((await robot.report(held, 'complete')).status).toBe(200);
});

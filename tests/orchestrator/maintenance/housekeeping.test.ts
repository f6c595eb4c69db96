import type { Robot } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../orchestrator/db/database.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { pruneOldRows } from '../../../orchestrator/maintenance/prune.ts';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, publish, query, register, startFleet, submit } from '../fleet.ts';

let first: Fleet;
let second: Fleet;
let database: Database;
let workflowId: string;

beforeAll(async () => {
  const timing = { reapSeconds: 0.2, lostSeconds: 1.5, leaseSeconds: 1 };
  first = await startFleet({ timing });
  second = await startFleet({ timing }, first);
  database = openDatabase({ url: first.databaseUrl, maxConnections: 2, onError: () => {} });
  workflowId = await publish(first.admin);
});
afterAll(async () => {
  await database.close();
  await second.orchestrator.stop();
  await first[Symbol.asyncDispose]();
});

test('the job of a robot that vanished runs on another one, from its journal', async () => {
  const gone = await register(first.robot, { tags: ['pair'] });
  const { id } = await submit(first.admin, workflowId, { requiredTags: ['pair'] });
  const job = one(await gone.claim());
  const step = { seq: 1, kind: 'finished', path: 'a', nodeId: 'start', at: 1, output: 42 };
  await gone.report(job, 'progress', { steps: [step] });
  const other = await register(second.robot, { tags: ['pair'] });
  const next = one(await other.claim({ waitSeconds: 20 }));
  expect(next).toMatchObject({ jobId: id, attempt: 2, steps: [step] });
  expect(next.fence).toBeGreaterThan(job.fence);
  const offline = async () => (await first.admin<Robot>('GET', `/robots/${gone.id}`)).body.state === 'offline';
  await waitFor(offline, { until: 'the silent robot is offline' });
  const lost = await query(
    first,
    sql`select seq from events where type = 'robot.lost' and subject_id = ${gone.id}::uuid`,
  );
  expect(lost).toHaveLength(1);
});

test('heartbeats keep a lease for as long as they come', async () => {
  const robot = await register(first.robot);
  await submit(first.admin, workflowId, { robotId: robot.id });
  const job = one(await robot.claim());
  const until = performance.now() + 2500;
  await waitFor(
    async () => {
      expect((await robot.beat([job], 'busy')).body).toEqual({ lost: [], cancel: [], commands: [] });
      return performance.now() > until;
    },
    { until: 'two leases have passed', everyMs: 200 },
  );
  expect((await robot.report(job, 'complete')).body).toEqual({ state: 'completed', duplicate: false });
});

test('after an outage of all instances no lease is taken for as long as it was', async () => {
  const robot = await register(first.robot);
  const { id } = await submit(first.admin, workflowId, { robotId: robot.id });
  await robot.claim();
  await runOn(
    first.databaseUrl,
    "update maintenance set leases_checked_at = now() - interval '40 seconds', grace_until = null",
  );
  const inGrace = async () =>
    (
      await query<{ in: boolean }>(
        first,
        sql`select coalesce(grace_until > now() + interval '30 seconds', false) as "in" from maintenance`,
      )
    )[0]?.in;
  await waitFor(inGrace, { until: 'the outage is noticed' });
  await query(first, sql`update jobs set lease_until = clock_timestamp() - interval '1 hour' where id = ${id}::uuid`);
  const checked = async () =>
    (await query<{ at: Date }>(first, sql`select leases_checked_at as at from maintenance`))[0]?.at.getTime() ?? 0;
  const before = await checked();
  await waitFor(async () => (await checked()) > before, { until: 'leases were looked at again' });
  expect((await first.admin('GET', `/jobs/${id}`)).body).toMatchObject({ state: 'running' });
  await runOn(first.databaseUrl, 'update maintenance set grace_until = null');
  await waitFor(async () => (await first.admin('GET', `/jobs/${id}`)).body['state'] === 'pending', {
    until: 'the grace is over',
  });
});

test('what is older than it is kept is deleted with all that belongs to it, the rest stays', async () => {
  const robot = await register(first.robot);
  const ended: string[] = [];
  for (let i = 0; i < 2; i++) {
    await submit(first.admin, workflowId, { robotId: robot.id });
    const job = one(await robot.claim());
    await robot.report(job, 'progress', { logs: [{ seq: 1, at: 1, level: 'info', message: 'x' }] });
    await robot.report(job, 'complete');
    ended.push(job.jobId);
  }
  const [old, recent] = ended;
  await runOn(first.databaseUrl, `update jobs set finished_at = now() - interval '31 days' where id = '${old}'`);
  await runOn(first.databaseUrl, `update events set ts = now() - interval '31 days' where subject_id = '${old}'`);
  expect(await pruneOldRows(database, 30, new AbortController().signal)).toBeGreaterThan(3);
  expect((await first.admin('GET', `/jobs/${old}`)).status).toBe(404);
  expect((await first.admin('GET', `/jobs/${recent}`)).status).toBe(200);
  const rows = await query<{ job_id: string }>(
    first,
    sql`select distinct job_id from job_logs where job_id = any(${ended}::uuid[])`,
  );
  expect(rows).toEqual([{ job_id: recent }]);
  expect(await query(first, sql`select seq from events where subject_id = ${old}::uuid`)).toEqual([]);
});

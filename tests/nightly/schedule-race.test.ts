import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../orchestrator/db/sql.ts';
import { type Fleet, one, publish, query, startFleet } from '../orchestrator/fleet.ts';
import { missSince, schedule } from '../orchestrator/schedules/schedules.ts';
import { runOn } from '../support/template-database.ts';
import { waitFor } from '../support/wait-for.ts';

const instances: Fleet[] = [];
let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet();
  instances.push(fleet);
  for (let i = 0; i < 4; i++) instances.push(await startFleet({}, fleet));
});
afterAll(async () => {
  for (const other of instances.slice(1)) await other.orchestrator.stop();
  await fleet[Symbol.asyncDispose]();
});

/** Copies of a schedule, written in one go. */
async function copies(id: string, n: number): Promise<string[]> {
  await runOn(
    fleet.databaseUrl,
    `insert into schedules (tenant_id, workspace_id, name, timing, time_zone, overlap, missed, workflow_id, job, next_due,
       time_zone_data, created_by)
     select tenant_id, workspace_id, name || ' copy ' || g, timing, time_zone, overlap, missed, workflow_id, job, next_due,
       time_zone_data, created_by
     from schedules, generate_series(1, ${n}) g where id = '${id}'`,
  );
  const rows = await query<{ id: string }>(
    fleet,
    sql`select id from schedules where name like (select name || ' copy %' from schedules where id = ${id}::uuid)`,
  );
  return rows.map((row) => row.id);
}

test('ten thousand slots that five instances race for are fired once each, among ten thousand schedules at rest', async () => {
  const workflowId = await publish(fleet.admin);
  const { id } = await schedule(fleet.admin, workflowId, { missed: 'all', overlap: 'allow' });
  await copies(id, 10_000);
  const other = await schedule(fleet.admin, workflowId, { missed: 'all', overlap: 'allow' });
  const raced = await copies(other.id, 500);
  const started = performance.now();
  await missSince(fleet, raced, 19);
  const count = async () =>
    one(
      await query<{ firings: number; jobs: number; slots: number }>(
        fleet,
        sql`
          select count(*)::int as firings, count(distinct job_id)::int as jobs,
            count(distinct (schedule_id, slot))::int as slots
          from schedule_firings where outcome = 'fired' and schedule_id = any(${raced}::uuid[])`,
      ),
    );
  await waitFor(async () => (await count()).firings >= 10_000, {
    until: 'all are fired',
    timeoutMs: 300_000,
    everyMs: 500,
  });
  console.info(`10,000 slots in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  expect(await count()).toEqual({ firings: 10_000, jobs: 10_000, slots: 10_000 });
  expect(one(await query<{ n: number }>(fleet, sql`select count(*)::int as n from jobs`)).n).toBe(10_000);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, publish, query, startFleet } from '../fleet.ts';
import { dueNow, missSince, schedule } from './schedules.ts';

const instances: Fleet[] = [];
let fleet: Fleet;
const timing = { scheduleSeconds: 0.1 };

beforeAll(async () => {
  fleet = await startFleet({ timing });
  instances.push(fleet);
  for (let i = 0; i < 4; i++) instances.push(await startFleet({ timing }, fleet));
});
afterAll(async () => {
  for (const other of instances.slice(1)) await other.orchestrator.stop();
  await fleet[Symbol.asyncDispose]();
});

interface Count {
  firings: number;
  slots: number;
  jobs: number;
  events: number;
}

async function count(ids: readonly string[]): Promise<Count> {
  return one(
    await query<Count>(
      fleet,
      sql`
        select count(*)::int as firings, count(distinct (f.schedule_id, f.slot))::int as slots,
          count(distinct f.job_id)::int as jobs,
          (select count(*)::int from events e where e.type = 'schedule.fired' and e.subject_id = any(${[...ids]}::uuid[])) as events
        from schedule_firings f join jobs j on j.id = f.job_id
        where f.schedule_id = any(${[...ids]}::uuid[]) and f.outcome = 'fired'`,
    ),
  );
}

test('five instances that race for 800 slots fire each exactly once', async () => {
  const workflowId = await publish(fleet.admin);
  const ids: string[] = [];
  for (let i = 0; i < 40; i++)
    ids.push((await schedule(fleet.admin, workflowId, { missed: 'all', overlap: 'allow' })).id);
  const jobsBefore = one(await query<{ n: number }>(fleet, sql`select count(*)::int as n from jobs`)).n;
  // Twenty slots each; half of them come while the others are under way.
  await missSince(fleet, ids.slice(0, 20), 19);
  await missSince(fleet, ids.slice(20), 19);
  await waitFor(async () => (await count(ids)).firings >= 800, { until: 'all slots are decided' });
  const looked = performance.now();
  await waitFor(() => performance.now() - looked > 300, { until: 'every instance has looked again' });
  expect(await count(ids)).toEqual({ firings: 800, slots: 800, jobs: 800, events: 800 });
  expect(one(await query<{ n: number }>(fleet, sql`select count(*)::int as n from jobs`)).n - jobsBefore).toBe(800);
  const due = await query(fleet, sql`select id from schedules where next_due <= clock_timestamp()`);
  expect(due).toEqual([]);
});

test('a slot that is in the ledger already can be fired by nobody, and takes nothing with it', async () => {
  const workflowId = await publish(fleet.admin);
  const { id } = await schedule(fleet.admin, workflowId, { overlap: 'allow' });
  await dueNow(fleet, id);
  await waitFor(async () => (await count([id])).firings === 1, { until: 'it has fired' });
  const [row] = await query<{ slot: Date }>(
    fleet,
    sql`select slot from schedule_firings where schedule_id = ${id}::uuid`,
  );
  // As somebody would see it whose answer was lost: the slot is due again.
  await runOn(fleet.databaseUrl, `update schedules set next_due = '${row?.slot.toISOString()}' where id = '${id}'`);
  const isDue = sql`select id from schedules where id = ${id}::uuid and next_due <= clock_timestamp()`;
  await waitFor(async () => (await query(fleet, isDue)).length === 0, { until: 'it has gone on' });
  expect(await count([id])).toEqual({ firings: 1, slots: 1, jobs: 1, events: 1 });
  const made = await query(
    fleet,
    sql`
    select j.id from jobs j where j.reference like (select s.name || ' %' from schedules s where s.id = ${id}::uuid)`,
  );
  expect(made).toHaveLength(1);
});

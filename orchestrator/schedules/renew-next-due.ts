import { openPlan } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { planOf, type ScheduleRow } from './schedule-row.ts';

type Row = Pick<ScheduleRow, 'timing' | 'time_zone' | 'starts_at' | 'ends_at' | 'next_due'> & { now: Date };

/** Rules of time zones change a few times a year: slots that were computed by older ones than this process has are computed again. */
export async function renewNextDue(context: Context, signal: AbortSignal): Promise<void> {
  const data = process.versions.tz ?? '';
  for (;;) {
    const stale = await oneAcrossTenants<{ tenant_id: string; id: string }>(
      context.database.system,
      sql`
        select tenant_id, id from schedules where next_due > clock_timestamp() and time_zone_data < ${data} limit 500`,
    );
    for (const { tenant_id: tenantId, id } of stale) {
      if (signal.aborted) return;
      await renew(context, tenantId, id, data);
    }
    if (stale.length < 500) return;
  }
}

async function renew(context: Context, tenantId: string, id: string, data: string): Promise<void> {
  await inTenant(context.database.pool, tenantId, async (db) => {
    const [row] = await db.query<Row>(sql`
      select timing, time_zone, starts_at, ends_at, next_due, clock_timestamp() as now from schedules
      where id = ${id}::uuid and next_due > clock_timestamp() and time_zone_data < ${data} for update`);
    if (!row) return;
    const next = openPlan(planOf(row)).next(row.now.getTime())?.at;
    await db.query(sql`
      with s as (
        update schedules set next_due = ${next === undefined ? null : new Date(next)}::timestamptz, time_zone_data = ${data}
        where id = ${id}::uuid returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id, data)
      select workspace_id, 'schedule.changed', id, jsonb_build_object('timeZoneData', ${data}::text) from s
      where ${next ?? 0}::float8 <> ${row.next_due?.getTime() ?? 0}::float8`);
  });
}

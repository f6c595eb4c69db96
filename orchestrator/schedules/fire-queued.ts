import { AppError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { submitJobs } from '../jobs/submit.ts';
import { requestFor } from './fire.ts';
import { findActiveJobs } from './overlap.ts';
import { type ScheduleRow, scheduleColumns } from './schedule-row.ts';

/** Schedules with slots that wait for their turn, and no job in their way any more. */
export function findFreeQueues(context: Context): Promise<{ tenant_id: string; id: string }[]> {
  return oneAcrossTenants(
    context.database.system,
    sql`
      select s.tenant_id, s.id from schedules s
      where s.has_queued and not exists (
        select from (
          select f.job_id from schedule_firings f
          where f.tenant_id = s.tenant_id and f.schedule_id = s.id and f.job_id is not null order by f.id desc limit 50
        ) f join jobs j on j.tenant_id = s.tenant_id and j.id = f.job_id
        where j.state in ('pending', 'running', 'waiting'))
      limit 200`,
  );
}

/** Submits the job of the slot that has waited longest. */
export async function fireQueued(context: Context, tenantId: string, scheduleId: string): Promise<void> {
  const submit = (failure?: AppError) =>
    inTenant(context.database.pool, tenantId, (db) => submitOldest(context, db, tenantId, scheduleId, failure));
  const workspaceId = await submit().catch((error: unknown) => {
    if (error instanceof AppError && !error.retryable) return submit(error);
    throw error;
  });
  if (workspaceId === undefined) return;
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'pending', workspaceId, jobs: 1 });
}

async function submitOldest(
  context: Context,
  db: Db,
  tenantId: string,
  scheduleId: string,
  failure: AppError | undefined,
): Promise<string | undefined> {
  const [row] = await db.query<ScheduleRow>(sql`
    select ${scheduleColumns} from schedules s
    where s.id = ${scheduleId}::uuid and s.has_queued for update of s skip locked`);
  if (!row || (await findActiveJobs(db, [scheduleId])).length > 0) return undefined;
  const [oldest] = await db.query<{ id: string; slot: Date }>(sql`
    select id, slot from schedule_firings
    where schedule_id = ${scheduleId}::uuid and outcome = 'queued' order by slot limit 1`);
  if (oldest) {
    const place = { tenantId, workspaceId: row.workspace_id };
    const [job] = failure ? [] : await submitJobs(context, db, place, [requestFor(row, oldest.slot.getTime())]);
    const reason = failure ? `${failure.code}: ${failure.message}`.slice(0, 2000) : 'Waited for the job before it.';
    await db.query(sql`
      with f as (
        update schedule_firings set outcome = ${failure ? 'failed' : 'fired'}, reason = ${reason}, job_id = ${job?.id ?? null}::uuid,
          at = clock_timestamp()
        where id = ${oldest.id}::uuid returning workspace_id, schedule_id, slot, slots, outcome, reason, job_id
      )
      insert into events (workspace_id, type, subject_id, data)
      select workspace_id, 'schedule.' || outcome, schedule_id,
        jsonb_build_object('slot', slot, 'slots', slots, 'reason', reason, 'jobId', job_id)
      from f`);
  }
  await db.query(sql`
    update schedules set has_queued = exists (
      select from schedule_firings where schedule_id = ${scheduleId}::uuid and outcome = 'queued')
    where id = ${scheduleId}::uuid`);
  return oldest ? row.workspace_id : undefined;
}

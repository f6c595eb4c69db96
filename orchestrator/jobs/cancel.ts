import { AppError, type Job } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { writeAudit } from '../keys/audit.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

/** Ends a job that waits; asks the robot of a running one to stop it. The jobs it has started go with it. */
export async function cancelJob(context: Context, caller: Caller, jobId: string, requestId: string): Promise<Job> {
  const cancelled = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockJob(db, caller, jobId);
    if (before.state === 'completed' || before.state === 'failed')
      throw new AppError('CONFLICT', `The job has ended already (${before.state}).`);
    if (before.state === 'cancelled' || before.cancel_requested) return [before];
    const rows = await cancelFamilies(db, [jobId]);
    await writeAudit(db, caller, {
      action: 'job.cancel',
      subjectId: jobId,
      requestId,
      details: rows.length > 1 ? { withIt: rows.length - 1 } : {},
    });
    return rows;
  });
  tellCancelled(context, cancelled);
  return toJob(cancelled.find(({ id }) => id === jobId) as JobRow);
}

/** Cancels jobs with all they have started, and those they have started in turn. */
export function cancelFamilies(db: Db, ids: readonly string[]): Promise<JobRow[]> {
  return db.query<JobRow>(sql`
    with recursive family as (
      select id from jobs where id = any(${ids}::uuid[])
      union
      select c.id from family f join jobs c on c.parent_job_id = f.id
    ), changed as (
      update jobs set state = case when state = 'running' then state else 'cancelled' end, cancel_requested = true,
        waiting_for = null, finished_at = case when state <> 'running' then clock_timestamp() end
      where id in (select id from family) and state in ('pending', 'running', 'waiting') and not cancel_requested
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, case state when 'running' then 'job.cancel_requested' else 'job.cancelled' end, id from changed
    )
    select ${jobColumns} from changed j`);
}

export function tellCancelled(context: Context, rows: readonly JobRow[]): void {
  context.signals.send({ kind: 'events' });
  for (const { id, state, robot_id: robotId } of rows)
    if (state === 'running' && robotId) context.signals.send({ kind: 'cancel', robotId, jobId: id });
}

/** The job for changing it; NOT_FOUND also when it is somebody else's. */
export async function lockJob(db: Db, caller: Caller, jobId: string): Promise<JobRow> {
  const [row] = await db.query<JobRow>(sql`
    select ${jobColumns} from jobs j
    where j.id = ${jobId}::uuid and j.workspace_id = ${caller.workspaceId}::uuid for update`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  return row;
}

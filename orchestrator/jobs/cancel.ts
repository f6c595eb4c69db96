import { AppError, type Job } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { writeAudit } from '../keys/audit.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

/** Ends a job that waits; asks the robot of a running one to stop it. */
export async function cancelJob(context: Context, caller: Caller, jobId: string, requestId: string): Promise<Job> {
  const job = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockJob(db, caller, jobId);
    if (before.state === 'completed' || before.state === 'failed')
      throw new AppError('CONFLICT', `The job has ended already (${before.state}).`);
    if (before.state === 'cancelled' || before.cancel_requested) return toJob(before);
    const asks = before.state === 'running';
    const [after] = await db.query<JobRow>(sql`
      with changed as (
        update jobs set state = case when state = 'running' then state else 'cancelled' end, cancel_requested = true,
          waiting_for = null, finished_at = case when state <> 'running' then clock_timestamp() end
        where id = ${jobId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id)
        select workspace_id, ${asks ? 'job.cancel_requested' : 'job.cancelled'}, id from changed
      )
      select ${jobColumns} from changed j`);
    await writeAudit(db, caller, { action: 'job.cancel', subjectId: jobId, requestId });
    return toJob(after as JobRow);
  });
  context.signals.send({ kind: 'events' });
  if (job.state === 'running' && job.robotId) context.signals.send({ kind: 'cancel', robotId: job.robotId, jobId });
  return job;
}

/** The job for changing it; NOT_FOUND also when it is somebody else's. */
export async function lockJob(db: Db, caller: Caller, jobId: string): Promise<JobRow> {
  const [row] = await db.query<JobRow>(sql`
    select ${jobColumns} from jobs j
    where j.id = ${jobId}::uuid and j.workspace_id = ${caller.workspaceId}::uuid for update`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  return row;
}

import { AppError, type Job } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { lockJob } from './cancel.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

/** Puts a job that failed or was cancelled back into the queue, its journal kept: steps that are done are not done again. */
export async function retryJob(context: Context, caller: Caller, jobId: string, requestId: string): Promise<Job> {
  const job = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockJob(db, caller, jobId);
    if (before.state !== 'failed' && before.state !== 'cancelled')
      throw new AppError('CONFLICT', `Only a failed or cancelled job can be tried again; this one is ${before.state}.`);
    await refuseBlocked(db, jobId);
    const [after] = await db.query<JobRow>(sql`
      with changed as (
        update jobs set state = 'pending', retries = 0, crashes = 0, dead_letter = false, cancel_requested = false,
          finished_at = null, not_before = null, progress = null, error = null,
          deadline = case when deadline > clock_timestamp() then deadline end,
          -- A report under the old lease must not end the new attempt.
          ended_fence = fence
        where id = ${jobId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'job.requeued', id from changed
      )
      select ${jobColumns} from changed j`);
    await writeAudit(db, caller, { action: 'job.retry', subjectId: jobId, requestId });
    return toJob(after as JobRow);
  });
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  return job;
}

/** It could never start while what it was to run after has failed. */
async function refuseBlocked(db: Db, jobId: string): Promise<void> {
  const [blocked] = await db.query<{ id: string; name: string; state: string }>(sql`
    select o.id, o.workflow_name as name, o.state from job_dependencies d join jobs o on o.id = d.on_job_id
    where d.job_id = ${jobId}::uuid and not d.met and d.condition = 'success' and o.state in ('failed', 'cancelled') limit 1`);
  if (blocked)
    throw new AppError(
      'CONFLICT',
      `It runs after job ${blocked.id} (${blocked.name}), which is ${blocked.state}. Retry that one: this one then waits for it again.`,
      { details: { jobId: blocked.id } },
    );
}

/** Many at once; returns those that could not be. */
export async function retryEach(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    with changed as (
      update jobs j set state = 'pending', retries = 0, crashes = 0, dead_letter = false, cancel_requested = false,
        finished_at = null, not_before = null, progress = null, error = null, ended_fence = fence,
        deadline = case when deadline > clock_timestamp() then deadline end
      where id = any(${ids}::uuid[]) and state in ('failed', 'cancelled') and not exists (
        select from job_dependencies d join jobs o on o.id = d.on_job_id
        where d.job_id = j.id and not d.met and d.condition = 'success' and o.state in ('failed', 'cancelled')
          and o.id <> all(${ids}::uuid[]))
      returning id, workspace_id
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.requeued', id from changed
    )
    select id from changed`);
  return ids.filter((id) => !rows.some((row) => row.id === id));
}

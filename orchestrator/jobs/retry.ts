import { AppError, type Job } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
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
    const [after] = await db.query<JobRow>(sql`
      with changed as (
        update jobs set state = 'pending', retries = 0, crashes = 0, dead_letter = false, cancel_requested = false,
          finished_at = null, not_before = null, progress = null, error = null,
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

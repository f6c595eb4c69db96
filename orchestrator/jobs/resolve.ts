import { AppError, type Job, type resolveSchema, type StepRow } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { lockJob } from './cancel.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

type Decision = z.output<typeof resolveSchema>;

/**
 * What a person decided about a parked step becomes a row of the journal, so that whoever goes on with the job sees it:
 * `skip` says the step is finished, `retry` that it failed and runs again; `fail` ends the job.
 */
export async function resolveJob(
  context: Context,
  caller: Caller,
  jobId: string,
  decision: Decision,
  requestId: string,
): Promise<Job> {
  const job = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockJob(db, caller, jobId);
    const path = (before.waiting_for as { path?: string } | null)?.path;
    if (before.state !== 'waiting' || path === undefined)
      throw new AppError('CONFLICT', `The job does not wait for a decision; it is ${before.state}.`);
    const added = decision.decision === 'fail' ? 0 : await addRow(db, jobId, path, decision);
    const fails = decision.decision === 'fail';
    const [after] = await db.query<JobRow>(sql`
      with changed as (
        update jobs set state = ${fails ? 'failed' : 'pending'}, waiting_for = null, dead_letter = ${fails}::boolean,
          finished_at = case when ${fails}::boolean then clock_timestamp() end,
          error = case when ${fails}::boolean then error end, last_step_seq = last_step_seq + ${added}::int
        where id = ${jobId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id)
        select workspace_id, unnest(${fails ? ['job.failed', 'job.dead_lettered'] : ['job.requeued']}::text[]), id from changed
      )
      select ${jobColumns} from changed j`);
    await writeAudit(db, caller, {
      action: 'job.resolve',
      subjectId: jobId,
      requestId,
      details: { decision: decision.decision, path },
    });
    return toJob(after as JobRow);
  });
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'rows', tenantId: caller.tenantId, jobId });
  if (job.state === 'pending') context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  return job;
}

async function addRow(db: Db, jobId: string, path: string, { decision, output }: Decision): Promise<number> {
  const [started] = await db.query<{ row: StepRow; last: number }>(sql`
    select s.row, j.last_step_seq as last from job_steps s join jobs j on j.tenant_id = s.tenant_id and j.id = s.job_id
    where s.job_id = ${jobId}::uuid and s.row ->> 'path' = ${path} and s.row ->> 'kind' = 'started'
    order by s.seq desc limit 1`);
  if (!started)
    throw new AppError(
      'CONFLICT',
      `The journal has no start of the step "${path}", so nothing can be decided about it but "fail".`,
    );
  const base = { seq: started.last + 1, path, nodeId: started.row.nodeId, at: Date.now() };
  const row: StepRow =
    decision === 'skip'
      ? { ...base, kind: 'finished', output: output ?? null, durationMs: 0 }
      : {
          ...base,
          kind: 'failed',
          // Not STEP_IN_DOUBT: that would be in doubt again.
          error: { code: 'NODE_FAILED', message: 'A person decided that the step runs again.', retryable: true },
        };
  await db.query(sql`
    insert into job_steps (job_id, seq, row) values (${jobId}::uuid, ${row.seq}::int, ${JSON.stringify(row)}::json)`);
  return 1;
}

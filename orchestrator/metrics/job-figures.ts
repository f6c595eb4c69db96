import { AppError, type JobFigures, type JobState } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { type Bucket, timesOf } from './histogram.ts';

interface Row {
  state: JobState;
  attempt: number;
  waited: number;
  ran: number | null;
  steps: number;
  logs: number;
  workflow_id: string;
}

/** How long one job took and where the time went, beside what is usual for its workflow. */
export function readJobFigures(context: Context, caller: Caller, jobId: string): Promise<JobFigures> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [job] = await db.query<Row>(sql`
      select state, attempt, workflow_id,
        extract(epoch from coalesce(started_at, finished_at, clock_timestamp()) - created_at)::float8 * 1000 as waited,
        extract(epoch from coalesce(finished_at, clock_timestamp()) - started_at)::float8 * 1000 as ran,
        (select count(*)::int from job_steps s where s.job_id = j.id and s.row ->> 'kind' = 'finished') as steps,
        last_log_seq as logs
      from jobs j where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
    if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
    const slowest = await db.query<JobFigures['slowest'][number]>(sql`
      select row ->> 'path' as path, row ->> 'nodeId' as "nodeId", (row ->> 'durationMs')::float8 as "durationMs"
      from job_steps where job_id = ${jobId}::uuid and row ->> 'durationMs' is not null order by 3 desc limit 10`);
    const buckets = await db.query<Bucket>(sql`
      select bucket::int as bucket, sum(n)::int as n from analytics_times
      where workspace_id = ${caller.workspaceId}::uuid and grain = 'day' and workflow_id = ${job.workflow_id}::uuid
        and kind = 'duration' and start > clock_timestamp() - interval '30 days'
      group by 1`);
    return {
      jobId,
      state: job.state,
      attempts: job.attempt,
      waitedMs: Math.round(job.waited),
      ranMs: job.ran === null ? null : Math.round(job.ran),
      steps: job.steps,
      logLines: job.logs,
      slowest,
      usual: timesOf(buckets),
    };
  });
}

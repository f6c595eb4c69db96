import { AppError, type JobState } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { takeUpAgain } from './lease.ts';
import { staleLease, stepsMissing } from './refusals.ts';

export type ReportKind = 'complete' | 'fail' | 'release' | 'park';

export interface ReportReply {
  readonly state: JobState;
  readonly duplicate: boolean;
}

interface Report {
  readonly jobId: string;
  readonly fence: number;
  /** Absent for reports that end nothing. */
  readonly kind?: ReportKind;
  /** The journal must reach as far before this report may be taken. */
  readonly lastStepSeq: number;
}

export type Reported<Row> =
  | { readonly duplicate: false; readonly row: Row }
  | { readonly duplicate: true; readonly state: JobState };

/**
 * Runs the statement of a report (`first` may do so together with others), which touches the job only under its current lease. Where it touched nothing: the same
 * end once more is a duplicate, a lease that ran out and is still the last one issued is taken up again, everything else
 * is refused and changes nothing.
 */
export async function report<Row>(
  context: Context,
  caller: Caller,
  { jobId, fence, kind, lastStepSeq }: Report,
  statement: Statement,
  first = async () => (await oneInTenant<Row>(context.database.pool, caller.tenantId, statement))[0],
  /** Belongs to the report: in its transaction, once the statement has touched the job. */
  then?: (db: Db, row: Row) => Promise<Row>,
): Promise<Reported<Row>> {
  const row = await (then === undefined
    ? first()
    : inTenant(context.database.pool, caller.tenantId, async (db) => {
        const [touched] = await db.query<Row>(statement);
        return touched && then(db, touched);
      }));
  if (row !== undefined && kind !== undefined && kind !== 'complete') context.failpoint.reach('end.committed');
  if (row !== undefined) return { duplicate: false, row };
  return inTenant(context.database.pool, caller.tenantId, async (db): Promise<Reported<Row>> => {
    const [job] = await db.query<JobLease>(sql`
      select state, fence, key_id, ended_fence, ended_as, last_step_seq from jobs
      where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid for update`);
    if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
    if (job.fence !== fence || job.key_id !== caller.keyId) throw staleLease(fence);
    if (job.ended_fence === fence) {
      if (job.ended_as === kind) return { duplicate: true, state: job.state };
      throw staleLease(fence);
    }
    if (job.last_step_seq < lastStepSeq) throw stepsMissing(job.last_step_seq);
    if (job.state === 'pending' && !(await takeUpAgain(context, db, caller, jobId, fence))) throw staleLease(fence);
    const [late] = await db.query<Row>(statement);
    if (late === undefined) throw staleLease(fence);
    return { duplicate: false, row: then === undefined ? late : await then(db, late) };
  });
}

interface JobLease {
  state: JobState;
  fence: number | null;
  key_id: string | null;
  ended_fence: number | null;
  ended_as: ReportKind | null;
  last_step_seq: number;
}

import { AppError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { takeUpAgain } from '../jobs/lease.ts';
import { staleLease } from '../jobs/refusals.ts';
import type { Caller } from '../keys/verify.ts';

export interface HeldJob {
  readonly id: string;
  readonly robotId: string;
}

/**
 * Only who holds a job may touch queues for it. The job stays locked until the transaction ends: its end gives up what it holds, so nothing
 * may be taken for it at the same moment.
 */
export async function holdJob(
  context: Context,
  db: Db,
  caller: Caller,
  { jobId, fence, takes }: { jobId: string; fence: number; takes: boolean },
): Promise<HeldJob> {
  const [job] = await db.query<JobRow>(sql`
    select robot_id, state, has_queue_items, fence = ${fence}::bigint and key_id = ${caller.keyId}::uuid as is_newest from jobs
    where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid for no key update`);
  if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  if (!job.is_newest || job.robot_id === null) throw staleLease(fence);
  if (job.state !== 'running' && !(await takeUpAgain(context, db, caller, jobId, fence))) throw staleLease(fence);
  if (takes && !job.has_queue_items)
    await db.query(sql`update jobs set has_queue_items = true where id = ${jobId}::uuid`);
  return { id: jobId, robotId: job.robot_id };
}

interface JobRow {
  state: string;
  robot_id: string | null;
  has_queue_items: boolean;
  is_newest: boolean | null;
}

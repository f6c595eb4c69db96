import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { getJob } from './list.ts';
import { staleLease } from './refusals.ts';

export interface LeaseReply {
  readonly leaseSeconds: number;
  readonly cancelRequested: boolean;
  readonly journalKey: string;
}

export interface HeldJob {
  readonly jobId: string;
  readonly fence: number;
  readonly currentNode?: string | undefined;
  readonly progress?: number | undefined;
}

export async function extendLease(context: Context, caller: Caller, jobId: string, fence: number): Promise<LeaseReply> {
  const { extended } = await extendLeases(context, caller, [{ jobId, fence }]);
  const lease = extended.find((job) => job.id === jobId);
  if (!lease) {
    await getJob(context, caller, jobId);
    throw staleLease(fence);
  }
  return {
    leaseSeconds: context.timing.leaseSeconds,
    cancelRequested: lease.cancel_requested,
    journalKey: context.jobKeys.of(caller.tenantId, jobId),
  };
}

interface ExtendedRow {
  id: string;
  cancel_requested: boolean;
}

/** Extends every lease that is still held, takes up again those that ran out and nobody else got, and names the rest. */
export async function extendLeases(
  context: Context,
  caller: Caller,
  jobs: readonly HeldJob[],
): Promise<{ extended: ExtendedRow[]; lost: string[] }> {
  if (jobs.length === 0) return { extended: [], lost: [] };
  // From the reserved connections: leases must be extended however busy the rest is.
  const { reserved } = context.database;
  const extended = await oneInTenant<ExtendedRow>(
    reserved,
    caller.tenantId,
    sql`
      update jobs j set lease_until = clock_timestamp() + make_interval(secs => ${context.timing.leaseSeconds}),
        current_node = coalesce(h.current_node, j.current_node), progress = coalesce(h.progress, j.progress),
        -- Another step is progress too, also where its rows have not come yet.
        progress_at = case when h.current_node <> j.current_node then clock_timestamp() else j.progress_at end,
        stuck_at = case when h.current_node <> j.current_node then null else j.stuck_at end
      from unnest(${jobs.map((job) => job.jobId)}::uuid[], ${jobs.map((job) => job.fence)}::bigint[],
        ${jobs.map((job) => job.currentNode ?? null)}::text[], ${jobs.map((job) => job.progress ?? null)}::real[])
        as h (id, fence, current_node, progress)
      where j.id = h.id and j.fence = h.fence and j.key_id = ${caller.keyId}::uuid and j.state = 'running'
      returning j.id, j.cancel_requested`,
  );
  const lost: string[] = [];
  for (const { jobId, fence } of jobs) {
    if (extended.some((job) => job.id === jobId)) continue;
    const taken = await inTenant(reserved, caller.tenantId, (db) => takeUpAgain(context, db, caller, jobId, fence));
    if (!taken) lost.push(jobId);
    else {
      extended.push({ id: jobId, cancel_requested: false });
      context.signals.send({ kind: 'events' });
    }
  }
  for (const { id } of extended)
    context.signals.send({ kind: 'job', tenantId: caller.tenantId, workspaceId: caller.workspaceId, id });
  return { extended, lost };
}

/**
 * A lease that ran out while nobody else claimed the job belongs to its old holder as long as that one shows the token
 * issued last: there is no newer owner whom it could disturb, and a needless second run is avoided.
 */
export async function takeUpAgain(
  context: Context,
  db: Db,
  caller: Caller,
  jobId: string,
  fence: number,
): Promise<boolean> {
  const rows = await db.query<{ id: string }>(sql`
    with j as (
      update jobs set state = 'running', lease_until = clock_timestamp() + make_interval(secs => ${context.timing.leaseSeconds}),
        crashes = greatest(0, crashes - 1), not_before = null
      where id = ${jobId}::uuid and fence = ${fence}::bigint and key_id = ${caller.keyId}::uuid and state = 'pending'
        and ended_fence is distinct from fence and not cancel_requested
      returning id, workspace_id
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.claimed', id from j
    )
    select id from j`);
  return rows.length > 0;
}

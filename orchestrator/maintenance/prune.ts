import type { Pool } from '../db/pool.ts';
import { sql, type Statement } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

const batch = 500;

/** Deletes what is older than it has to be kept, in small batches that can be broken off anywhere. */
export async function pruneOldRows(
  { system }: { readonly system: Pool },
  days: number,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (const statement of [
    oldJobs(days),
    oldEvents(days),
    oldIdempotencyKeys(days),
    oldSamples(days),
    oldCommands(days),
  ]) {
    for (let rows = batch; rows === batch && !signal.aborted; deleted += rows)
      rows = (await oneAcrossTenants(system, statement)).length;
  }
  return deleted;
}

/** Ended jobs with their journal and log. */
function oldJobs(days: number): Statement {
  return sql`
    delete from jobs where (tenant_id, id) in (
      select tenant_id, id from jobs where finished_at < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

function oldEvents(days: number): Statement {
  return sql`
    delete from events where (seq, tenant_id) in (
      select seq, tenant_id from events where ts < now() - make_interval(days => ${days}::int) order by seq limit ${batch}::int
    ) returning 1`;
}

function oldIdempotencyKeys(days: number): Statement {
  return sql`
    delete from idempotency_keys where (tenant_id, workspace_id, route, key) in (
      select tenant_id, workspace_id, route, key from idempotency_keys
      where created_at < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

function oldSamples(days: number): Statement {
  return sql`
    delete from queue_samples where (tenant_id, workspace_id, minute) in (
      select tenant_id, workspace_id, minute from queue_samples
      where minute < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

function oldCommands(days: number): Statement {
  return sql`
    delete from robot_commands where (tenant_id, id) in (
      select tenant_id, id from robot_commands where created_at < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

import type { Pool } from '../db/pool.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants, sqlStateOf } from '../db/transaction.ts';

interface Place {
  tenant_id: string;
  id: string;
  days: number;
}

const largestBatch = 500;
const timeout = '57014';

/**
 * Ended jobs with their journals and logs, as long as their workspace keeps them; dead letters stay until somebody deletes them. What was deleted
 * of a workspace stands in an event, for whoever has to prove it.
 */
export async function pruneJobs(
  system: Pool,
  days: number,
  signal: AbortSignal,
  afterBatch: () => void,
): Promise<number> {
  const places = await oneAcrossTenants<Place>(
    system,
    sql`select tenant_id, id, coalesce(retention_days, ${days}::int) as days from workspaces order by id`,
  );
  let all = 0;
  for (const place of places) {
    const counts = await pruneWorkspace(system, place, signal, afterBatch);
    all += counts.jobs;
    if (counts.jobs > 0) await report(system, place, counts);
    if (signal.aborted) break;
  }
  return all;
}

async function pruneWorkspace(system: Pool, place: Place, signal: AbortSignal, afterBatch: () => void) {
  const counts = { jobs: 0, steps: 0, log_lines: 0 };
  let batch = largestBatch;
  while (!signal.aborted) {
    try {
      const rows = await deleteBatch(system, place, batch);
      counts.jobs += rows.length;
      for (const row of rows) {
        counts.steps += row.steps;
        counts.log_lines += row.logs;
      }
      if (rows.length > 0) afterBatch();
      if (rows.length < batch) break;
      batch = Math.min(largestBatch, batch * 2);
    } catch (error) {
      // Jobs with very long journals: fewer at once.
      if (sqlStateOf(error) !== timeout || batch === 1) throw error;
      batch = Math.max(1, Math.floor(batch / 8));
    }
  }
  return counts;
}

function deleteBatch(system: Pool, { tenant_id: tenantId, id, days }: Place, batch: number) {
  return oneAcrossTenants<{ steps: number; logs: number }>(
    system,
    sql`
      delete from jobs where tenant_id = ${tenantId}::uuid and id in (
        select id from jobs
        where tenant_id = ${tenantId}::uuid and workspace_id = ${id}::uuid and not dead_letter
          and finished_at < now() - make_interval(days => ${days}::int)
        order by finished_at limit ${batch}::int
      ) returning last_step_seq as steps, last_log_seq as logs`,
  );
}

async function report(system: Pool, { tenant_id: tenantId, id }: Place, counts: Record<string, number>): Promise<void> {
  await oneAcrossTenants(
    system,
    sql`
      insert into events (tenant_id, workspace_id, type, subject_id, data)
      values (${tenantId}::uuid, ${id}::uuid, 'retention.pruned', ${id}::uuid, ${JSON.stringify(counts)}::jsonb)`,
  );
}

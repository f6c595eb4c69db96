import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/**
 * Wakes waiting claims when jobs come: told by a signal, and once a second by a look at the queue, for jobs whose time has
 * come (retries, "not before") and for signals that were lost. Returns what ends it.
 */
export function startWakingClaims(context: Context, everyMs = 1000): () => Promise<void> {
  const { signals, waitingClaims } = context;
  const unsubscribe = signals.subscribe((signal) => {
    if (signal.kind === 'pending') waitingClaims.wake(signal.workspaceId, signal.jobs);
  });
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look(context)
      .catch((error: unknown) => context.log.warn({ err: error }, 'the queue could not be looked at'))
      .finally(() => {
        looking = undefined;
      });
  }, everyMs);
  return async () => {
    clearInterval(timer);
    unsubscribe();
    await looking;
  };
}

async function look({ database, waitingClaims }: Context): Promise<void> {
  const workspaces = waitingClaims.workspaces();
  if (workspaces.length === 0) return;
  const rows = await oneAcrossTenants<{ workspace_id: string; jobs: number }>(
    database.system,
    sql`
      select w.id as workspace_id, (
        select count(*)::int from (
          select 1 from jobs j where j.tenant_id = w.tenant_id and j.workspace_id = w.id and j.state = 'pending'
            and j.waits_for = 0
            and (j.not_before is null or j.not_before <= clock_timestamp()) limit 100) due) as jobs
      from workspaces w where w.id = any(${workspaces}::uuid[])`,
  );
  for (const { workspace_id, jobs } of rows) if (jobs > 0) waitingClaims.wake(workspace_id, jobs);
}

import { AppError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { addEnds } from './roll-up.ts';

/** Counts the jobs of a workspace again, as far back as all of them are there. Figures of the time before stay as they are. */
export function rebuildAnalytics(
  context: Context,
  { tenantId, workspaceId }: Pick<Caller, 'tenantId' | 'workspaceId'>,
): Promise<{ since: string; jobs: number }> {
  return acrossTenants(context.database.system, async (db) => {
    await db.query(sql`set local statement_timeout = '120s'`);
    const [state] = await db.query<{ done: number }>(sql`select done_seq as done from analytics_state for update`);
    const [range] = await db.query<{ since: Date }>(sql`
      -- The first whole day of which nothing can have been deleted.
      select date_trunc('day', clock_timestamp() - make_interval(days => least(coalesce(retention_days, ${context.retentionDays}::int),
        ${context.retentionDays}::int))) + interval '1 day' as since
      from workspaces where tenant_id = ${tenantId}::uuid and id = ${workspaceId}::uuid`);
    if (!state || !range) throw new AppError('NOT_FOUND', 'There is no workspace with this id.');
    const { since } = range;
    for (const table of [
      sql`delete from analytics_counts where tenant_id = ${tenantId}::uuid and workspace_id = ${workspaceId}::uuid and start >= ${since}::timestamptz`,
      sql`delete from analytics_times where tenant_id = ${tenantId}::uuid and workspace_id = ${workspaceId}::uuid and start >= ${since}::timestamptz`,
      sql`delete from analytics_errors where tenant_id = ${tenantId}::uuid and workspace_id = ${workspaceId}::uuid and start >= ${since}::timestamptz`,
    ])
      await db.query(table);
    const [counted] = await db.query<{ n: number }>(
      addEnds(sql`e.seq <= ${state.done}::bigint and e.ts >= ${since}::timestamptz and e.tenant_id = ${tenantId}::uuid
        and e.workspace_id = ${workspaceId}::uuid`),
    );
    return { since: since.toISOString(), jobs: counted?.n ?? 0 };
  });
}

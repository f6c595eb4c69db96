import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

interface GroupRow {
  workflow_id: string;
  workflow_name: string;
  error_code: string;
  count: number;
  newest: Date;
  message: string;
}

/** What the dead letters died of, the most frequent first. */
export async function groupDeadLetters(context: Context, caller: Caller) {
  const rows = await oneInTenant<GroupRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select workflow_id, max(workflow_name) as workflow_name, coalesce(error ->> 'code', '') as error_code,
        count(*)::int as count, max(finished_at) as newest, left(max(error ->> 'message'), 500) as message
      from jobs where workspace_id = ${caller.workspaceId}::uuid and dead_letter
      group by workflow_id, error ->> 'code' order by count desc, newest desc limit 200`,
  );
  return {
    groups: rows.map((row) => ({
      workflowId: row.workflow_id,
      workflowName: row.workflow_name,
      errorCode: row.error_code,
      count: row.count,
      newest: row.newest.toISOString(),
      message: row.message ?? '',
    })),
  };
}

import { AppError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';

/** What a person would need for one job of a workflow; figures of the past follow. */
export async function setManualMinutes(
  context: Context,
  caller: Caller,
  workflowId: string,
  minutes: number | null,
  requestId: string,
): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [row] = await db.query(sql`
      update workflows set manual_minutes = ${minutes}::float8
      where id = ${workflowId}::uuid and workspace_id = ${caller.workspaceId}::uuid returning id`);
    if (!row) throw new AppError('NOT_FOUND', 'There is no workflow with this id.');
    await writeAudit(db, caller, {
      action: 'workflow.manual-minutes',
      subjectId: workflowId,
      requestId,
      details: { minutes },
    });
  });
}

import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { abandonStatement } from '../queues/abandon.ts';
import { tellQueue } from '../queues/tell.ts';

interface AbandonedRow {
  tenant_id: string;
  workspace_id: string;
  queue_id: string;
}

/** Gives up items whose holders are silent. After an outage not before robots could be heard again, as with leases. */
export async function expireQueueItems(context: Context): Promise<void> {
  const rows = await oneAcrossTenants<AbandonedRow>(
    context.database.system,
    abandonStatement(sql`not exists (select from maintenance where grace_until > clock_timestamp())`),
  );
  const told = new Set<string>();
  for (const { tenant_id: tenantId, workspace_id: workspaceId, queue_id: queueId } of rows) {
    if (told.has(queueId)) continue;
    told.add(queueId);
    tellQueue(context, { tenantId, workspaceId }, queueId);
  }
}

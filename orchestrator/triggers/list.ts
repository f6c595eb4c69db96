import type { deliveryListQuerySchema, triggerListQuerySchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import { deliveryColumns, type DeliveryRow, findDelivery, toDelivery, toDeliveryDetail } from './delivery-row.ts';
import { findTrigger, toTrigger, triggerColumns, type TriggerRow } from './trigger-row.ts';

/** Newest first. */
export async function listTriggers(context: Context, caller: Caller, query: z.output<typeof triggerListQuerySchema>) {
  const cursor = cursorOf(query.cursor);
  const search = query.search?.trim() || null;
  const enabled = query.enabled === undefined ? null : query.enabled === 'true';
  const rows = await oneInTenant<TriggerRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${triggerColumns} from triggers t
      where t.workspace_id = ${caller.workspaceId}::uuid and t.deleted_at is null
        and (${cursor}::uuid is null or t.id < ${cursor}::uuid)
        and (${query.kind ?? null}::text is null or t.kind = ${query.kind ?? null}::text)
        and (${enabled}::boolean is null or t.enabled = ${enabled}::boolean)
        and (${query.workflowId ?? null}::uuid is null or t.workflow_id = ${query.workflowId ?? null}::uuid)
        and (${search}::text is null or strpos(lower(t.name || ' ' || t.id), lower(${search}::text)) > 0)
      order by t.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toTrigger);
}

export function getTrigger({ database }: Context, caller: Caller, triggerId: string) {
  return inTenant(database.pool, caller.tenantId, async (db) => toTrigger(await findTrigger(db, caller, triggerId)));
}

/** Newest first, without what they brought. */
export function listDeliveries(
  { database }: Context,
  caller: Caller,
  triggerId: string,
  query: z.output<typeof deliveryListQuerySchema>,
) {
  const cursor = cursorOf(query.cursor);
  return inTenant(database.pool, caller.tenantId, async (db) => {
    await findTrigger(db, caller, triggerId);
    const rows = await db.query<DeliveryRow>(sql`
      select ${deliveryColumns} from trigger_deliveries d
      where d.trigger_id = ${triggerId}::uuid and (${cursor}::uuid is null or d.id < ${cursor}::uuid)
        and (${query.state ?? null}::text is null or d.state = ${query.state ?? null}::text)
      order by d.id desc limit ${query.limit + 1}::int`);
    return pageOfRows(rows, query.limit, toDelivery);
  });
}

export function getDelivery({ database }: Context, caller: Caller, deliveryId: string) {
  return inTenant(database.pool, caller.tenantId, async (db) =>
    toDeliveryDetail(await findDelivery(db, caller, deliveryId)),
  );
}

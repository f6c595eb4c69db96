import { AppError, type reportWatchSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { deliver } from './deliver.ts';
import { triggerColumns, type TriggerRow } from './trigger-row.ts';

/**
 * What a robot saw. Each message is taken or not for itself; what is remembered moves on only when all of them are. A robot that is no longer the
 * one that watches is told so, and whoever watches now sees the same things.
 */
export async function reportWatch(
  context: Context,
  caller: Caller,
  { instanceId, triggerId, token, occurrences, state }: z.output<typeof reportWatchSchema>,
): Promise<{ taken: boolean[] }> {
  const trigger = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [row] = await db.query<TriggerRow & { is_holder: boolean }>(sql`
      select ${triggerColumns}, t.watch_token = ${token}::bigint and t.watch_until > clock_timestamp() and t.watch_robot_id = (
        select id from robots where key_id = ${caller.keyId}::uuid and instance_id = ${instanceId}::uuid and removed_at is null) as is_holder
      from triggers t
      where t.id = ${triggerId}::uuid and t.workspace_id = ${caller.workspaceId}::uuid and t.deleted_at is null`);
    return row;
  });
  if (!trigger) throw new AppError('NOT_FOUND', 'There is no trigger with this id.');
  if (trigger.is_holder !== true)
    throw new AppError(
      'STALE_LEASE',
      'This robot does not watch for this trigger any more. Ask what is to be watched (POST /watches/claim).',
    );
  const taken: boolean[] = [];
  for (const { messageId, payload } of occurrences)
    taken.push(
      await deliver(context, trigger, { messageId, payload }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof AppError && error.retryable) return false;
          throw error;
        },
      ),
    );
  if (state !== undefined && taken.every(Boolean))
    await oneInTenant(
      context.database.pool,
      caller.tenantId,
      sql`
        update triggers set state = ${JSON.stringify(state)}::jsonb where id = ${triggerId}::uuid and watch_token = ${token}::bigint`,
    );
  return { taken };
}

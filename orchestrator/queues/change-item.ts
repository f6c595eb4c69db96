import {
  AppError,
  asAppError,
  type bulkQueueItemsSchema,
  type changeQueueItemSchema,
  type commentQueueItemSchema,
  type FleetQueueItem,
  type reviewQueueItemSchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { type Db, inTenant, sqlStateOf } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { readItems } from './add.ts';
import { createContentCheck } from './content.ts';
import { toItem, type WholeItemRow, wholeItemColumns } from './item-row.ts';
import { noSuchItem } from './items.ts';
import { lockQueue } from './queues.ts';
import { tellQueue } from './tell.ts';

type Bulk = z.output<typeof bulkQueueItemsSchema>;
type Review = z.output<typeof reviewQueueItemSchema>;
type Change = (db: Db, caller: Caller, item: WholeItemRow) => Promise<void>;

/** Makes a failed or abandoned item `retried`; a trigger of the database adds the next try. */
export const retry: Change = async (db, caller, item) => {
  if (item.state !== 'failed' && item.state !== 'abandoned')
    throw refusal(item, 'Only items that failed or were abandoned can be tried again');
  const [next] = await db.query<{ id: string }>(sql`
    select id from queue_items
    where origin_id = ${item.origin_id ?? item.id}::uuid and retried_from = ${item.id}::uuid limit 1`);
  if (next) throw new AppError('CONFLICT', 'This item is tried again already.', { details: { itemId: next.id } });
  await write(db, caller, item, sql`state = 'retried', review = 'retried', reviewer = ${caller.keyName}`);
};

export const remove: Change = async (db, caller, item) => {
  if (item.state === 'deleted') return;
  if (item.state === 'inProgress') throw refusal(item, 'A job works on this item. Wait until it has ended');
  await write(db, caller, item, sql`state = 'deleted', deleted_from = state, deleted_at = clock_timestamp()`);
};

export const restore: Change = async (db, caller, item) => {
  if (item.state !== 'deleted') throw refusal(item, 'Only deleted items can be restored');
  await write(db, caller, item, sql`state = deleted_from, deleted_from = null, deleted_at = null`);
};

export function reviewAs({ review, reviewer }: Review): Change {
  return async (db, caller, item) => {
    if (item.state !== 'failed' && item.state !== 'abandoned' && item.state !== 'retried')
      throw refusal(item, 'Only items that failed, were abandoned or are tried again are reviewed');
    const by = review === 'none' ? null : (reviewer ?? caller.keyName);
    await write(db, caller, item, sql`review = ${review}, reviewer = ${by}`);
  };
}

export function edit(change: z.output<typeof changeQueueItemSchema>): Change {
  return async (db, caller, item) => {
    if (item.state !== 'new') throw refusal(item, 'Only items that wait can be changed');
    const queue = await lockQueue(db, caller, item.queue_id);
    const after = {
      reference: item.reference,
      priority: item.priority,
      content: item.content,
      deadline: item.due_at?.toISOString() ?? null,
      notBefore: item.not_before?.toISOString() ?? null,
      ...change,
    };
    if (change.content) createContentCheck(queue.content_schema)(change.content);
    const riskLeft = queue.risk_seconds === null ? 0 : (queue.sla_seconds ?? 0) - queue.risk_seconds;
    await write(
      db,
      caller,
      item,
      sql`reference = ${after.reference}, priority = ${after.priority}, content = ${JSON.stringify(after.content)}::jsonb,
        unique_reference = ${after.reference}::text is not null and (unique_reference or ${queue.unique_reference}::boolean),
        due_at = ${after.deadline}::timestamptz, not_before = ${after.notBefore}::timestamptz,
        risk_at = ${after.deadline}::timestamptz - make_interval(secs => ${riskLeft}::float8)`,
    );
  };
}

export function comment({ text }: z.output<typeof commentQueueItemSchema>): Change {
  return async (db, caller, item) => {
    await db.query(sql`
      with h as (
        insert into queue_item_history (item_id, actor, what, details)
        values (${item.id}::uuid, ${caller.keyName}, 'comment', jsonb_build_object('text', ${text}::text))
      )
      insert into events (workspace_id, type, subject_id) values (${item.workspace_id}::uuid, 'queue_item.changed', ${item.id}::uuid)`);
  };
}

/** One change of one item by a person. */
export async function changeItem(
  context: Context,
  caller: Caller,
  itemId: string,
  action: string,
  change: Change,
  requestId: string,
): Promise<FleetQueueItem> {
  const after = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const item = await lockItem(db, caller, itemId);
    await change(db, caller, item);
    await writeAudit(db, caller, { action: `queue_item.${action}`, subjectId: itemId, requestId });
    return (await readItems(db, [itemId])).get(itemId) as WholeItemRow;
  });
  tellQueue(context, caller, after.queue_id);
  return toItem(after);
}

/** The same change of many items, each by itself: one that is refused keeps none of the others back. */
export async function changeItems(context: Context, caller: Caller, { action, ids, review }: Bulk, requestId: string) {
  const change = { retry, delete: remove, restore, review: reviewAs({ review: review ?? 'verified' }) }[action];
  const refused: { id: string; code: string; message: string }[] = [];
  let done = 0;
  for (const id of new Set(ids)) {
    try {
      await changeItem(context, caller, id, action, change, requestId);
      done += 1;
    } catch (error) {
      const known = asAppError(error);
      if (known.status >= 500) throw error;
      refused.push({ id, code: known.code, message: known.message });
    }
  }
  return { done, refused };
}

async function lockItem(db: Db, caller: Caller, itemId: string): Promise<WholeItemRow> {
  const [row] = await db.query<WholeItemRow>(sql`
    select ${wholeItemColumns} from queue_items i
    where i.id = ${itemId}::uuid and i.workspace_id = ${caller.workspaceId}::uuid for no key update`);
  if (!row) throw noSuchItem();
  return row;
}

async function write(db: Db, caller: Caller, { id, reference }: WholeItemRow, set: Statement): Promise<void> {
  try {
    await db.query(sql`update queue_items set ${set}, changed_by = ${caller.keyName} where id = ${id}::uuid`);
  } catch (error) {
    if (sqlStateOf(error) !== '23505') throw error;
    throw new AppError(
      'QUEUE_REFERENCE_TAKEN',
      `Another item of the queue has the reference "${reference}" now, or the one asked for, and references are unique there.`,
      { cause: error, details: { reference } },
    );
  }
}

function refusal({ id, state }: WholeItemRow, rule: string): AppError {
  return new AppError('CONFLICT', `${rule}; this one is ${state}.`, { details: { itemId: id, state } });
}

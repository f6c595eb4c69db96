import {
  AppError,
  type FleetQueueItem,
  type QueueItemHistory,
  queueItemRiskSchema,
  queueItemStateSchema,
  type queueItemListQuerySchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import {
  itemColumns,
  itemRisk,
  type ItemRow,
  toItem,
  toSummary,
  type WholeItemRow,
  wholeItemColumns,
} from './item-row.ts';
import { getQueue } from './queues.ts';

/** A page of whole items may have as many megabytes. */
const mostWhole = 50;

/** Newest first. */
export async function listItems(
  context: Context,
  caller: Caller,
  queueId: string,
  query: z.output<typeof queueItemListQuerySchema>,
) {
  await getQueue(context, caller, queueId);
  const whole = query.content === 'true';
  const limit = whole ? Math.min(query.limit, mostWhole) : query.limit;
  const states = listOf(query.state, queueItemStateSchema, 'state');
  const risks = listOf(query.risk, queueItemRiskSchema, 'risk');
  const search = query.search?.trim() || null;
  const cursor = cursorOf(query.cursor);
  const rows = await oneInTenant<ItemRow & Partial<WholeItemRow>>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${whole ? wholeItemColumns : itemColumns} from queue_items i
      where i.queue_id = ${queueId}::uuid
        and (${cursor}::uuid is null or i.id < ${cursor}::uuid)
        and (case when ${states}::text[] is null then i.state <> 'deleted' else i.state = any(${states}::text[]) end)
        and (${risks}::text[] is null or ${itemRisk} = any(${risks}::text[]))
        and (${query.review ?? null}::text is null
          or (i.review = ${query.review ?? null}::text and i.state in ('failed', 'abandoned', 'retried')))
        and (${query.failure ?? null}::text is null or i.failure ->> 'kind' = ${query.failure ?? null}::text)
        and (${query.reference ?? null}::text is null or i.reference = ${query.reference ?? null}::text)
        and (${query.jobId ?? null}::uuid is null or i.job_id = ${query.jobId ?? null}::uuid)
        and (${query.addedAfter ?? null}::timestamptz is null or i.created_at >= ${query.addedAfter ?? null}::timestamptz)
        and (${query.addedBefore ?? null}::timestamptz is null or i.created_at < ${query.addedBefore ?? null}::timestamptz)
        and (${search}::text is null or strpos(lower(concat_ws(' ', i.reference, i.failure ->> 'reason', i.progress, i.id)),
          lower(${search}::text)) > 0)
      order by i.id desc limit ${limit + 1}::int`,
  );
  const page = rows.slice(0, limit);
  return {
    items: page.map((row) => (whole ? toItem(row as WholeItemRow) : toSummary(row))),
    nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

function listOf(text: string | undefined, schema: z.ZodEnum, name: string): string[] | null {
  if (text === undefined || text === '') return null;
  return text.split(',').map((word) => {
    const known = schema.safeParse(word.trim());
    if (known.success) return String(known.data);
    throw new AppError(
      'VALIDATION',
      `"${word}" is no ${name} of a queue item. There are: ${schema.options.join(', ')}.`,
      {
        details: { issues: [{ path: `query.${name}`, message: `unknown ${name}` }] },
      },
    );
  });
}

export async function getItem(context: Context, caller: Caller, itemId: string): Promise<FleetQueueItem> {
  const [row] = await oneInTenant<WholeItemRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${wholeItemColumns} from queue_items i
      where i.id = ${itemId}::uuid and i.workspace_id = ${caller.workspaceId}::uuid`,
  );
  if (!row) throw noSuchItem();
  return toItem(row);
}

export function noSuchItem(): AppError {
  return new AppError('NOT_FOUND', 'There is no queue item with this id.');
}

interface HistoryRow {
  id: string;
  item_id: string;
  at: Date;
  actor: string;
  what: string;
  details: QueueItemHistory['history'][number]['details'];
}

const longestHistory = 1000;

/** What happened to a piece of work, over all its tries, the newest first where there is more than can be shown. */
export function readHistory(context: Context, caller: Caller, itemId: string): Promise<QueueItemHistory> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const lineage = await db.query<ItemRow>(sql`
      with me as (
        select tenant_id, queue_id, coalesce(origin_id, id) as origin from queue_items
        where id = ${itemId}::uuid and workspace_id = ${caller.workspaceId}::uuid
      )
      select ${itemColumns} from me join queue_items i on i.tenant_id = me.tenant_id and i.id = me.origin
      union all
      select ${itemColumns} from me join queue_items i on i.tenant_id = me.tenant_id and i.origin_id = me.origin
      order by id`);
    if (lineage.length === 0) throw noSuchItem();
    const ids = lineage.map(({ id }) => id);
    const rows = await db.query<HistoryRow>(sql`
      select id, item_id, at, actor, what, details from queue_item_history
      where item_id = any(${ids}::uuid[]) order by id desc limit ${longestHistory}::int`);
    const history = rows
      .toReversed()
      .map(({ id, item_id: of, at, ...rest }) => ({ id, itemId: of, at: at.toISOString(), ...rest }));
    return { history, lineage: lineage.map(toSummary) };
  });
}

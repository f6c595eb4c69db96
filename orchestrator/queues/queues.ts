import {
  AppError,
  type changeQueueSchema,
  type FleetQueue,
  type newQueueSchema,
  type queueHoursQuerySchema,
  type queueListQuerySchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant, sqlStateOf } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { refuseSchema } from './content.ts';
import { queueColumns, type QueueRow, queueSettingsColumns, toQueue } from './queue-row.ts';

type NewQueue = z.output<typeof newQueueSchema>;
type QueueChange = z.output<typeof changeQueueSchema>;

/** Newest first, with figures. */
export async function listQueues(context: Context, caller: Caller, query: z.output<typeof queueListQuerySchema>) {
  const cursor = cursorOf(query.cursor);
  const search = query.search?.trim() || null;
  const rows = await oneInTenant<QueueRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${queueColumns} from queues q
      where q.workspace_id = ${caller.workspaceId}::uuid and q.deleted_at is null
        and (${cursor}::uuid is null or q.id < ${cursor}::uuid)
        and (${search}::text is null or strpos(lower(q.name || ' ' || q.description), lower(${search}::text)) > 0)
      order by q.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toQueue);
}

export async function getQueue(context: Context, caller: Caller, queueId: string): Promise<FleetQueue> {
  const [row] = await oneInTenant<QueueRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${queueColumns} from queues q
      where q.id = ${queueId}::uuid and q.workspace_id = ${caller.workspaceId}::uuid and q.deleted_at is null`,
  );
  if (!row) throw noSuchQueue();
  return toQueue(row);
}

function noSuchQueue(): AppError {
  return new AppError('NOT_FOUND', 'There is no queue with this id.');
}

export async function createQueue(db: Db, caller: Caller, queue: NewQueue, requestId: string): Promise<FleetQueue> {
  refuseSettings(queue);
  const [made] = await namesAreUnique(queue.name, () =>
    db.query<{ id: string }>(sql`
      with q as (
        insert into queues (workspace_id, name, description, unique_reference, max_retries, retry_abandoned, retry_delay_seconds,
          retry_doubles, sla_seconds, risk_seconds, content_schema, paused, retention_days, created_by)
        values (${caller.workspaceId}::uuid, ${queue.name}, ${queue.description}, ${queue.uniqueReference}, ${queue.maxRetries},
          ${queue.retryAbandoned}, ${queue.retryDelaySeconds}, ${queue.retryDoubles}, ${queue.slaSeconds}, ${queue.riskSeconds},
          ${jsonOf(queue.contentSchema)}::jsonb, ${queue.paused}, ${queue.retentionDays}, ${caller.keyName})
        returning id, workspace_id
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'queue.created', id from q
      )
      select id from q`),
  );
  const id = (made as { id: string }).id;
  await writeAudit(db, caller, { action: 'queue.create', subjectId: id, requestId, details: { name: queue.name } });
  return readQueue(db, id);
}

export async function changeQueue(
  context: Context,
  caller: Caller,
  queueId: string,
  change: QueueChange,
  requestId: string,
): Promise<FleetQueue> {
  const queue = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockQueue(db, caller, queueId);
    const after = { ...toQueue({ ...before, figures: {} as QueueRow['figures'] }), ...change };
    refuseSettings(after);
    await namesAreUnique(after.name, () =>
      db.query(sql`
        with q as (
          update queues set name = ${after.name}, description = ${after.description}, unique_reference = ${after.uniqueReference},
            max_retries = ${after.maxRetries}, retry_abandoned = ${after.retryAbandoned},
            retry_delay_seconds = ${after.retryDelaySeconds}, retry_doubles = ${after.retryDoubles},
            sla_seconds = ${after.slaSeconds}, risk_seconds = ${after.riskSeconds},
            content_schema = ${jsonOf(after.contentSchema)}::jsonb, paused = ${after.paused},
            retention_days = ${after.retentionDays}, updated_at = clock_timestamp()
          where id = ${queueId}::uuid returning id, workspace_id
        )
        insert into events (workspace_id, type, subject_id) select workspace_id, 'queue.changed', id from q`),
    );
    await writeAudit(db, caller, {
      action: 'queue.change',
      subjectId: queueId,
      requestId,
      details: { fields: Object.keys(change) },
    });
    return readQueue(db, queueId);
  });
  context.signals.send({ kind: 'events' });
  return queue;
}

/** The queue is gone at once, what it held is deleted with the old rows. */
export async function deleteQueue(context: Context, caller: Caller, queueId: string, requestId: string): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const { name } = await lockQueue(db, caller, queueId);
    const [held] = await db.query<{ id: string }>(
      sql`select id from queue_items where queue_id = ${queueId}::uuid and state = 'inProgress' limit 1`,
    );
    if (held)
      throw new AppError(
        'CONFLICT',
        `Jobs work on items of "${name}". Pause the queue, wait until they have ended, then delete it.`,
        { details: { itemId: held.id } },
      );
    await db.query(sql`
      with q as (
        update queues set deleted_at = clock_timestamp() where id = ${queueId}::uuid returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'queue.deleted', id from q`);
    await writeAudit(db, caller, { action: 'queue.delete', subjectId: queueId, requestId, details: { name } });
  });
  context.signals.send({ kind: 'events' });
}

/** What was added and what ended, hour by hour. */
export async function queueHours(
  context: Context,
  caller: Caller,
  queueId: string,
  { hours }: z.output<typeof queueHoursQuerySchema>,
) {
  await getQueue(context, caller, queueId);
  const rows = await oneInTenant<{ hour: Date; added: number; successful: number; failed: number; abandoned: number }>(
    context.database.pool,
    caller.tenantId,
    sql`
      with h as (
        select generate_series(date_trunc('hour', clock_timestamp()) - make_interval(hours => ${hours - 1}::int),
          date_trunc('hour', clock_timestamp()), interval '1 hour') as hour
      ), added as (
        select date_trunc('hour', created_at) as hour, count(*)::int as n from queue_items
        where queue_id = ${queueId}::uuid and created_at >= (select min(hour) from h) and retried_from is null group by 1
      ), ended as (
        select date_trunc('hour', ended_at) as hour, count(*) filter (where state = 'successful')::int as successful,
          count(*) filter (where state in ('failed', 'retried'))::int as failed,
          count(*) filter (where state = 'abandoned')::int as abandoned
        from queue_items where queue_id = ${queueId}::uuid and ended_at >= (select min(hour) from h) group by 1
      )
      select h.hour, coalesce(a.n, 0) as added, coalesce(e.successful, 0) as successful, coalesce(e.failed, 0) as failed,
        coalesce(e.abandoned, 0) as abandoned
      from h left join added a using (hour) left join ended e using (hour) order by h.hour`,
  );
  return { hours: rows.map(({ hour, ...counts }) => ({ hour: hour.toISOString(), ...counts })) };
}

/** The queue for a change of it or of its items; NOT_FOUND also when it is somebody else's. */
export async function lockQueue(db: Db, caller: Pick<Caller, 'workspaceId'>, queueId: string): Promise<QueueRow> {
  const [row] = await db.query<QueueRow>(sql`
    select ${queueSettingsColumns} from queues q
    where q.id = ${queueId}::uuid and q.workspace_id = ${caller.workspaceId}::uuid and q.deleted_at is null
    for no key update`);
  if (!row) throw noSuchQueue();
  return row;
}

async function readQueue(db: Db, id: string): Promise<FleetQueue> {
  const [row] = await db.query<QueueRow>(sql`select ${queueColumns} from queues q where q.id = ${id}::uuid`);
  return toQueue(row as QueueRow);
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function refuseSettings({ slaSeconds, riskSeconds, contentSchema }: NewQueue): void {
  if (riskSeconds !== null && (slaSeconds === null || riskSeconds >= slaSeconds))
    throw new AppError(
      'VALIDATION',
      'An item is at risk before its time is over: riskSeconds is less than slaSeconds.',
      {
        details: { issues: [{ path: 'body.riskSeconds', message: 'must be less than slaSeconds' }] },
      },
    );
  if (contentSchema !== null) refuseSchema(contentSchema);
}

async function namesAreUnique<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (sqlStateOf(error) !== '23505') throw error;
    throw new AppError('CONFLICT', `There is a queue "${name}" already. Choose another name.`, { cause: error });
  }
}

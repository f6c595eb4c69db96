import type { jobNextItemsSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { abandonStatement } from './abandon.ts';
import { type HeldJob, holdJob } from './hold-job.ts';
import { toJobItem, type WholeItemRow, wholeItemColumns } from './item-row.ts';
import { tellQueue } from './tell.ts';

type NextRequest = z.output<typeof jobNextItemsSchema>;

/** Up to n items for a step of a job. The same step again gets the same ones, however often it asks. */
export async function nextItems(context: Context, caller: Caller, jobId: string, body: NextRequest) {
  const { rows, queueId } = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const job = await holdJob(context, db, caller, { jobId, fence: body.fence, takes: true });
    const held = await findTaken(db, job, body.key);
    if (held.length > 0) return { rows: held, queueId: undefined };
    const [queue] = await db.query<{ id: string; paused: boolean; has_expired: boolean }>(sql`
      select q.id, q.paused, exists (
        select from queue_items i
        where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.state = 'inProgress' and i.locked_until < clock_timestamp()
      ) as has_expired
      from queues q
      where q.workspace_id = ${caller.workspaceId}::uuid and q.name = ${body.queue} and q.deleted_at is null`);
    if (!queue || queue.paused) return { rows: [], queueId: undefined };
    if (queue.has_expired) await db.query(abandonStatement(sql`i.queue_id = ${queue.id}::uuid`));
    return { rows: await take(db, queue.id, job, body), queueId: queue.id };
  });
  if (queueId !== undefined && rows.length > 0) tellQueue(context, caller, queueId);
  return { items: rows.map(toJobItem) };
}

/**
 * What the step holds; also what it has reported meanwhile: a request that was under way for long must not take an item that nobody would
 * ever hear of.
 */
function findTaken(db: Db, { id }: HeldJob, key: string): Promise<WholeItemRow[]> {
  return db.query<WholeItemRow>(sql`
    select ${wholeItemColumns} from queue_items i
    where i.job_id = ${id}::uuid and i.take_key = ${key}
      and (i.state = 'inProgress' or (i.report_hash is not null and i.state in ('successful', 'failed', 'retried')))
    order by i.id`);
}

/** What is at risk first, by its deadline; then by priority, deadline and age. Each of the two from its own index. */
function take(db: Db, queueId: string, job: HeldJob, { key, lockMs, n }: NextRequest): Promise<WholeItemRow[]> {
  return db.query<WholeItemRow>(sql`
    with risky as materialized (
      select id from queue_items
      where queue_id = ${queueId}::uuid and state = 'new' and risk_at <= clock_timestamp()
        and (not_before is null or not_before <= clock_timestamp())
      order by risk_at, id limit ${n}::int for update skip locked
    ), plain as materialized (
      select id from queue_items
      where queue_id = ${queueId}::uuid and state = 'new' and (risk_at is null or risk_at > clock_timestamp())
        and (not_before is null or not_before <= clock_timestamp())
      order by priority desc, due_at, id limit ${n}::int - (select count(*) from risky) for update skip locked
    ), i as (
      update queue_items t set state = 'inProgress', fence = nextval('queue_fences'), job_id = ${job.id}::uuid,
        robot_id = ${job.robotId}::uuid, take_key = ${key}, lock_ms = ${lockMs}::bigint, not_before = null, progress = '',
        locked_until = clock_timestamp() + ${lockMs}::bigint * interval '1 millisecond', report_hash = null,
        started_at = clock_timestamp(), changed_by = ${`job ${job.id}`}
      where t.id in (select id from risky union all select id from plain) and t.state = 'new'
      returning *
    )
    select ${wholeItemColumns} from i
    order by i.risk_at <= clock_timestamp() desc nulls last, i.priority desc, i.due_at, i.id`);
}

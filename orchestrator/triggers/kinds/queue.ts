import { AppError, queueTriggerSettingsSchema } from '@casare/shared';
import type { Context } from '../../context.ts';
import { sql } from '../../db/sql.ts';
import { type Db, inTenant, oneAcrossTenants } from '../../db/transaction.ts';
import { deliverIn, tellDelivered } from '../deliver.ts';
import { triggerColumns, type TriggerRow } from '../trigger-row.ts';
import type { KindRules } from './kind-rules.ts';

export const queueRules: KindRules = {
  kind: 'queue',
  async check(db, caller, wanted) {
    if (wanted.kind !== 'queue') return;
    const [queue] = await db.query(sql`
      select 1 from queues
      where id = ${wanted.settings.queueId}::uuid and workspace_id = ${caller.workspaceId}::uuid and deleted_at is null`);
    if (!queue) throw new AppError('NOT_FOUND', `There is no queue ${wanted.settings.queueId}.`);
  },
};

interface Waiting {
  items: number;
  oldest_seconds: number | null;
}

/** Items that can be taken now. */
const waiting = (queueId: string) => sql`
  select count(*)::int as items,
    extract(epoch from clock_timestamp() - min(greatest(i.created_at, i.not_before)))::float8 as oldest_seconds
  from queue_items i join queues q on q.tenant_id = i.tenant_id and q.id = i.queue_id
  where i.queue_id = ${queueId}::uuid and i.state = 'new' and (i.not_before is null or i.not_before <= clock_timestamp())
    and not q.paused and q.deleted_at is null`;

/** Starts jobs for queues that have enough in them, or something that has waited for too long. */
export async function startForQueues(context: Context): Promise<number> {
  const rows = await oneAcrossTenants<{ tenant_id: string; id: string }>(
    context.database.system,
    sql`
      select t.tenant_id, t.id from triggers t
      where t.kind = 'queue' and t.enabled and t.deleted_at is null and exists (
        select from queue_items i
        where i.tenant_id = t.tenant_id and i.queue_id = (t.settings ->> 'queueId')::uuid and i.state = 'new')
      order by t.last_delivery_at nulls first limit 200`,
  );
  let started = 0;
  for (const { tenant_id: tenantId, id } of rows) {
    const made = await inTenant(context.database.pool, tenantId, (db) => startFor(context, db, id)).catch(
      (error: unknown) => {
        // Its guards are full: it is asked again soon.
        if (error instanceof AppError && error.retryable) return undefined;
        throw error;
      },
    );
    if (!made || made.jobs === 0) continue;
    started += made.jobs;
    tellDelivered(context, made.trigger, made.jobs);
  }
  return started;
}

async function startFor(
  context: Context,
  db: Db,
  triggerId: string,
): Promise<{ trigger: TriggerRow; jobs: number } | undefined> {
  // Whoever else looks at the same moment passes it by.
  const [trigger] = await db.query<TriggerRow>(sql`
    select ${triggerColumns} from triggers t
    where t.id = ${triggerId}::uuid and t.enabled and t.deleted_at is null for update of t skip locked`);
  if (!trigger) return undefined;
  const settings = queueTriggerSettingsSchema.parse(trigger.settings);
  const [found] = await db.query<Waiting>(waiting(settings.queueId));
  const { items, oldest_seconds: oldest } = found ?? { items: 0, oldest_seconds: null };
  const isOld = settings.maxAgeSeconds !== undefined && oldest !== null && oldest >= settings.maxAgeSeconds;
  if (items === 0 || (items < settings.minItems && !isOld)) return undefined;
  const [open] = await db.query<{ n: number }>(sql`
    select count(*)::int as n from trigger_deliveries d join jobs j on j.tenant_id = d.tenant_id and j.id = d.job_id
    where d.trigger_id = ${triggerId}::uuid and j.state in ('pending', 'running', 'waiting')`);
  // One job for every so many items, so that few items do not bring all robots.
  const wanted = Math.min(settings.maxJobs, Math.max(1, Math.ceil(items / settings.minItems)));
  const jobs = Math.max(0, wanted - (open?.n ?? 0));
  const before = Number(trigger.state['fired'] ?? 0);
  for (let i = 1; i <= jobs; i++)
    await deliverIn(context, db, trigger, {
      messageId: `queue:${before + i}`,
      payload: {
        queueId: settings.queueId,
        items,
        oldestSeconds: oldest === null ? null : Math.round(oldest),
        job: i,
        jobs,
      },
    });
  if (jobs > 0)
    await db.query(sql`
      update triggers set state = ${JSON.stringify({ fired: before + jobs })}::jsonb where id = ${triggerId}::uuid`);
  return { trigger, jobs };
}

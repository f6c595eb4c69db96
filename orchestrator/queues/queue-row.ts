import type { FleetQueue, QueueFigures } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface QueueRow {
  id: string;
  name: string;
  description: string;
  unique_reference: boolean;
  max_retries: number;
  retry_abandoned: boolean;
  retry_delay_seconds: number;
  retry_doubles: boolean;
  sla_seconds: number | null;
  risk_seconds: number | null;
  content_schema: FleetQueue['contentSchema'];
  paused: boolean;
  retention_days: number | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  figures: QueueFigures;
}

/** Columns of a queue without its figures; the statement calls the queues `q`. */
export const queueSettingsColumns = sql`
  q.id, q.name, q.description, q.unique_reference, q.max_retries, q.retry_abandoned, q.retry_delay_seconds, q.retry_doubles, q.sla_seconds,
  q.risk_seconds, q.content_schema, q.paused, q.retention_days, q.created_by, q.created_at, q.updated_at`;

/** Each figure from the index that holds only what it counts: what ended long ago is not looked at. */
const figures = sql`(
  select jsonb_build_object(
    'new', w.ready, 'postponed', w.postponed, 'atRisk', w.at_risk, 'overdue', w.overdue, 'oldestNewSeconds', w.oldest,
    'inProgress', h.held, 'successful', e.successful, 'failedBusiness', e.business, 'failedApplication', e.application,
    'retried', e.retried, 'abandoned', e.abandoned, 'averageHandlingSeconds', e.handling, 'toReview', r.review)
  from (
    select count(*) filter (where is_ready) as ready, count(*) filter (where not is_ready) as postponed,
      count(*) filter (where due_at > clock_timestamp() and risk_at <= clock_timestamp()) as at_risk,
      count(*) filter (where due_at <= clock_timestamp()) as overdue,
      extract(epoch from clock_timestamp() - min(greatest(created_at, not_before)) filter (where is_ready))::float8 as oldest
    from (
      select due_at, risk_at, created_at, not_before, coalesce(not_before <= clock_timestamp(), true) as is_ready
      from queue_items i where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.state = 'new') i
  ) w, (
    select count(*) as held from queue_items i where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.state = 'inProgress'
  ) h, (
    select count(*) filter (where state = 'successful') as successful,
      count(*) filter (where state = 'failed' and failure ->> 'kind' = 'business') as business,
      count(*) filter (where state = 'failed' and failure ->> 'kind' = 'application') as application,
      count(*) filter (where state = 'retried') as retried, count(*) filter (where state = 'abandoned') as abandoned,
      (avg(extract(epoch from ended_at - started_at)) filter (where state = 'successful'))::float8 as handling
    from queue_items i
    where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.ended_at > clock_timestamp() - interval '24 hours'
  ) e, (
    select count(*) as review from queue_items i
    where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.state in ('failed', 'abandoned') and i.review in ('none', 'inReview')
  ) r) as figures`;

/** Columns of a QueueRow. */
export const queueColumns = sql`${queueSettingsColumns}, ${figures}`;

export function toQueue(row: QueueRow): FleetQueue {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    uniqueReference: row.unique_reference,
    maxRetries: row.max_retries,
    retryAbandoned: row.retry_abandoned,
    retryDelaySeconds: row.retry_delay_seconds,
    retryDoubles: row.retry_doubles,
    slaSeconds: row.sla_seconds,
    riskSeconds: row.risk_seconds,
    contentSchema: row.content_schema,
    paused: row.paused,
    retentionDays: row.retention_days,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    figures: row.figures,
  };
}

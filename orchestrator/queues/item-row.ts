import type { FleetQueueItem, JobQueueItem, QueueItemState, QueueItemSummary } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface ItemRow {
  id: string;
  workspace_id: string;
  queue_id: string;
  queue_name: string;
  state: QueueItemState;
  reference: string | null;
  priority: number;
  failure: QueueItemSummary['failure'];
  progress: string;
  due_at: Date | null;
  risk_at: Date | null;
  risk: QueueItemSummary['risk'];
  not_before: Date | null;
  attempt: number;
  max_retries: number;
  origin_id: string | null;
  retried_from: string | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  job_id: string | null;
  robot_id: string | null;
  robot_name: string | null;
  fence: number | null;
  locked_until: Date | null;
  review: QueueItemSummary['review'];
  reviewer: string | null;
}

export interface WholeItemRow extends ItemRow {
  content: FleetQueueItem['content'];
  output: FleetQueueItem['output'];
}

/** Of an item `i`: whether a deadline is near, over, or was kept. */
export const itemRisk = sql`case
    when i.due_at is null then 'none'
    when i.state in ('successful', 'failed') then case when i.ended_at <= i.due_at then 'met' else 'missed' end
    when i.state not in ('new', 'inProgress') then 'none'
    when i.due_at <= clock_timestamp() then 'overdue'
    when i.risk_at <= clock_timestamp() then 'atRisk'
    else 'onTime' end`;

/** Columns of an ItemRow; the statement calls the items `i`. */
export const itemColumns = sql`
  i.id, i.workspace_id, i.queue_id, i.state, i.reference, i.priority, i.failure, i.progress, i.due_at, i.risk_at, i.not_before, i.attempt,
  i.max_retries, i.origin_id, i.retried_from, i.created_at, i.started_at, i.ended_at, i.job_id, i.robot_id, i.fence,
  i.locked_until, i.review, i.reviewer, ${itemRisk} as risk,
  (select q.name from queues q where q.tenant_id = i.tenant_id and q.id = i.queue_id) as queue_name,
  (select r.name from robots r where r.tenant_id = i.tenant_id and r.id = i.robot_id) as robot_name`;

export const wholeItemColumns = sql`${itemColumns}, i.content, i.output`;

export function toSummary(row: ItemRow): QueueItemSummary {
  const { started_at: started, ended_at: ended } = row;
  return {
    id: row.id,
    queueId: row.queue_id,
    queueName: row.queue_name,
    state: row.state,
    reference: row.reference,
    priority: row.priority,
    failure: row.failure,
    progress: row.progress,
    deadline: row.due_at?.toISOString() ?? null,
    riskFrom: row.risk_at?.toISOString() ?? null,
    risk: row.risk,
    notBefore: row.not_before?.toISOString() ?? null,
    attempt: row.attempt,
    maxRetries: row.max_retries,
    originId: row.origin_id,
    retriedFrom: row.retried_from,
    createdAt: row.created_at.toISOString(),
    startedAt: started?.toISOString() ?? null,
    endedAt: ended?.toISOString() ?? null,
    handlingSeconds: started && ended ? (ended.getTime() - started.getTime()) / 1000 : null,
    jobId: row.job_id,
    robotId: row.robot_id,
    robotName: row.robot_name,
    lockedUntil: row.locked_until?.toISOString() ?? null,
    review: row.review,
    reviewer: row.reviewer,
  };
}

export function toItem(row: WholeItemRow): FleetQueueItem {
  return { ...toSummary(row), content: row.content, output: row.output };
}

/** As the job sees it that adds, holds or reports it. */
export function toJobItem(row: WholeItemRow): JobQueueItem {
  return { ...toItem(row), lock: row.state === 'inProgress' ? String(row.fence) : null };
}

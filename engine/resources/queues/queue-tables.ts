import type { QueueItem, QueueItemStatus, QueuePriority } from '../queues.ts';

export const tables = `
  create table if not exists items (
    number integer primary key,
    id text not null unique,
    queue text not null,
    reference text,
    unique_reference integer not null,
    priority integer not null,
    data text not null,
    status text not null check (status in ('new', 'inProgress', 'successful', 'failed', 'retried', 'abandoned')),
    failure text,
    output text,
    progress text not null default '',
    deadline integer,
    postponed_until integer,
    attempt integer not null default 1,
    max_retries integer not null,
    effect_key text unique,
    lock text,
    lock_ms integer not null default 0,
    locked_until integer,
    report text,
    created_at integer not null,
    started_at integer,
    ended_at integer
  ) strict;
  create index if not exists items_waiting on items (queue, priority desc, deadline, number) where status = 'new';
  create index if not exists items_locked on items (locked_until) where status = 'inProgress';
  create unique index if not exists items_reference on items (queue, reference) where unique_reference = 1 and attempt = 1;
`;

export const priorities: readonly QueuePriority[] = ['low', 'normal', 'high'];

export interface ItemRow {
  number: number;
  id: string;
  queue: string;
  reference: string | null;
  unique_reference: number;
  priority: number;
  data: string;
  status: QueueItemStatus;
  failure: string | null;
  output: string | null;
  progress: string;
  deadline: number | null;
  postponed_until: number | null;
  attempt: number;
  max_retries: number;
  lock: string | null;
  lock_ms: number;
  report: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

export function itemOf(row: ItemRow): QueueItem {
  return {
    id: row.id,
    queue: row.queue,
    reference: row.reference,
    priority: priorities[row.priority] ?? 'normal',
    data: JSON.parse(row.data) as Record<string, unknown>,
    status: row.status,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as QueueItem['failure']),
    output: row.output === null ? null : (JSON.parse(row.output) as unknown),
    progress: row.progress,
    deadline: row.deadline,
    postponedUntil: row.postponed_until,
    attempt: row.attempt,
    maxRetries: row.max_retries,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lock: row.status === 'inProgress' ? row.lock : null,
  };
}

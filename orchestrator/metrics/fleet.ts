import type { FleetMetrics } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

interface CountsRow {
  total: number;
  online: number;
  busy: number;
  pending: number;
  running: number;
  waiting: number;
  decisions: number;
  tasks: number;
  dead: number;
  oldest: number | null;
}

interface MinuteRow {
  minute: Date;
  pending: number;
  completed: number;
  failed: number;
}

/** The state of the fleet of a workspace in figures. */
export function readFleetMetrics(
  { database }: Context,
  { tenantId, workspaceId }: Pick<Caller, 'tenantId' | 'workspaceId'>,
): Promise<FleetMetrics> {
  return inTenant(database.pool, tenantId, async (db) => {
    const [counts] = await db.query<CountsRow>(sql`
      with r as (
        select count(*)::int as total, count(*) filter (where state <> 'offline')::int as online,
          count(*) filter (where state = 'busy')::int as busy
        from robots where workspace_id = ${workspaceId}::uuid and removed_at is null
      ), j as (
        -- One look per partial index; a list of states would read the whole table.
        select (select count(*)::int from jobs where workspace_id = ${workspaceId}::uuid and state = 'running') as running,
          (select count(*)::int from jobs where workspace_id = ${workspaceId}::uuid and state = 'waiting') as waiting,
          (select count(*)::int from jobs where workspace_id = ${workspaceId}::uuid and state = 'waiting'
            and waiting_for ->> 'kind' = 'decision') as decisions,
          (select count(*)::int from human_tasks where workspace_id = ${workspaceId}::uuid and state = 'open') as tasks
      ), p as (
        select count(*)::int as pending, extract(epoch from clock_timestamp() - min(created_at))::float8 as oldest
        from jobs where workspace_id = ${workspaceId}::uuid and state = 'pending'
      )
      select r.*, j.*, p.*, (select count(*)::int from jobs where workspace_id = ${workspaceId}::uuid and dead_letter) as dead
      from r, j, p`);
    const ended = await db.query<{ state: string; n: number }>(sql`
      select state, count(*)::int as n from jobs
      where workspace_id = ${workspaceId}::uuid and finished_at > now() - interval '24 hours' group by state`);
    const minutes = await db.query<MinuteRow>(lastHour(workspaceId));
    const endedAs = (state: string) => ended.find((row) => row.state === state)?.n ?? 0;
    const {
      total = 0,
      online = 0,
      busy = 0,
      pending = 0,
      running = 0,
      waiting = 0,
      decisions = 0,
      tasks = 0,
      dead = 0,
      oldest = null,
    } = counts ?? {};
    return {
      robots: { total, online, busy, offline: total - online },
      jobs: {
        pending,
        running,
        waiting,
        decisions,
        completed: endedAs('completed'),
        failed: endedAs('failed'),
        cancelled: endedAs('cancelled'),
        deadLetters: dead,
      },
      tasks: { open: tasks },
      oldestPendingSeconds: oldest === null ? null : Math.round(oldest * 10) / 10,
      lastHour: minutes.map((row, i) => ({
        ...row,
        // The minute that is not over has no sample that means anything yet.
        pending: i === minutes.length - 1 ? pending : row.pending,
        minute: row.minute.toISOString(),
      })),
    };
  });
}

function lastHour(workspaceId: string) {
  return sql`
    select m as minute, coalesce(s.pending, 0) as pending, coalesce(e.completed, 0) as completed, coalesce(e.failed, 0) as failed
    from generate_series(date_trunc('minute', now()) - interval '59 minutes', date_trunc('minute', now()), interval '1 minute') m
    left join queue_samples s on s.workspace_id = ${workspaceId}::uuid and s.minute = m
    left join (
      select date_trunc('minute', finished_at) as minute, count(*) filter (where state = 'completed')::int as completed,
        count(*) filter (where state = 'failed')::int as failed
      from jobs where workspace_id = ${workspaceId}::uuid and finished_at > now() - interval '1 hour' group by 1
    ) e on e.minute = m
    order by m`;
}

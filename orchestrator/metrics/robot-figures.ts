import { AppError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { successRateOf } from './analytics.ts';

interface RobotRow {
  id: string;
  name: string;
  places: number;
  /** Seconds since it was registered, at most those of the days. */
  span: number;
  completed: number;
  failed: number;
  cancelled: number;
  ran_ms: number;
}

/** What every robot did over some days. */
export async function readRobots(context: Context, caller: Caller, days: number, robotId?: string) {
  const rows = await inTenant(context.database.pool, caller.tenantId, (db) =>
    db.query<RobotRow>(sql`
      select r.id, r.name, r.max_concurrent_jobs as places, coalesce(sum(c.completed), 0)::int as completed,
        coalesce(sum(c.failed), 0)::int as failed, coalesce(sum(c.cancelled), 0)::int as cancelled,
        coalesce(sum(c.ran_ms), 0)::float8 as ran_ms,
        greatest(1, least(${days}::float8 * 86400, extract(epoch from clock_timestamp() - r.registered_at)::float8)) as span
      from robots r left join analytics_counts c on c.tenant_id = r.tenant_id and c.robot_id = r.id and c.grain = 'hour'
        and c.workspace_id = r.workspace_id and c.start > clock_timestamp() - make_interval(days => ${days}::int)
      where r.workspace_id = ${caller.workspaceId}::uuid and r.removed_at is null
        and (${robotId ?? null}::uuid is null or r.id = ${robotId ?? null}::uuid)
      group by r.tenant_id, r.id order by coalesce(sum(c.completed + c.failed + c.cancelled), 0) desc, r.name limit 1000`),
  );
  return rows.map(({ id, name, places, span, completed, failed, cancelled, ran_ms: ranMs }) => ({
    robotId: id,
    name,
    completed,
    failed,
    cancelled,
    successRate: successRateOf({ completed, failed }),
    busySeconds: Math.round(ranMs / 100) / 10,
    utilization: Math.min(1, Math.round((ranMs / 1000 / (span * Math.max(1, places))) * 1000) / 1000),
  }));
}

export async function readRobot(context: Context, caller: Caller, robotId: string, days: number) {
  const [figures] = await readRobots(context, caller, days, robotId);
  if (!figures) throw new AppError('NOT_FOUND', 'There is no robot with this id.');
  const series = await inTenant(context.database.pool, caller.tenantId, (db) =>
    db.query<{ start: Date; completed: number; failed: number; ran_ms: number }>(sql`
      select s as start, coalesce(sum(c.completed), 0)::int as completed, coalesce(sum(c.failed), 0)::int as failed,
        coalesce(sum(c.ran_ms), 0)::float8 as ran_ms
      from generate_series(date_trunc('day', clock_timestamp()) - make_interval(days => ${days - 1}::int), clock_timestamp(),
          interval '1 day') s
        left join analytics_counts c on c.workspace_id = ${caller.workspaceId}::uuid and c.grain = 'day' and c.start = s
          and c.robot_id = ${robotId}::uuid
      group by s order by s`),
  );
  return {
    ...figures,
    series: series.map(({ start, completed, failed, ran_ms: ranMs }) => ({
      start: start.toISOString(),
      completed,
      failed,
      busySeconds: Math.round(ranMs / 100) / 10,
    })),
  };
}

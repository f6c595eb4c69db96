import { sql, type Statement } from '../db/sql.ts';

/** Figures per hour are kept for 90 days, per day for three years. */
const hourDays = 90;
const dayDays = 1095;

/** Statements that delete one batch of what is too old; each gives a row for every row it deleted. */
export function oldFigures(batch: number): Statement[] {
  return [
    sql`
      delete from analytics_counts where ctid = any(array(
        select ctid from analytics_counts where (grain = 'hour' and start < now() - make_interval(days => ${hourDays}::int))
          or (grain = 'day' and start < now() - make_interval(days => ${dayDays}::int)) limit ${batch}::int)) returning 1`,
    sql`
      delete from analytics_times where ctid = any(array(
        select ctid from analytics_times where (grain = 'hour' and start < now() - make_interval(days => ${hourDays}::int))
          or (grain = 'day' and start < now() - make_interval(days => ${dayDays}::int)) limit ${batch}::int)) returning 1`,
    sql`
      delete from analytics_errors where ctid = any(array(
        select ctid from analytics_errors where (grain = 'hour' and start < now() - make_interval(days => ${hourDays}::int))
          or (grain = 'day' and start < now() - make_interval(days => ${dayDays}::int)) limit ${batch}::int)) returning 1`,
  ];
}

/** The ledger of schedules, and schedules that were deleted. */
export function oldSchedules(days: number, batch: number): Statement[] {
  return [
    sql`
      delete from schedule_firings where (tenant_id, id) in (
        select tenant_id, id from schedule_firings
        where at < now() - make_interval(days => ${days}::int) and outcome <> 'queued' order by at limit ${batch}::int
      ) returning 1`,
    sql`
      delete from schedules where (tenant_id, id) in (
        select s.tenant_id, s.id from schedules s where s.deleted_at < now() - make_interval(days => ${days}::int)
          and not exists (select from schedule_firings f where f.tenant_id = s.tenant_id and f.schedule_id = s.id)
        limit ${batch}::int
      ) returning 1`,
  ];
}

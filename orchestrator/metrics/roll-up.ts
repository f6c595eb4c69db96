import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { acrossTenants } from '../db/transaction.ts';
import { BUCKET_GROWTH } from './histogram.ts';

interface State {
  done: number;
  horizon: number;
  /** Every transaction that may still bring an event below the horizon has ended. */
  settled: boolean;
}

/** Ends of jobs counted in one transaction. */
const batch = 500;

/**
 * Adds jobs that have ended to the figures of their hour and day. How far it has come changes in the transaction that counts, under a lock: nothing
 * is counted twice or left out, whoever crashes and however many do it.
 */
export async function rollUpJobs(context: Pick<Context, 'database'>, signal?: AbortSignal): Promise<number> {
  let counted = 0;
  for (;;) {
    const more = await acrossTenants(context.database.system, async (db) => {
      const [state] = await db.query<State>(sql`
        select done_seq as done, horizon_seq as horizon,
          horizon_xmax <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            -- Between taking a number and being seen as a running transaction lie microseconds.
            and horizon_at < clock_timestamp() - interval '50 milliseconds' as settled
        from analytics_state for update skip locked`);
      // Somebody else is at it.
      if (!state) return false;
      let done = state.done;
      if (state.settled && state.horizon > done) {
        const ends = await db.query<{ seq: number }>(sql`
          select seq from events
          where seq > ${done}::bigint and seq <= ${state.horizon}::bigint
            and type in ('job.completed', 'job.failed', 'job.cancelled', 'job.retrying')
          order by seq limit ${batch}::int`);
        const isAll = ends.length < batch;
        const upTo = isAll ? state.horizon : (ends.at(-1)?.seq ?? state.horizon);
        if (ends.length > 0) await db.query(addEnds(sql`e.seq > ${done}::bigint and e.seq <= ${upTo}::bigint`));
        counted += ends.length;
        done = upTo;
        await db.query(sql`update analytics_state set done_seq = ${done}::bigint`);
        if (!isAll) return true;
      }
      if (done >= state.horizon)
        await db.query(sql`
          update analytics_state set horizon_seq = greatest(done_seq, (select coalesce(max(seq), 0) from events)),
            horizon_xmax = pg_snapshot_xmax(pg_current_snapshot())::text::bigint, horizon_at = clock_timestamp()`);
      return false;
    });
    if (!more || signal?.aborted) return counted;
  }
}

/** Of jobs that no robot took. */
const nobody = '00000000-0000-0000-0000-000000000000';
/** Longer journals are not searched for what was healed. */
const mostSteps = 5000;

/** Adds the ends of jobs among these events to the figures. */
export function addEnds(which: Statement): Statement {
  return sql`
    with ends as materialized (
      select e.tenant_id, e.workspace_id, e.type, e.ts, g.grain, date_trunc(g.grain, e.ts) as start, j.workflow_id,
        coalesce(j.robot_id, ${nobody}::uuid) as robot_id, coalesce(j.error ->> 'code', 'INTERNAL') as code,
        -- A job that was tried again since has no end any more.
        case when e.type <> 'job.retrying' then extract(epoch from j.finished_at - j.started_at)::float8 * 1000 end as ran,
        case when e.type <> 'job.retrying' then extract(epoch from j.started_at - j.created_at)::float8 * 1000 end as waited,
        case when e.type in ('job.completed', 'job.failed') and j.last_step_seq <= ${mostSteps}::int then (
          select count(*) from job_steps s
          where s.tenant_id = j.tenant_id and s.job_id = j.id and strpos(s.row::text, '"healed":{') > 0) else 0 end as healed
      from events e join jobs j on j.tenant_id = e.tenant_id and j.id = e.subject_id
        cross join (values ('hour'), ('day')) g (grain)
      where ${which} and e.type in ('job.completed', 'job.failed', 'job.cancelled', 'job.retrying')
    ), counts as (
      insert into analytics_counts as c (tenant_id, workspace_id, grain, start, workflow_id, robot_id, completed, failed, cancelled,
        retried, healed, ran_ms)
      select tenant_id, workspace_id, grain, start, workflow_id, robot_id, count(*) filter (where type = 'job.completed'),
        count(*) filter (where type = 'job.failed'), count(*) filter (where type = 'job.cancelled'),
        count(*) filter (where type = 'job.retrying'), sum(healed), coalesce(sum(greatest(ran, 0)), 0)::bigint
      from ends group by 1, 2, 3, 4, 5, 6
      on conflict (tenant_id, workspace_id, grain, start, workflow_id, robot_id) do update set
        completed = c.completed + excluded.completed, failed = c.failed + excluded.failed,
        cancelled = c.cancelled + excluded.cancelled, retried = c.retried + excluded.retried,
        healed = c.healed + excluded.healed, ran_ms = c.ran_ms + excluded.ran_ms
    ), times as (
      insert into analytics_times as t (tenant_id, workspace_id, grain, start, workflow_id, kind, bucket, n)
      select tenant_id, workspace_id, grain, start, workflow_id, k.kind,
        least(400, floor(ln(greatest(k.ms, 1)) / ln(${BUCKET_GROWTH}::float8)))::smallint as bucket, count(*)
      from ends cross join lateral (values ('duration', ran), ('waiting', waited)) k (kind, ms)
      where k.ms is not null group by 1, 2, 3, 4, 5, 6, 7
      on conflict (tenant_id, workspace_id, grain, start, workflow_id, kind, bucket) do update set n = t.n + excluded.n
    ), errors as (
      insert into analytics_errors as x (tenant_id, workspace_id, grain, start, workflow_id, code, n)
      select tenant_id, workspace_id, grain, start, workflow_id, code, count(*)
      from ends where type = 'job.failed' group by 1, 2, 3, 4, 5, 6
      on conflict (tenant_id, workspace_id, grain, start, workflow_id, code) do update set n = x.n + excluded.n
    )
    select count(*)::int as n from ends where grain = 'day'`;
}

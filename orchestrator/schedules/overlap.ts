import { openTimeZone, toLocalIso } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Decision } from './decide.ts';
import type { ScheduleRow } from './schedule-row.ts';

export interface ActiveJob {
  readonly schedule_id: string;
  readonly id: string;
  readonly slot: Date;
}

/** So many of the newest jobs of a schedule are looked at: one that is older has not kept all others from running. */
const newestJobs = 50;
/** More slots than this do not wait for one job. */
const mostQueued = 100;

/** Jobs of schedules that have not ended. */
export function findActiveJobs(db: Db, scheduleIds: readonly string[]): Promise<ActiveJob[]> {
  return db.query<ActiveJob>(sql`
    select s.id as schedule_id, j.id, f.slot
    from unnest(${scheduleIds}::uuid[]) s (id)
      cross join lateral (
        select f.job_id, f.slot from schedule_firings f
        where f.schedule_id = s.id and f.job_id is not null order by f.id desc limit ${newestJobs}::int
      ) f
      join jobs j on j.id = f.job_id
    where j.state in ('pending', 'running', 'waiting')`);
}

export type Fate = Omit<Decision, 'outcome'> & { readonly outcome: Decision['outcome'] | 'skipped' | 'queued' };

/** What becomes of slots that are to run, given the jobs of earlier ones; and which of those are cancelled for them. */
export function applyOverlap(
  { overlap, time_zone: timeZone }: Pick<ScheduleRow, 'overlap' | 'time_zone'>,
  decisions: readonly Decision[],
  active: readonly ActiveJob[],
  queued: number,
): { fates: Fate[]; cancel: string[] } {
  const runs = decisions.filter(({ outcome }) => outcome === 'run');
  if (overlap === 'allow' || runs.length === 0) return { fates: [...decisions], cancel: [] };
  if (overlap === 'cancel') {
    const newest = runs.at(-1);
    const reason = 'The slot after it was due at the same moment and would have cancelled it.';
    return {
      fates: decisions.map((one) =>
        one.outcome === 'run' && one !== newest ? { ...one, outcome: 'skipped', reason } : one,
      ),
      cancel: active.map(({ id }) => id),
    };
  }
  const [before] = active;
  let isFree = before === undefined && queued === 0;
  let waiting = queued;
  const fates = decisions.map((one): Fate => {
    if (one.outcome !== 'run') return one;
    if (isFree) {
      isFree = false;
      return one;
    }
    const reason = before
      ? `The job of ${localTime(before.slot, timeZone)} had not ended.`
      : 'The job of the slot before it had not ended.';
    // Those that are made up for come all at once: to skip them would be to lose them again.
    if (overlap === 'skip' && !one.caughtUp) return { ...one, outcome: 'skipped', reason };
    if (waiting >= mostQueued)
      return { ...one, outcome: 'skipped', reason: `${mostQueued} slots were waiting for their turn already.` };
    waiting++;
    return { ...one, outcome: 'queued', reason };
  });
  return { fates, cancel: [] };
}

function localTime(slot: Date, timeZone: string): string {
  return toLocalIso(openTimeZone(timeZone), slot.getTime()).replace('T', ' ');
}

/** Ends jobs that wait and asks the robots of running ones to stop them; gives those that run. */
export function cancelJobs(db: Db, ids: readonly string[]): Promise<{ id: string; robot_id: string }[]> {
  return db.query(sql`
    with changed as (
      update jobs set state = case when state = 'running' then state else 'cancelled' end, cancel_requested = true,
        waiting_for = null, finished_at = case when state <> 'running' then clock_timestamp() end
      where id in (select id from jobs where id = any(${[...ids]}::uuid[])
        and state in ('pending', 'running', 'waiting') and not cancel_requested order by id for update)
      returning id, workspace_id, state, robot_id
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, case state when 'running' then 'job.cancel_requested' else 'job.cancelled' end, id from changed
    )
    select id, robot_id from changed where state = 'running'`);
}

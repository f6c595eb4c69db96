import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants } from '../db/transaction.ts';

/** So many attempts in a row that ended with a lease running out make a job a dead letter. */
const maxCrashes = 3;

interface ExpiredRow {
  id: string;
  robot_id: string | null;
  workspace_id: string;
  state: 'pending' | 'failed' | 'cancelled';
}

/**
 * Takes jobs whose lease ran out from their robots. Safe to run twice at the same time: each row is changed under the lease
 * it was seen with. After an outage nothing is taken for as long as the outage was (at most two minutes), because robots
 * that are well could not extend anything.
 */
export async function expireLeases(context: Context): Promise<void> {
  const expiring = acrossTenants(context.database.system, async (db) => {
    const [watch] = await db.query<{ in_grace: boolean }>(sql`
      update maintenance set
        grace_until = case
          when leases_checked_at < clock_timestamp() - make_interval(secs => ${context.timing.reapSeconds * 3}::float8)
          then clock_timestamp() + least(clock_timestamp() - leases_checked_at, interval '2 minutes')
          else grace_until end,
        leases_checked_at = clock_timestamp()
      returning coalesce(grace_until > clock_timestamp(), false) as in_grace`);
    if (watch?.in_grace) return [];
    return db.query<ExpiredRow>(sql`
      with due as (
        select tenant_id, id, fence, case
            when cancel_requested then 'cancelled' when crashes + 1 >= ${maxCrashes}::int then 'failed' else 'pending'
          end as next
        from jobs where state = 'running' and lease_until < clock_timestamp()
        limit 1000 for update skip locked
      ), j as (
        update jobs set state = due.next, lease_until = null, current_node = null, crashes = crashes + 1,
          dead_letter = due.next = 'failed', finished_at = case when due.next <> 'pending' then clock_timestamp() end,
          error = case when due.next = 'failed' then jsonb_build_object(
            'code', 'ROBOT_LOST',
            'message', format('%s attempts in a row ended with the robot gone: the job may crash it. Look at its last steps, then retry it.',
              crashes + 1)) else error end
        from due
        where jobs.tenant_id = due.tenant_id and jobs.id = due.id and jobs.fence = due.fence and jobs.state = 'running'
        returning jobs.tenant_id, jobs.workspace_id, jobs.id, jobs.state, jobs.robot_id
      ), noted as (
        insert into events (tenant_id, workspace_id, type, subject_id)
        select tenant_id, workspace_id, unnest(case state
          when 'pending' then array['job.requeued']
          when 'cancelled' then array['job.cancelled']
          else array['job.failed', 'job.dead_lettered'] end), id
        from j
      )
      select id, robot_id, workspace_id, state from j`);
  });
  context.failpoint.reachSoon('reap.sent');
  const expired = await expiring;
  if (expired.length === 0) return;
  context.failpoint.reach('reap.committed');
  if (expired.some(({ state }) => state === 'failed')) context.failpoint.reach('dead-letter.committed');
  context.signals.send({ kind: 'events' });
  context.counters.leasesExpired.inc(expired.length);
  for (const { id: jobId, robot_id: robotId, state } of expired)
    context.log.warn({ jobId, robotId, state }, 'the lease of a job ran out');
  for (const { workspace_id, state } of expired)
    if (state === 'pending') context.signals.send({ kind: 'pending', workspaceId: workspace_id, jobs: 1 });
}

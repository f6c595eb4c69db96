import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** Runs of a step before its history says anything. */
const enoughRuns = 5;
/** A step may take so many times the longest it ever took. */
const tolerance = 3;
const maxCrashes = 3;

interface StuckRow {
  workspace_id: string;
  id: string;
  robot_id: string;
  policy: 'warn' | 'cancel' | 'requeue';
  state: 'running' | 'pending' | 'failed';
}

/**
 * Marks running jobs that made no progress for longer than the history of their step allows, and does with them what their
 * workflow says: nothing more, cancel them, or take them from their robot and let another one go on.
 */
export async function findStuckJobs(context: Context): Promise<void> {
  const { stuckSeconds, stuckAtLeastSeconds } = context.timing;
  const rows = await oneAcrossTenants<StuckRow>(
    context.database.system,
    sql`
      with silent as (
        select j.tenant_id, j.id, j.fence, coalesce(d.stuck_policy, 'warn') as policy, j.crashes
        from jobs j
          left join workflow_routing d on d.tenant_id = j.tenant_id and d.workflow_id = j.workflow_id
          left join step_timings t on t.tenant_id = j.tenant_id and t.workflow_id = j.workflow_id
            and t.version = j.workflow_version and t.node_id = j.current_node and t.runs >= ${enoughRuns}::int
        where j.state = 'running' and j.stuck_at is null and not j.cancel_requested
          and coalesce(j.progress_at, j.started_at) < clock_timestamp() - make_interval(secs => coalesce(
            d.stuck_after_seconds::float8,
            case when t.runs is not null
              then greatest(${stuckAtLeastSeconds}::float8, t.longest_ms / 1000 * ${tolerance}::int) end,
            ${stuckSeconds}::float8))
        limit 500 for update of j skip locked
      ), j as (
        update jobs set stuck_at = clock_timestamp(),
          cancel_requested = jobs.cancel_requested or silent.policy = 'cancel',
          state = case when silent.policy <> 'requeue' then 'running'
            when silent.crashes + 1 >= ${maxCrashes}::int then 'failed' else 'pending' end,
          crashes = jobs.crashes + (silent.policy = 'requeue')::int,
          lease_until = case when silent.policy <> 'requeue' then jobs.lease_until end,
          -- Its robot must not take it up again.
          ended_fence = case when silent.policy = 'requeue' then jobs.fence else jobs.ended_fence end,
          ended_as = case when silent.policy <> 'requeue' then jobs.ended_as end,
          dead_letter = silent.policy = 'requeue' and silent.crashes + 1 >= ${maxCrashes}::int,
          finished_at = case when silent.policy = 'requeue' and silent.crashes + 1 >= ${maxCrashes}::int
            then clock_timestamp() end,
          error = case when silent.policy = 'requeue' then jsonb_build_object('code', 'JOB_STUCK', 'message', format(
            'It made no progress at "%s" for longer than that step ever took and was taken from its robot. Look at the step and at the robot.',
            coalesce(jobs.current_node, '?'))) else jobs.error end
        from silent
        where jobs.tenant_id = silent.tenant_id and jobs.id = silent.id and jobs.fence = silent.fence and jobs.state = 'running'
        returning jobs.tenant_id, jobs.workspace_id, jobs.id, jobs.robot_id, jobs.state, silent.policy
      ), noted as (
        insert into events (tenant_id, workspace_id, type, subject_id)
        select tenant_id, workspace_id, unnest(case
          when policy = 'cancel' then array['job.stuck', 'job.cancel_requested']
          when state = 'pending' then array['job.stuck', 'job.requeued']
          when state = 'failed' then array['job.stuck', 'job.failed', 'job.dead_lettered']
          else array['job.stuck'] end), id
        from j
      )
      select workspace_id, id, robot_id, policy, state from j`,
  );
  if (rows.length === 0) return;
  context.signals.send({ kind: 'events' });
  for (const { workspace_id: workspaceId, id: jobId, robot_id: robotId, policy, state } of rows) {
    if (policy === 'cancel') context.signals.send({ kind: 'cancel', robotId, jobId });
    if (state === 'pending') context.signals.send({ kind: 'pending', workspaceId, jobs: 1 });
  }
}

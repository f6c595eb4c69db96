import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** Commands that nobody came for, and those that a robot took and never spoke of again. */
export async function expireCommands(context: Context): Promise<void> {
  const ended = await oneAcrossTenants(
    context.database.system,
    sql`
      with c as (
        update robot_commands set finished_at = clock_timestamp(),
          state = case state when 'queued' then 'expired' else 'failed' end,
          reason = case state when 'queued' then 'The robot did not come for it in time.'
            else 'The robot took it and has not said what came of it.' end
        where (state = 'queued' and expires_at < clock_timestamp())
          or (state = 'delivered' and greatest(expires_at, delivered_at + interval '7 days') < clock_timestamp())
        returning tenant_id, workspace_id, robot_id
      )
      insert into events (tenant_id, workspace_id, type, subject_id)
      select distinct tenant_id, workspace_id, 'robot.command', robot_id from c returning seq`,
  );
  if (ended.length > 0) context.signals.send({ kind: 'events' });
}

const batch = 500;

/** Artifacts past their time, and contents that nothing leads to any more. */
export async function pruneArtifacts(context: Context, signal: AbortSignal): Promise<void> {
  const { system } = context.database;
  for (let n = batch; n === batch && !signal.aborted; ) {
    const gone = await oneAcrossTenants(
      system,
      sql`
        delete from artifacts where (tenant_id, id) in (
          select tenant_id, id from artifacts
          where created_at < clock_timestamp() - make_interval(days => ${context.artifacts.days}::int) limit ${batch}::int
        ) returning 1`,
    );
    n = gone.length;
  }
  for (let n = batch; n === batch && !signal.aborted; ) {
    const gone = await oneAcrossTenants<{ tenant_id: string; hash: string }>(
      system,
      sql`
        delete from blobs where (tenant_id, hash) in (
          select b.tenant_id, b.hash from blobs b
          where b.created_at < clock_timestamp() - interval '1 hour'
            and not exists (select from artifacts a where a.tenant_id = b.tenant_id and a.hash = b.hash)
          limit ${batch}::int
        ) returning tenant_id, hash`,
    );
    for (const { tenant_id, hash } of gone) await context.blobs.remove(tenant_id, hash);
    n = gone.length;
  }
}

/** Logs of robots are kept for a week, their figures for a day. */
export async function pruneRobotReports(context: Context, signal: AbortSignal): Promise<void> {
  const { system } = context.database;
  for (const statement of [
    sql`
      delete from robot_logs where (tenant_id, id) in (
        select tenant_id, id from robot_logs where created_at < clock_timestamp() - interval '7 days' limit ${batch}::int
      ) returning 1`,
    sql`
      delete from robot_samples where (tenant_id, robot_id, at) in (
        select tenant_id, robot_id, at from robot_samples where at < clock_timestamp() - interval '25 hours' limit ${batch}::int
      ) returning 1`,
  ])
    for (let n = batch; n === batch && !signal.aborted; ) n = (await oneAcrossTenants(system, statement)).length;
}

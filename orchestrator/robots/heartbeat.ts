import type { Heartbeat, HeartbeatReply } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { whyUnknown } from '../jobs/claim.ts';
import { extendLeases } from '../jobs/lease.ts';
import type { Caller } from '../keys/verify.ts';
import { takeCommands } from './commands.ts';

interface BeatRow {
  id: string;
  workspace_id: string;
  changed: boolean;
  was_unable: boolean;
}

/** A robot says that it lives, how it does and which jobs it holds; it hears which of them it lost or should stop. */
export async function takeHeartbeat(context: Context, caller: Caller, beat: Heartbeat): Promise<HeartbeatReply> {
  const [robot] = await oneInTenant<BeatRow>(
    context.database.reserved,
    caller.tenantId,
    sql`
      with before as (
        select id, state, blocked, capabilities from robots
        where key_id = ${caller.keyId}::uuid and instance_id = ${beat.instanceId}::uuid and removed_at is null
        for update
      ), r as (
        update robots set state = ${beat.state}, cpu_percent = ${beat.cpuPercent}, memory_percent = ${beat.memoryPercent},
          disk_free_mb = ${beat.diskFreeMb}, blocked = ${beat.blocked ?? null},
          capabilities = coalesce(${beat.capabilities ?? null}::text[], robots.capabilities), last_heartbeat_at = clock_timestamp(), link_lost_at = null
        from before where robots.id = before.id
        returning robots.id, workspace_id, robots.state, before.state as old_state,
          robots.blocked is distinct from before.blocked or robots.capabilities <> before.capabilities as differs,
          robots.capabilities <> before.capabilities or (before.blocked is not null and robots.blocked is null) as may_more
      ), noted as (
        insert into events (workspace_id, type, subject_id)
        select workspace_id, 'robot.state', id from r where state <> old_state or differs
      ), sampled as (
        insert into robot_samples (robot_id, at, cpu_percent, memory_percent, disk_free_mb, running_jobs)
        select id, date_bin('5 minutes', clock_timestamp(), timestamptz '2000-01-01'), ${beat.cpuPercent}, ${beat.memoryPercent},
          ${beat.diskFreeMb}, ${beat.jobs.length}::int from r
        on conflict do nothing
      )
      select id, workspace_id, state <> old_state or differs as changed,
        may_more or old_state not in ('starting', 'idle', 'busy') and state in ('starting', 'idle', 'busy') as was_unable from r`,
  );
  if (!robot) throw await whyUnknown(context, caller, beat.instanceId);
  const { extended, lost } = await extendLeases(context, caller, beat.jobs);
  const commands = await takeCommands(context, caller, robot.id, true);
  if (robot.changed) context.signals.send({ kind: 'events' });
  // It may take jobs again, which nobody told the queue about.
  if (robot.was_unable) context.signals.send({ kind: 'pending', workspaceId: robot.workspace_id, jobs: 1 });
  context.signals.send({ kind: 'robot', tenantId: caller.tenantId, workspaceId: robot.workspace_id, id: robot.id });
  return { lost, cancel: extended.filter((job) => job.cancel_requested).map((job) => job.id), commands };
}

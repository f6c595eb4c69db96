import type { Heartbeat, HeartbeatReply, RobotCommand } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { whyUnknown } from '../jobs/claim.ts';
import { extendLeases } from '../jobs/lease.ts';
import type { Caller } from '../keys/verify.ts';

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
        select id, state from robots
        where key_id = ${caller.keyId}::uuid and instance_id = ${beat.instanceId}::uuid and removed_at is null
        for update
      ), r as (
        update robots set state = ${beat.state}, cpu_percent = ${beat.cpuPercent}, memory_percent = ${beat.memoryPercent},
          disk_free_mb = ${beat.diskFreeMb}, last_heartbeat_at = clock_timestamp(), link_lost_at = null
        from before where robots.id = before.id
        returning robots.id, workspace_id, robots.state, before.state as old_state
      ), noted as (
        insert into events (workspace_id, type, subject_id)
        select workspace_id, 'robot.state', id from r where state <> old_state
      )
      select id, workspace_id, state <> old_state as changed,
        old_state not in ('starting', 'idle', 'busy') and state in ('starting', 'idle', 'busy') as was_unable from r`,
  );
  if (!robot) throw await whyUnknown(context, caller, beat.instanceId);
  const { extended, lost } = await extendLeases(context, caller, beat.jobs);
  const commands = await takeCommands(context, caller, robot.id);
  if (robot.changed) context.signals.send({ kind: 'events' });
  // It may take jobs again, which nobody told the queue about.
  if (robot.was_unable) context.signals.send({ kind: 'pending', workspaceId: robot.workspace_id, jobs: 1 });
  context.signals.send({ kind: 'robot', tenantId: caller.tenantId, workspaceId: robot.workspace_id, id: robot.id });
  return { lost, cancel: extended.filter((job) => job.cancel_requested).map((job) => job.id), commands };
}

/** Commands that were not handed over yet; each is handed over once, by the heartbeat or by the socket. */
export async function takeCommands(
  { database }: Context,
  caller: { tenantId: string },
  robotId: string,
): Promise<RobotCommand[]> {
  return oneInTenant<RobotCommand>(
    database.reserved,
    caller.tenantId,
    sql`
      with taken as (
        update robot_commands set delivered_at = clock_timestamp()
        where robot_id = ${robotId}::uuid and delivered_at is null
        returning id, command
      )
      select id, command from taken order by id`,
  );
}

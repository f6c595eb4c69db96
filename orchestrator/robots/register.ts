import type { Robot, SelfRegister } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { actsElsewhere, robotColumns, type RobotRow, toRobot } from './robot-row.ts';

/** A robot process takes its place in the fleet; the place is its key and name. */
export async function registerRobot(context: Context, caller: Caller, wanted: SelfRegister): Promise<Robot> {
  const robot = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [taken] = await db.query<{ id: string }>(upsert(context, caller, wanted));
    if (!taken) throw actsElsewhere(wanted.name);
    // What it lacked may be there now.
    await db.query(sql`delete from job_rejections where robot_id = ${taken.id}::uuid`);
    await db.query(sql`
      insert into events (workspace_id, type, subject_id)
      values (${caller.workspaceId}::uuid, 'robot.registered', ${taken.id}::uuid)`);
    const [row] = await db.query<RobotRow>(sql`select ${robotColumns} from robots r where r.id = ${taken.id}::uuid`);
    return toRobot(row as RobotRow);
  });
  context.signals.send({ kind: 'events' });
  return robot;
}

/** What people set for the robot stays; the rest is what its process says. Changes nothing while another process is alive: heard of lately, its socket not closed, not signed off. */
function upsert({ timing }: Context, caller: Caller, wanted: SelfRegister) {
  const { tags, environment = null, maxConcurrentJobs } = wanted;
  return sql`
    insert into robots as r (
      workspace_id, key_id, name, instance_id, version, platform, hostname, capabilities, tags, environment, cores,
      memory_mb, max_concurrent_jobs, registered, state, last_heartbeat_at
    ) values (
      ${caller.workspaceId}::uuid, ${caller.keyId}::uuid, ${wanted.name}, ${wanted.instanceId}::uuid, ${wanted.version},
      ${wanted.platform}, ${wanted.hostname}, ${wanted.capabilities}::text[], ${tags}::text[],
      ${environment}, ${wanted.cores}, ${wanted.memoryMb}, ${maxConcurrentJobs},
      ${JSON.stringify({ tags, environment, maxConcurrentJobs })}::jsonb, 'idle', clock_timestamp()
    )
    on conflict (tenant_id, key_id, name) do update set
      instance_id = excluded.instance_id, version = excluded.version, platform = excluded.platform,
      hostname = excluded.hostname, capabilities = excluded.capabilities,
      tags = case when r.settings -> 'tags' is null then excluded.tags
        else array(select jsonb_array_elements_text(r.settings -> 'tags')) end,
      environment = case when r.settings -> 'environment' is null then excluded.environment
        else r.settings ->> 'environment' end,
      max_concurrent_jobs = least(excluded.max_concurrent_jobs, (r.settings ->> 'maxConcurrentJobs')::int),
      registered = excluded.registered, cores = excluded.cores, memory_mb = excluded.memory_mb, state = 'idle', last_heartbeat_at = clock_timestamp(),
      link_lost_at = null, removed_at = null, registered_at = case when r.removed_at is null then r.registered_at else now() end
    where r.instance_id = excluded.instance_id or r.state = 'offline' or r.link_lost_at is not null
      or r.removed_at is not null
      or r.last_heartbeat_at < clock_timestamp() - make_interval(secs => ${timing.takeoverSeconds})
    returning r.id`;
}

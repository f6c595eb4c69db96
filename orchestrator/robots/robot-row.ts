import { AppError, type Robot, type RobotBlock, type RobotState } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface RobotRow {
  id: string;
  workspace_id: string;
  key_id: string;
  instance_id: string;
  name: string;
  state: RobotState;
  version: string;
  platform: string;
  hostname: string;
  capabilities: string[];
  tags: string[];
  environment: string | null;
  cores: number;
  memory_mb: number;
  max_concurrent_jobs: number;
  running_jobs: number;
  cpu_percent: number | null;
  memory_percent: number | null;
  disk_free_mb: number | null;
  blocked: RobotBlock | null;
  last_heartbeat_at: Date | null;
  registered_at: Date;
  groups: { id: string; name: string }[];
  registered: { tags?: string[]; environment?: string | null; maxConcurrentJobs?: number };
  settings: { tags?: string[]; environment?: string | null; maxConcurrentJobs?: number };
}

/** Columns of a RobotRow; the statement calls the robots `r`. */
export const robotColumns = sql`
  r.id, r.workspace_id, r.key_id, r.instance_id, r.name, r.state, r.version, r.platform, r.hostname, r.capabilities, r.tags,
  r.environment, r.cores, r.memory_mb, r.max_concurrent_jobs, r.cpu_percent, r.memory_percent, r.disk_free_mb, r.blocked,
  r.last_heartbeat_at, r.registered_at,
  r.registered, r.settings,
  coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.name)
    from robot_groups g where g.tenant_id = r.tenant_id and g.id = any(r.group_ids)), '[]') as groups,
  (select count(*)::int from jobs b where b.tenant_id = r.tenant_id and b.robot_id = r.id and b.state = 'running') as running_jobs`;

const settable = ['tags', 'environment', 'maxConcurrentJobs'] as const;

export function toRobot(row: RobotRow): Robot {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    version: row.version,
    platform: row.platform,
    hostname: row.hostname,
    capabilities: row.capabilities,
    tags: row.tags,
    environment: row.environment,
    cores: row.cores,
    memoryMb: row.memory_mb,
    maxConcurrentJobs: row.max_concurrent_jobs,
    runningJobs: row.running_jobs,
    cpuPercent: row.cpu_percent,
    memoryPercent: row.memory_percent,
    diskFreeMb: row.disk_free_mb,
    blocked: row.blocked,
    lastHeartbeatAt: row.last_heartbeat_at?.toISOString() ?? null,
    registeredAt: row.registered_at.toISOString(),
    routing: {
      groups: row.groups,
      registered: {
        // A robot that has not registered since people can set these says what it was.
        tags: row.registered.tags ?? row.tags,
        environment: row.registered.environment ?? (row.registered.tags ? null : row.environment),
        maxConcurrentJobs: row.registered.maxConcurrentJobs ?? row.max_concurrent_jobs,
      },
      set: settable.filter((name) => row.settings[name] !== undefined),
    },
  };
}

export function notRegistered(): AppError {
  return new AppError(
    'NOT_FOUND',
    'No robot is registered with this key and instance. Register first (POST /robots/self-register).',
  );
}

export function actsElsewhere(name: string): AppError {
  return new AppError(
    'ALREADY_RUNNING',
    `Another process acts as the robot "${name}" with this key. Stop it, or give this one another name.`,
  );
}

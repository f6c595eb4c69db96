import type { CommandState, RobotCommandName, RobotCommandRecord } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface CommandRow {
  id: string;
  robot_id: string;
  robot_name: string;
  command: RobotCommandName;
  job_id: string | null;
  state: CommandState;
  reason: string | null;
  artifact_id: string | null;
  created_by: string;
  created_at: Date;
  delivered_at: Date | null;
  finished_at: Date | null;
  expires_at: Date;
}

/** Columns of a CommandRow; the statement calls the commands `c` and their robots `r`. */
export const commandColumns = sql`
  c.id, c.robot_id, r.name as robot_name, c.command, c.job_id, c.state, c.reason, c.artifact_id, c.created_by, c.created_at,
  c.delivered_at, c.finished_at, c.expires_at`;

export function toCommand(row: CommandRow): RobotCommandRecord {
  return {
    id: row.id,
    robotId: row.robot_id,
    robotName: row.robot_name,
    command: row.command,
    jobId: row.job_id,
    state: row.state,
    reason: row.reason,
    artifactId: row.artifact_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
  };
}

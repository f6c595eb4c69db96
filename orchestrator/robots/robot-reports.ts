import {
  type doctorReportSchema,
  type Finding,
  type RobotLogLine,
  type robotLogQuerySchema,
  type robotLogsSchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import { getRobot } from './fleet.ts';
import { findOwnRobot } from './own-robot.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

export async function takeFindings(
  context: Context,
  caller: Caller,
  { instanceId, findings }: z.output<typeof doctorReportSchema>,
): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const robot = await findOwnRobot(db, caller, instanceId);
    await db.query(sql`
      with r as (
        update robots set findings = ${JSON.stringify(findings)}::jsonb, findings_at = clock_timestamp()
        where id = ${robot.id}::uuid returning workspace_id, id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'robot.doctor', id from r`);
  });
  context.signals.send({ kind: 'events' });
}

export async function readFindings(context: Context, caller: Caller, robotId: string) {
  await getRobot(context, caller, robotId);
  const [row] = await oneInTenant<{ findings: Finding[]; findings_at: Date | null }>(
    context.database.pool,
    caller.tenantId,
    sql`select findings, findings_at from robots where id = ${robotId}::uuid`,
  );
  return { at: row?.findings_at?.toISOString() ?? null, findings: row?.findings ?? [] };
}

export async function takeRobotLogs(
  context: Context,
  caller: Caller,
  { instanceId, first, lines }: z.output<typeof robotLogsSchema>,
): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const robot = await findOwnRobot(db, caller, instanceId);
    await db.query(sql`
      insert into robot_logs (robot_id, instance_id, line, at, level, message, facts)
      select ${robot.id}::uuid, ${instanceId}::uuid, l.line, l.at, l.level, l.message, l.facts
      from unnest(${lines.map((_, i) => first + i)}::bigint[], ${lines.map(({ at }) => at)}::timestamptz[],
        ${lines.map(({ level }) => levels.indexOf(level))}::smallint[], ${lines.map(({ message }) => message)}::text[],
        ${lines.map(({ facts }) => facts ?? null)}::text[]) as l (line, at, level, message, facts)
      order by l.line
      on conflict do nothing`);
  });
}

interface LogRow extends Omit<RobotLogLine, 'at' | 'level' | 'facts'> {
  id: string;
  at: Date;
  level: number;
  facts: string | null;
}

/** Newest first. */
export async function listRobotLogs(
  context: Context,
  caller: Caller,
  robotId: string,
  query: z.output<typeof robotLogQuerySchema>,
) {
  await getRobot(context, caller, robotId);
  const cursor = cursorOf(query.cursor);
  const search = query.search?.trim() || null;
  const rows = await oneInTenant<LogRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select id, at, level, message, facts from robot_logs
      where robot_id = ${robotId}::uuid and level >= ${query.level ? levels.indexOf(query.level) : 0}::smallint
        and (${query.since ?? null}::timestamptz is null or at >= ${query.since ?? null}::timestamptz)
        and (${search}::text is null or strpos(lower(message || ' ' || coalesce(facts, '')), lower(${search}::text)) > 0)
        and (${cursor}::uuid is null or id < ${cursor}::uuid)
      order by id desc limit ${query.limit + 1}::int`,
  );
  const page = rows.slice(0, query.limit);
  return {
    items: page.map(({ at, level, facts, ...row }) => ({
      ...row,
      at: at.toISOString(),
      level: levels[level] ?? 'info',
      ...(facts === null ? {} : { facts }),
    })),
    nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

export async function readSamples(context: Context, caller: Caller, robotId: string) {
  await getRobot(context, caller, robotId);
  const rows = await oneInTenant<{
    at: Date;
    cpu_percent: number;
    memory_percent: number;
    disk_free_mb: number;
    running_jobs: number;
  }>(
    context.database.pool,
    caller.tenantId,
    sql`
      select at, cpu_percent, memory_percent, disk_free_mb, running_jobs from robot_samples
      where robot_id = ${robotId}::uuid and at > clock_timestamp() - interval '1 day' order by at`,
  );
  return {
    samples: rows.map((row) => ({
      at: row.at.toISOString(),
      cpuPercent: row.cpu_percent,
      memoryPercent: row.memory_percent,
      diskFreeMb: row.disk_free_mb,
      runningJobs: row.running_jobs,
    })),
  };
}

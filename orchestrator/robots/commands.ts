import {
  AppError,
  type commandResultSchema,
  type RobotCommand,
  type RobotCommandName,
  type robotCommandListQuerySchema,
  type sendCommandSchema,
  type sendCommandsSchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { commandColumns, type CommandRow, toCommand } from './command-row.ts';
import { findOwnRobot } from './own-robot.ts';

const daySeconds = 86_400;
/** A picture of what was on the screen is wanted now or not at all. */
const defaultExpiry: Partial<Record<RobotCommandName, number>> = { screenshot: 120, doctor: 600 };

/** To one robot; unknown ones answer 404. */
export async function commandRobot(
  db: Db,
  caller: Caller,
  robotId: string,
  wanted: z.output<typeof sendCommandSchema>,
  requestId: string,
) {
  if (wanted.jobId !== undefined) await checkJob(db, caller, robotId, wanted.jobId);
  const [sent] = await send(db, caller, wanted, sql`r.id = ${robotId}::uuid`, requestId);
  if (!sent) throw new AppError('NOT_FOUND', 'There is no robot with this id.');
  return sent;
}

async function checkJob(db: Db, caller: Caller, robotId: string, jobId: string): Promise<void> {
  const [job] = await db.query<{ mine: boolean }>(sql`
    select state = 'running' and robot_id = ${robotId}::uuid as mine from jobs
    where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
  if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  if (!job.mine) throw new AppError('CONFLICT', 'The job does not run on this robot now.');
}

/** To the robots named, or to all that fit. */
export async function commandRobots(
  db: Db,
  caller: Caller,
  wanted: z.output<typeof sendCommandsSchema>,
  requestId: string,
) {
  if ('robotIds' in wanted) {
    const sent = await send(db, caller, wanted, sql`r.id = any(${wanted.robotIds}::uuid[])`, requestId);
    if (sent.length === new Set(wanted.robotIds).size) return sent;
    throw new AppError('NOT_FOUND', 'One of these robots does not exist. Nothing was sent to any.');
  }
  const { states, tag, environment, search } = wanted.filter;
  return send(
    db,
    caller,
    wanted,
    sql`(${states ?? null}::text[] is null or r.state = any(${states ?? null}::text[]))
      and (${tag ?? null}::text is null or ${tag ?? null}::text = any(r.tags))
      and (${environment ?? null}::text is null or r.environment = ${environment ?? null}::text)
      and (${search ?? null}::text is null or strpos(lower(r.name || ' ' || r.hostname), lower(${search ?? null}::text)) > 0)`,
    requestId,
  );
}

async function send(
  db: Db,
  caller: Caller,
  { command, expiresInSeconds, ...rest }: z.output<typeof sendCommandSchema>,
  which: Statement,
  requestId: string,
) {
  const seconds = expiresInSeconds ?? defaultExpiry[command] ?? daySeconds;
  const jobId = 'jobId' in rest ? (rest.jobId ?? null) : null;
  const rows = await db.query<CommandRow>(sql`
    with c as (
      insert into robot_commands (workspace_id, robot_id, command, job_id, created_by, expires_at)
      select r.workspace_id, r.id, ${command}, ${jobId}::uuid, ${caller.keyName},
        clock_timestamp() + make_interval(secs => ${seconds}::float8)
      from robots r
      where r.workspace_id = ${caller.workspaceId}::uuid and r.removed_at is null and ${which}
      order by r.id limit 1000
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'robot.command', robot_id from c
    )
    select ${commandColumns} from c join robots r on r.tenant_id = c.tenant_id and r.id = c.robot_id order by c.id`);
  for (const row of rows)
    await writeAudit(db, caller, {
      action: 'robot.command',
      subjectId: row.robot_id,
      requestId,
      details: { command, ...(jobId === null ? {} : { jobId }) },
    });
  return rows.map(toCommand);
}

export async function listCommands(
  context: Context,
  caller: Caller,
  query: z.output<typeof robotCommandListQuerySchema>,
) {
  const cursor = cursorOf(query.cursor);
  const rows = await oneInTenant<CommandRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${commandColumns} from robot_commands c join robots r on r.tenant_id = c.tenant_id and r.id = c.robot_id
      where c.workspace_id = ${caller.workspaceId}::uuid
        and (${query.robotId ?? null}::uuid is null or c.robot_id = ${query.robotId ?? null}::uuid)
        and (${query.state ?? null}::text is null or c.state = ${query.state ?? null}::text)
        and (${cursor}::uuid is null or c.id < ${cursor}::uuid)
      order by c.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toCommand);
}

/**
 * Commands for the robot that asks. With `again` also those it has got and said nothing about: it may have died with them, and
 * knows by their ids which it has carried out.
 */
export async function takeCommands(
  context: Context,
  { tenantId }: { tenantId: string },
  robotId: string,
  again = false,
): Promise<RobotCommand[]> {
  const rows = await oneInTenant<RobotCommand & { fresh: boolean }>(
    context.database.reserved,
    tenantId,
    sql`
      with taken as (
        update robot_commands set state = 'delivered', delivered_at = clock_timestamp()
        where robot_id = ${robotId}::uuid and state = 'queued' and expires_at > clock_timestamp()
        returning id, workspace_id, command, job_id
      ), noted as (
        insert into events (workspace_id, type, subject_id) select distinct workspace_id, 'robot.command', ${robotId}::uuid from taken
      )
      select id, command, job_id as "jobId", true as fresh from taken
      union all
      select id, command, job_id, false from robot_commands
      where robot_id = ${robotId}::uuid and state = 'delivered' and ${again}::boolean
      order by id`,
  );
  if (rows.some(({ fresh }) => fresh)) context.signals.send({ kind: 'events' });
  return rows.map(({ fresh: _, ...command }) => command);
}

/** What came of a command. The first word counts. */
export async function finishCommand(
  context: Context,
  caller: Caller,
  commandId: string,
  result: z.output<typeof commandResultSchema>,
): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const robot = await findOwnRobot(db, caller, result.instanceId);
    const [known] = await db.query<{ state: string }>(sql`
      select state from robot_commands where id = ${commandId}::uuid and robot_id = ${robot.id}::uuid for update`);
    if (!known) throw new AppError('NOT_FOUND', 'There is no command with this id for this robot.');
    if (known.state !== 'delivered') return;
    await db.query(sql`
      with c as (
        update robot_commands set state = ${result.state}, reason = ${result.reason ?? null},
          artifact_id = (select id from artifacts where id = ${result.artifactId ?? null}::uuid and robot_id = ${robot.id}::uuid),
          finished_at = clock_timestamp()
        where id = ${commandId}::uuid returning workspace_id, robot_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'robot.command', robot_id from c`);
  });
  context.signals.send({ kind: 'events' });
}

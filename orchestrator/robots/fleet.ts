import { AppError, type Robot, type pageQuerySchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { robotColumns, type RobotRow, toRobot } from './robot-row.ts';

export async function listRobots(context: Context, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await oneInTenant<RobotRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${robotColumns} from robots r
      where r.workspace_id = ${caller.workspaceId}::uuid and r.removed_at is null
        and (${cursorOf(query.cursor)}::uuid is null or r.id < ${cursorOf(query.cursor)}::uuid)
      order by r.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toRobot);
}

export async function getRobot(context: Context, caller: Caller, robotId: string): Promise<Robot> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => toRobot(await findRobot(db, caller, robotId)));
}

export async function findRobot(db: Db, caller: Caller, robotId: string): Promise<RobotRow> {
  const [row] = await db.query<RobotRow>(sql`
    select ${robotColumns} from robots r
    where r.id = ${robotId}::uuid and r.workspace_id = ${caller.workspaceId}::uuid and r.removed_at is null`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no robot with this id.');
  return row;
}

/** Takes a robot out of the fleet. Its history stays; when it registers again it is back. */
export async function removeRobot(context: Context, caller: Caller, robotId: string, requestId: string): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const robot = await findRobot(db, caller, robotId);
    if (robot.running_jobs > 0)
      throw new AppError(
        'CONFLICT',
        `"${robot.name}" runs ${robot.running_jobs} jobs. Let it drain, or cancel them first.`,
      );
    await db.query(sql`
      with r as (
        update robots set removed_at = clock_timestamp(), state = 'offline' where id = ${robotId}::uuid returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'robot.state', id from r`);
    await writeAudit(db, caller, {
      action: 'robot.remove',
      subjectId: robotId,
      requestId,
      details: { name: robot.name },
    });
  });
  context.signals.send({ kind: 'events' });
}

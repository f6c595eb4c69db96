import { AppError, type ChangeRobot, type Robot } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findRobot } from './fleet.ts';
import { findGroups } from './groups.ts';
import { type RobotRow, toRobot } from './robot-row.ts';

/** People decide about tags, environment, places and groups of a robot; it stays so when the robot registers again. */
export async function changeRobot(
  context: Context,
  caller: Caller,
  robotId: string,
  change: ChangeRobot,
  requestId: string,
): Promise<Robot> {
  const robot = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await findRobot(db, caller, robotId);
    const { groupIds, ...wanted } = change;
    await setOwn(db, before, wanted);
    if (groupIds) await setGroups(db, caller, robotId, groupIds);
    await db.query(sql`
      insert into events (workspace_id, type, subject_id) values (${caller.workspaceId}::uuid, 'robot.changed', ${robotId}::uuid)`);
    await writeAudit(db, caller, { action: 'robot.change', subjectId: robotId, requestId, details: { ...change } });
    return toRobot(await findRobot(db, caller, robotId));
  });
  context.signals.send({ kind: 'events' });
  // It may take other jobs now.
  context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 100 });
  return robot;
}

async function setOwn(db: Db, before: RobotRow, wanted: Omit<ChangeRobot, 'groupIds'>): Promise<void> {
  const registered = toRobot(before).routing?.registered;
  if (!registered) throw new TypeError('every robot row says what was registered');
  const places = wanted.maxConcurrentJobs ?? undefined;
  if (places !== undefined && places > registered.maxConcurrentJobs)
    throw new AppError(
      'CONFLICT',
      `"${before.name}" registered for at most ${registered.maxConcurrentJobs} jobs at once. Start it with a higher ROBOT_MAX_JOBS first.`,
      { details: { registered: registered.maxConcurrentJobs } },
    );
  const settings: RobotRow['settings'] = { ...before.settings };
  if (wanted.tags === null) delete settings.tags;
  else if (wanted.tags) settings.tags = [...new Set(wanted.tags)];
  if (wanted.environment === null) delete settings.environment;
  else if (wanted.environment !== undefined) settings.environment = wanted.environment || null;
  if (wanted.maxConcurrentJobs === null) delete settings.maxConcurrentJobs;
  else if (places !== undefined) settings.maxConcurrentJobs = places;
  const environment = settings.environment === undefined ? registered.environment : settings.environment;
  await db.query(sql`
    update robots set settings = ${JSON.stringify(settings)}::jsonb, registered = ${JSON.stringify(registered)}::jsonb,
      tags = ${settings.tags ?? registered.tags}::text[], environment = ${environment}::text,
      max_concurrent_jobs = ${settings.maxConcurrentJobs ?? registered.maxConcurrentJobs}::int
    where id = ${before.id}::uuid`);
}

async function setGroups(db: Db, caller: Caller, robotId: string, groupIds: readonly string[]): Promise<void> {
  await findGroups(db, caller, groupIds);
  await db.query(sql`
    update robots set group_ids = ${[...new Set(groupIds)]}::uuid[] where id = ${robotId}::uuid`);
}

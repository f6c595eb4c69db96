import { AppError, type pageQuerySchema, type RobotGroup, type writeRobotGroupSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';

type Wanted = z.output<typeof writeRobotGroupSchema>;

interface GroupRow {
  id: string;
  name: string;
  description: string;
  robots: RobotGroup['robots'];
  created_at: Date;
}

const groupColumns = sql`
  g.id, g.name, g.description, g.created_at, coalesce((
    select json_agg(json_build_object('id', r.id, 'name', r.name) order by r.name)
    from robots r where r.workspace_id = g.workspace_id and g.id = any(r.group_ids) and r.removed_at is null), '[]') as robots`;

function toGroup({ created_at, ...row }: GroupRow): RobotGroup {
  return { ...row, createdAt: created_at.toISOString() };
}

export async function listGroups(context: Context, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await oneInTenant<GroupRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${groupColumns} from robot_groups g
      where g.workspace_id = ${caller.workspaceId}::uuid
        and (${cursorOf(query.cursor)}::uuid is null or g.id < ${cursorOf(query.cursor)}::uuid)
      order by g.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toGroup);
}

export function getGroup(context: Context, caller: Caller, groupId: string): Promise<RobotGroup> {
  return inTenant(context.database.pool, caller.tenantId, (db) => readGroup(db, caller, groupId));
}

async function readGroup(db: Db, caller: Caller, groupId: string): Promise<RobotGroup> {
  const [row] = await db.query<GroupRow>(sql`
    select ${groupColumns} from robot_groups g
    where g.id = ${groupId}::uuid and g.workspace_id = ${caller.workspaceId}::uuid`);
  if (!row) throw noGroup(groupId);
  return toGroup(row);
}

function noGroup(id: string): AppError {
  return new AppError('NOT_FOUND', `There is no robot group ${id}.`);
}

/** Throws unless all of them are groups of the workspace. */
export async function findGroups(db: Db, caller: Caller, ids: readonly string[]): Promise<void> {
  const rows = await db.query<{ id: string }>(sql`
    select id from robot_groups where id = any(${ids}::uuid[]) and workspace_id = ${caller.workspaceId}::uuid`);
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw noGroup(missing);
}

export async function createGroup(db: Db, caller: Caller, wanted: Wanted, requestId: string): Promise<RobotGroup> {
  const [row] = await db.query<{ id: string }>(sql`
    insert into robot_groups (workspace_id, name, description)
    values (${caller.workspaceId}::uuid, ${wanted.name}, ${wanted.description})
    on conflict (tenant_id, workspace_id, name) do nothing returning id`);
  if (!row) throw taken(wanted.name);
  if (wanted.robotIds) await setMembers(db, caller, row.id, wanted.robotIds);
  await note(db, caller, 'created', row.id, requestId, wanted);
  return readGroup(db, caller, row.id);
}

export async function changeGroup(
  context: Context,
  caller: Caller,
  groupId: string,
  wanted: Wanted,
  requestId: string,
): Promise<RobotGroup> {
  const group = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    await readGroup(db, caller, groupId);
    const [other] = await db.query(sql`
      select id from robot_groups
      where workspace_id = ${caller.workspaceId}::uuid and name = ${wanted.name} and id <> ${groupId}::uuid`);
    if (other) throw taken(wanted.name);
    await db.query(sql`
      update robot_groups set name = ${wanted.name}, description = ${wanted.description} where id = ${groupId}::uuid`);
    if (wanted.robotIds) await setMembers(db, caller, groupId, wanted.robotIds);
    await note(db, caller, 'changed', groupId, requestId, wanted);
    return readGroup(db, caller, groupId);
  });
  tell(context, caller);
  return group;
}

/** Only a group that nothing names any more: its jobs would wait for ever. */
export async function deleteGroup(context: Context, caller: Caller, groupId: string, requestId: string): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const { name } = await readGroup(db, caller, groupId);
    const [used] = await db.query<{ what: string }>(sql`
      select case
        when exists (select from jobs j where j.workspace_id = ${caller.workspaceId}::uuid and j.state in ('pending', 'waiting')
          and j.target_group_id = ${groupId}::uuid) then 'jobs that are pending'
        when exists (select from workflow_routing d where d.target_group_id = ${groupId}::uuid) then 'the routing of a workflow'
        when exists (select from robot_reservations s where s.group_id = ${groupId}::uuid and s.ends_at > clock_timestamp())
          then 'a reservation' end as what`);
    if (used?.what) throw new AppError('CONFLICT', `"${name}" is named by ${used.what}. Change that first.`);
    await db.query(sql`delete from robot_reservations where group_id = ${groupId}::uuid`);
    await setMembers(db, caller, groupId, []);
    await db.query(sql`delete from robot_groups where id = ${groupId}::uuid`);
    await note(db, caller, 'deleted', groupId, requestId, { name });
  });
  tell(context, caller);
}

async function setMembers(db: Db, caller: Caller, groupId: string, robotIds: readonly string[]): Promise<void> {
  const rows = await db.query<{ id: string }>(sql`
    select id from robots
    where id = any(${robotIds}::uuid[]) and workspace_id = ${caller.workspaceId}::uuid and removed_at is null`);
  const missing = robotIds.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw new AppError('NOT_FOUND', `There is no robot ${missing}.`);
  await db.query(sql`
    update robots set group_ids = case when id = any(${robotIds}::uuid[]) then array_append(group_ids, ${groupId}::uuid)
      else array_remove(group_ids, ${groupId}::uuid) end
    where workspace_id = ${caller.workspaceId}::uuid
      and (id = any(${robotIds}::uuid[])) <> (${groupId}::uuid = any(group_ids))`);
}

async function note(
  db: Db,
  caller: Caller,
  what: 'created' | 'changed' | 'deleted',
  subjectId: string,
  requestId: string,
  details: object,
): Promise<void> {
  await db.query(sql`
    insert into events (workspace_id, type, subject_id)
    values (${caller.workspaceId}::uuid, ${`robot_group.${what}`}, ${subjectId}::uuid)`);
  await writeAudit(db, caller, { action: `robot_group.${what}`, subjectId, requestId, details: { ...details } });
}

export function tell(context: Context, caller: Caller): void {
  context.signals.send({ kind: 'events' });
  // Robots may take other jobs now.
  context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 100 });
}

function taken(name: string): AppError {
  return new AppError('CONFLICT', `There is a robot group "${name}" already. Choose another name.`);
}

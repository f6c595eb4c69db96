import { AppError, type Person, type personListQuerySchema, type Role, ROLE_SCOPES } from '@casare/shared';
import type { z } from 'zod';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import { type Caller, refuseMore } from '../keys/caller.ts';
import { liveSession } from './session-callers.ts';
import { endSessions } from './sessions.ts';

interface PersonRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  super: boolean;
  totp: boolean;
  created_at: Date;
  sessions: number;
  last_seen_at: Date | null;
}

const personColumns = sql`p.id, p.email, p.name, m.role, p.super, p.totp_since is not null as totp, p.created_at,
  (select count(*)::int from sessions s where s.person_id = p.id and ${liveSession}) as sessions,
  (select max(s.last_used_at) from sessions s where s.person_id = p.id) as last_seen_at`;

function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    super: row.super,
    totp: row.totp,
    createdAt: row.created_at.toISOString(),
    sessions: row.sessions,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
  };
}

export async function listPeople(db: Db, caller: Caller, query: z.output<typeof personListQuerySchema>) {
  const search = query.search ?? null;
  const rows = await db.query<PersonRow>(sql`
    select ${personColumns} from memberships m join people p on p.id = m.person_id
    where m.workspace_id = ${caller.workspaceId}::uuid
      and (${cursorOf(query.cursor)}::uuid is null or p.id < ${cursorOf(query.cursor)}::uuid)
      and (${search}::text is null or strpos(lower(p.email || ' ' || p.name), lower(${search}::text)) > 0)
    order by p.id desc limit ${query.limit + 1}::int`);
  return pageOfRows(rows, query.limit, toPerson);
}

export async function getPerson(db: Db, caller: Caller, personId: string): Promise<Person> {
  const [row] = await db.query<PersonRow>(sql`
    select ${personColumns} from memberships m join people p on p.id = m.person_id
    where m.workspace_id = ${caller.workspaceId}::uuid and p.id = ${personId}::uuid`);
  if (!row) throw noPerson();
  return toPerson(row);
}

export async function setRole(
  db: Db,
  caller: Caller,
  personId: string,
  role: Role,
  requestId: string,
): Promise<Person> {
  refuseMore(caller, ROLE_SCOPES[role], 'a role');
  const before = await lockMember(db, caller, personId);
  if (before === 'admin' && role !== 'admin') await keepAnAdmin(db, caller, personId);
  await db.query(sql`
    update memberships set role = ${role} where workspace_id = ${caller.workspaceId}::uuid and person_id = ${personId}::uuid`);
  await noteChange(db, caller, 'person.changed', personId);
  await writeAudit(db, caller, {
    action: 'person.role',
    subjectId: personId,
    requestId,
    details: { before, after: role },
  });
  return getPerson(db, caller, personId);
}

/** Out of this workspace; with the last one the sessions end, as there is nothing left to be in. */
export async function removeMember(db: Db, caller: Caller, personId: string, requestId: string): Promise<void> {
  const role = await lockMember(db, caller, personId);
  if (role === 'admin') await keepAnAdmin(db, caller, personId);
  await db.query(sql`
    delete from memberships where workspace_id = ${caller.workspaceId}::uuid and person_id = ${personId}::uuid`);
  const left = await db.query(sql`select workspace_id from memberships where person_id = ${personId}::uuid limit 1`);
  if (left.length === 0) await endSessions(db, { personId }, 'removed');
  await noteChange(db, caller, 'person.removed', personId);
  await writeAudit(db, caller, { action: 'person.remove', subjectId: personId, requestId, details: { role } });
}

/** Of a member: everywhere, as a session is not one of a workspace. */
export async function endSessionsOf(db: Db, caller: Caller, personId: string, requestId: string): Promise<number> {
  await lockMember(db, caller, personId);
  const ended = await endSessions(db, { personId }, 'ended');
  await writeAudit(db, caller, { action: 'person.sign-out', subjectId: personId, requestId, details: { ended } });
  return ended;
}

/** Who may decide about people is decided about one after the other, so that two cannot remove each other as the last. */
async function lockMember(db: Db, caller: Caller, personId: string): Promise<Role> {
  const members = await db.query<{ person_id: string; role: Role }>(sql`
    select person_id, role from memberships where workspace_id = ${caller.workspaceId}::uuid
      and (role = 'admin' or person_id = ${personId}::uuid)
    order by person_id for update`);
  const member = members.find(({ person_id }) => person_id === personId);
  if (!member) throw noPerson();
  if (member.role === 'admin') refuseMore(caller, ROLE_SCOPES.admin, 'somebody');
  return member.role;
}

async function keepAnAdmin(db: Db, caller: Caller, personId: string): Promise<void> {
  const others = await db.query(sql`
    select person_id from memberships where workspace_id = ${caller.workspaceId}::uuid and role = 'admin'
      and person_id <> ${personId}::uuid limit 1`);
  if (others.length > 0) return;
  throw new AppError('CONFLICT', 'This is the last admin of the workspace. Make somebody else an admin first.');
}

export async function noteChange(
  db: Db,
  caller: Pick<Caller, 'workspaceId'>,
  type: 'person.joined' | 'person.changed' | 'person.removed',
  personId: string,
): Promise<void> {
  await db.query(sql`
    insert into events (workspace_id, type, subject_id) values (${caller.workspaceId}::uuid, ${type}, ${personId}::uuid)`);
}

function noPerson(): AppError {
  return new AppError('NOT_FOUND', 'There is nobody with this id in the workspace.');
}

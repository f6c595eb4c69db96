import { AppError, type changeWorkspaceSchema, type pageQuerySchema, type WorkspaceResource } from '@casare/shared';
import type { z } from 'zod';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/caller.ts';
import { joinWorkspace } from '../people/invitations.ts';

interface WorkspaceRow {
  id: string;
  name: string;
  created_at: Date;
  disabled_at: Date | null;
}

const columns = sql`w.id, w.name, w.created_at, w.disabled_at`;

function toWorkspace(row: WorkspaceRow): WorkspaceResource {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
  };
}

/** Whom a workspace is shown to: its own keys, its members, and super admins; never everybody in the tenant. */
const visibleTo = (
  caller: Caller,
) => sql`(w.id = ${caller.workspaceId}::uuid or ${caller.person?.super ?? false}::boolean
  or exists (select from memberships m where m.workspace_id = w.id and m.person_id = ${caller.person?.id ?? null}::uuid))`;

export async function listWorkspaces(db: Db, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await db.query<WorkspaceRow>(sql`
    select ${columns} from workspaces w
    where ${visibleTo(caller)} and (${cursorOf(query.cursor)}::uuid is null or w.id < ${cursorOf(query.cursor)}::uuid)
    order by w.id desc limit ${query.limit + 1}::int`);
  return pageOfRows(rows, query.limit, toWorkspace);
}

/** Whoever makes a workspace is its first admin. A key has nobody to put there, so it makes none. */
export async function addWorkspace(
  db: Db,
  caller: Caller,
  name: string,
  requestId: string,
): Promise<WorkspaceResource> {
  if (!caller.person)
    throw new AppError('FORBIDDEN', 'A workspace needs its first admin: sign in as a person to make one.');
  const [row] = await db.query<WorkspaceRow>(sql`
    with w as (insert into workspaces (name) values (${name}) returning *), noted as (
      insert into events (workspace_id, type, subject_id) select id, 'workspace.created', id from w)
    select ${columns} from w`);
  if (!row) throw new TypeError('an insert returns its row');
  if (caller.person.tenantId === caller.tenantId) await joinWorkspace(db, row.id, caller.person.id, 'admin');
  await writeAudit(db, caller, { action: 'workspace.create', subjectId: row.id, requestId, details: { name } });
  return toWorkspace(row);
}

export async function changeWorkspace(
  db: Db,
  caller: Caller,
  workspaceId: string,
  change: z.output<typeof changeWorkspaceSchema>,
  requestId: string,
): Promise<WorkspaceResource> {
  await requireAdminOf(db, caller, workspaceId);
  const { name = null, disabled = null } = change;
  if (disabled === true && workspaceId === caller.workspaceId)
    throw new AppError('CONFLICT', 'You are in this workspace. Go to another one to disable it.');
  const [row] = await db.query<WorkspaceRow>(sql`
    with w as (
      update workspaces set name = coalesce(${name}, name),
        disabled_at = case ${disabled}::boolean when true then coalesce(disabled_at, clock_timestamp()) when false then null else disabled_at end
      where id = ${workspaceId}::uuid returning *
    ), noted as (insert into events (workspace_id, type, subject_id) select id, 'workspace.changed', id from w)
    select ${columns} from w`);
  if (!row) throw noWorkspace();
  await writeAudit(db, caller, { action: 'workspace.change', subjectId: workspaceId, requestId, details: change });
  return toWorkspace(row);
}

/** A role counts in its own workspace: who is admin here may be a viewer there. */
async function requireAdminOf(db: Db, caller: Caller, workspaceId: string): Promise<void> {
  const [known] = await db.query<{ role: string | null }>(sql`
    select m.role from workspaces w
      left join memberships m on m.workspace_id = w.id and m.person_id = ${caller.person?.id ?? null}::uuid
    where w.id = ${workspaceId}::uuid and ${visibleTo(caller)}`);
  if (!known) throw noWorkspace();
  if (workspaceId === caller.workspaceId || caller.person?.super || known.role === 'admin') return;
  throw new AppError('FORBIDDEN', 'Only an admin of that workspace can change it.');
}

function noWorkspace(): AppError {
  return new AppError('NOT_FOUND', 'There is no workspace with this id.');
}

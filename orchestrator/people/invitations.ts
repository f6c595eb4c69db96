import { randomBytes } from 'node:crypto';
import {
  type acceptInvitationSchema,
  AppError,
  type Invitation,
  type inviteSchema,
  newPasswordSchema,
  type pageQuerySchema,
  type Role,
  ROLE_SCOPES,
  type SessionTokens,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import { type Caller, refuseMore } from '../keys/caller.ts';
import { noteChange } from './members.ts';
import { type Client, hashToken, startSession, tokensOf } from './sessions.ts';
import { beginAttempt, requireSecondFactor, wrongPassword } from './sign-in.ts';

interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  created_by: string;
  created_at: Date;
  expires_at: Date;
}

const open = sql`accepted_at is null and revoked_at is null`;
const columns = sql`id, email, role, created_by, created_at, expires_at`;

function toInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

/** The token is in the answer and nowhere else; an invitation that waits for the same address is void from now on. */
export async function invite(
  db: Db,
  caller: Caller,
  wanted: z.output<typeof inviteSchema>,
  requestId: string,
): Promise<{ invitation: Invitation; token: string }> {
  refuseMore(caller, ROLE_SCOPES[wanted.role], 'a role');
  const members = await db.query(sql`
    select m.person_id from memberships m join people p on p.id = m.person_id
    where m.workspace_id = ${caller.workspaceId}::uuid and p.email = ${wanted.email}`);
  if (members.length > 0) throw new AppError('CONFLICT', `${wanted.email} is in this workspace already.`);
  await db.query(sql`
    update invitations set revoked_at = clock_timestamp()
    where workspace_id = ${caller.workspaceId}::uuid and email = ${wanted.email} and ${open}`);
  const token = `inv_${randomBytes(32).toString('base64url')}`;
  const [row] = await db.query<InvitationRow>(sql`
    insert into invitations (workspace_id, email, role, hash, created_by, expires_at)
    values (${caller.workspaceId}::uuid, ${wanted.email}, ${wanted.role}, ${hashToken(token)}, ${caller.keyName},
      clock_timestamp() + make_interval(days => ${wanted.expiresInDays}::int))
    on conflict do nothing returning ${columns}`);
  if (!row)
    throw new AppError('CONFLICT', 'Somebody else invites this person at this moment. Try again.', { retryable: true });
  await writeAudit(db, caller, {
    action: 'person.invite',
    subjectId: row.id,
    requestId,
    details: { email: wanted.email, role: wanted.role },
  });
  return { invitation: toInvitation(row), token };
}

export async function listInvitations(db: Db, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await db.query<InvitationRow>(sql`
    select ${columns} from invitations
    where workspace_id = ${caller.workspaceId}::uuid and ${open} and expires_at > clock_timestamp()
      and (${cursorOf(query.cursor)}::uuid is null or id < ${cursorOf(query.cursor)}::uuid)
    order by id desc limit ${query.limit + 1}::int`);
  return pageOfRows(rows, query.limit, toInvitation);
}

export async function revokeInvitation(db: Db, caller: Caller, id: string, requestId: string): Promise<void> {
  const [row] = await db.query<{ email: string }>(sql`
    update invitations set revoked_at = coalesce(revoked_at, clock_timestamp())
    where id = ${id}::uuid and workspace_id = ${caller.workspaceId}::uuid and accepted_at is null returning email`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no open invitation with this id.');
  await writeAudit(db, caller, { action: 'person.uninvite', subjectId: id, requestId, details: { email: row.email } });
}

interface OpenInvitation {
  tenant_id: string;
  workspace_id: string;
  id: string;
  email: string;
  role: Role;
}

/** The invited person comes in: as somebody new, or with the password they have in the tenant. */
export async function acceptInvitation(
  context: Context,
  wanted: z.output<typeof acceptInvitationSchema>,
  client: Client,
): Promise<SessionTokens> {
  const attempt = await context.attempts.begin(client.address, `invitation ${client.address}`, async () => false);
  const [invitation] = await oneAcrossTenants<OpenInvitation>(
    context.database.system,
    sql`
      select i.tenant_id, i.workspace_id, i.id, i.email, i.role
      from invitations i
        join tenants t on t.id = i.tenant_id
        join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id
      where i.hash = ${hashToken(wanted.token)} and ${open} and i.expires_at > clock_timestamp()
        and t.disabled_at is null and w.disabled_at is null`,
  );
  if (!invitation) throw notInvited();
  attempt.succeeded();
  const known = await knownPerson(context, invitation);
  const password = known ? undefined : await newPassword(context, wanted.password);
  const ofAccount = known && (await beginAttempt(context, invitation.email, client));
  if (known && !(await context.passwords.verify(wanted.password, known.password))) throw wrongPassword();
  const done = await inTenant(context.database.pool, invitation.tenant_id, async (db) => {
    // Good once: of two who come with it the second finds it used.
    const taken = await db.query(sql`
      update invitations set accepted_at = clock_timestamp() where id = ${invitation.id}::uuid and ${open} returning id`);
    if (taken.length === 0) throw notInvited();
    if (known && ofAccount) await requireSecondFactor(db, known.id, wanted.code, ofAccount);
    const person = known ?? (await addPerson(db, invitation.email, wanted.name, password ?? ''));
    await joinWorkspace(db, invitation.workspace_id, person.id, invitation.role);
    await db.query(sql`
      insert into audit_log (workspace_id, actor, action, subject_id, details, address)
      values (${invitation.workspace_id}::uuid, ${`${person.name} (${invitation.email})`}, 'person.join', ${person.id}::uuid,
        ${JSON.stringify({ role: invitation.role })}::jsonb, ${client.address})`);
    return { session: await startSession(db, person.id, client), person };
  });
  ofAccount?.succeeded();
  context.signals.send({ kind: 'keys' });
  context.signals.send({ kind: 'events' });
  return tokensOf(context, done.session, {
    tenantId: invitation.tenant_id,
    personId: done.person.id,
    email: invitation.email,
    name: done.person.name,
  });
}

async function knownPerson({ database }: Context, { tenant_id, email }: OpenInvitation) {
  const [person] = await oneAcrossTenants<{ id: string; name: string; password: string }>(
    database.system,
    sql`select id, name, password from people where tenant_id = ${tenant_id}::uuid and email = ${email}`,
  );
  return person;
}

/** Rules for new passwords, and the hash: outside of any transaction, as it takes its time. */
export function newPassword(context: Context, password: string): Promise<string> {
  const checked = newPasswordSchema.safeParse(password);
  if (!checked.success) {
    const message = checked.error.issues[0]?.message ?? 'another one is needed';
    throw new AppError('VALIDATION', `This password is not good enough: ${message}.`, {
      details: { issues: [{ path: 'body.password', message }] },
    });
  }
  return context.passwords.hash(password);
}

export async function addPerson(
  db: Db,
  email: string,
  name: string,
  password: string,
  isSuper = false,
): Promise<{ id: string; name: string }> {
  const [person] = await db.query<{ id: string; name: string }>(sql`
    insert into people (email, name, password, super) values (${email}, ${name}, ${password}, ${isSuper})
    on conflict do nothing returning id, name`);
  if (!person)
    throw new AppError('CONFLICT', 'Somebody with this address has just come in. Accept again.', { retryable: true });
  return person;
}

export async function joinWorkspace(db: Db, workspaceId: string, personId: string, role: Role): Promise<void> {
  await db.query(sql`
    insert into memberships (workspace_id, person_id, role) values (${workspaceId}::uuid, ${personId}::uuid, ${role})
    on conflict (tenant_id, workspace_id, person_id) do update set role = excluded.role`);
  await noteChange(db, { workspaceId }, 'person.joined', personId);
}

function notInvited(): AppError {
  return new AppError('SIGN_IN_REFUSED', 'This invitation was used or taken back, or has expired. Ask for another.');
}

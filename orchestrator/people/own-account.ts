import { AppError, type Me } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/caller.ts';
import { newPassword } from './invitations.ts';
import { personOf } from './session-callers.ts';
import { endSessions } from './sessions.ts';
import { beginAttempt, wrongPassword } from './sign-in.ts';

interface WorkspaceRow {
  id: string;
  name: string;
  tenant_id: string;
  tenant_name: string;
  role: Me['role'];
}

const maxWorkspaces = 200;

export async function describeCaller(context: Context, caller: Caller): Promise<Me> {
  const { person } = caller;
  const { system } = context.database;
  // The own workspace comes first, so that it is among those shown however many there are.
  const workspaces = await oneAcrossTenants<WorkspaceRow>(
    system,
    sql`
      select w.id, w.name, w.tenant_id, t.name as tenant_name, m.role
      from workspaces w
        join tenants t on t.id = w.tenant_id
        left join memberships m on m.tenant_id = w.tenant_id and m.workspace_id = w.id and m.person_id = ${person?.id ?? null}::uuid
      where w.id = ${caller.workspaceId}::uuid
        or (w.disabled_at is null and t.disabled_at is null and (m.role is not null or ${person?.super ?? false}))
      order by (w.id = ${caller.workspaceId}::uuid) desc, t.name, w.name, w.id limit ${maxWorkspaces}::int`,
  );
  const [here] = workspaces;
  return {
    tenantId: caller.tenantId,
    tenantName: here?.tenant_name ?? '',
    workspaceId: caller.workspaceId,
    workspaceName: here?.name ?? '',
    keyId: caller.credentialId,
    keyKind: caller.keyKind,
    name: caller.keyName,
    scopes: [...caller.scopes],
    person: person ? await describePerson(context, person) : null,
    role: person?.role ?? null,
    workspaces: workspaces.map((row) => ({
      id: row.id,
      name: row.name,
      tenantId: row.tenant_id,
      tenantName: row.tenant_name,
      role: row.role,
    })),
    version: context.version,
  };
}

async function describePerson({ database }: Context, { id, tenantId }: NonNullable<Caller['person']>) {
  const [row] = await oneAcrossTenants<NonNullable<Me['person']>>(
    database.system,
    sql`
      select id, email, name, super, totp_since is not null as totp from people
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`,
  );
  return row ?? null;
}

/** With the password once more: an open page is no proof of who sits there. Counts like a sign-in. */
export async function provePassword(
  context: Context,
  caller: Caller,
  password: string,
  address: string,
  prove?: (db: Db) => Promise<boolean>,
): Promise<void> {
  const { id, tenantId } = personOf(caller);
  const [row] = await oneAcrossTenants<{ password: string }>(
    context.database.system,
    sql`select password from people where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`,
  );
  const attempt = await beginAttempt(context, caller.keyDisplay, { address, userAgent: undefined });
  const isRight =
    (await context.passwords.verify(password, row?.password)) &&
    (!prove || (await inTenant(context.database.pool, tenantId, prove)));
  // Not a 401: the session is good, and a client must not take it for over.
  if (!isRight) throw new AppError('FORBIDDEN', wrongPassword().message);
  attempt.succeeded();
}

/** Every other session of the person ends: whoever knew the old password is out. */
export async function changePassword(
  context: Context,
  caller: Caller,
  change: { current: string; next: string },
  request: { readonly id: string; readonly ip: string },
): Promise<void> {
  const { id, tenantId } = personOf(caller);
  await provePassword(context, caller, change.current, request.ip);
  const hash = await newPassword(context, change.next);
  await inTenant(context.database.pool, tenantId, async (db) => {
    await db.query(sql`update people set password = ${hash} where id = ${id}::uuid`);
    await endSessions(db, { personId: id, but: caller.credentialId }, 'password');
    await auditOwn(db, caller, 'person.password', request.id);
  });
  context.signals.send({ kind: 'keys' });
}

/** What people do about themselves stands with the tenant they belong to, in whatever workspace they are just now. */
export async function auditOwn(db: Db, caller: Caller, action: string, requestId: string): Promise<void> {
  const { id } = personOf(caller);
  const [own] = await db.query<{ workspace_id: string }>(sql`
    select workspace_id from memberships where person_id = ${id}::uuid
    order by workspace_id = ${caller.workspaceId}::uuid desc, created_at limit 1`);
  if (own) await writeAudit(db, { ...caller, workspaceId: own.workspace_id }, { action, subjectId: id, requestId });
}

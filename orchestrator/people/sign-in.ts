import { AppError, type SessionTokens, type signInSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneAcrossTenants } from '../db/transaction.ts';
import type { Attempt } from './attempt-limit.ts';
import { passSecondFactor } from './second-factor.ts';
import { type Client, type SignedIn, startSession, tokensOf } from './sessions.ts';

interface Candidate {
  tenant_id: string;
  id: string;
  email: string;
  name: string;
  password: string;
}

// One address in more tenants than this has to name the tenant.
const maxTenants = 3;

/** E-mail and password, and a code where one is set, for the tokens of a new session. */
export async function signIn(
  context: Context,
  wanted: z.output<typeof signInSchema>,
  client: Client,
  requestId: string,
): Promise<SessionTokens> {
  const attempt = await beginAttempt(context, wanted.email, client);
  const person = await findByPassword(context, wanted);
  if (!person) throw wrongPassword();
  const session = await inTenant(context.database.pool, person.tenantId, async (db) => {
    await requireSecondFactor(db, person.personId, wanted.code, attempt);
    const started = await startSession(db, person.personId, client);
    await noteSignIn(db, person, requestId, client);
    return started;
  });
  attempt.succeeded();
  return tokensOf(context, session, person);
}

export function beginAttempt(context: Context, email: string, client: Client): Promise<Attempt> {
  return context.attempts.begin(client.address, email, () => hasBeenAt(context, email, client.address));
}

/** A missing code is no attempt: the client could not know that one is needed. */
export async function requireSecondFactor(
  db: Db,
  personId: string,
  code: string | undefined,
  attempt: Attempt,
): Promise<void> {
  const passed = await passSecondFactor(db, personId, code);
  if (passed === 'passed') return;
  if (passed === 'wrong') throw wrongPassword();
  attempt.succeeded();
  throw new AppError('SECOND_FACTOR_NEEDED', 'Send the code of your app, or one of your recovery codes, as "code".');
}

async function findByPassword(context: Context, wanted: z.output<typeof signInSchema>): Promise<SignedIn | undefined> {
  const candidates = await oneAcrossTenants<Candidate>(
    context.database.system,
    sql`
      select p.tenant_id, p.id, p.email, p.name, p.password from people p join tenants t on t.id = p.tenant_id
      where p.email = ${wanted.email} and p.disabled_at is null and t.disabled_at is null
        and (${wanted.tenantId ?? null}::uuid is null or p.tenant_id = ${wanted.tenantId ?? null}::uuid)
      order by p.created_at limit ${maxTenants}::int`,
  );
  // A password is compared in any case, so that nobody learns who is known here.
  if (candidates.length === 0) await context.passwords.verify(wanted.password, undefined);
  for (const { tenant_id, id, email, name, password } of candidates)
    if (await context.passwords.verify(wanted.password, password))
      return { tenantId: tenant_id, personId: id, email, name };
  return undefined;
}

/** Whether the person has been signed in from there before. */
async function hasBeenAt(context: Context, email: string, address: string): Promise<boolean> {
  const rows = await oneAcrossTenants(
    context.database.system,
    sql`
      select s.id from sessions s join people p on p.tenant_id = s.tenant_id and p.id = s.person_id
      where p.email = ${email} and s.address = ${address} limit 1`,
  );
  return rows.length > 0;
}

async function noteSignIn(db: Db, person: SignedIn, requestId: string, client: Client): Promise<void> {
  await db.query(sql`
    insert into audit_log (workspace_id, actor, action, subject_id, request_id, address)
    select m.workspace_id, ${`${person.name} (${person.email})`}, 'session.start', ${person.personId}::uuid, ${requestId}, ${client.address}
    from memberships m where m.person_id = ${person.personId}::uuid order by m.created_at limit 1`);
}

export function wrongPassword(): AppError {
  return new AppError('SIGN_IN_REFUSED', 'E-mail, password or code is wrong, or the account is not there any more.');
}

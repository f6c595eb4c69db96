import { randomBytes } from 'node:crypto';
import { AppError, type SessionTokens, type setupSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants, inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { ensureWorkspace } from '../keys/first-keys.ts';
import { addPerson, joinWorkspace } from '../people/invitations.ts';
import { type Client, hashToken, startSession, tokensOf } from '../people/sessions.ts';

const setupLock = 7_268_005;

const neededNow = sql`
      select not exists (select from people) and not exists (
        select from api_keys where kind = 'admin' and revoked_at is null
          and least(expires_at, ends_at) > clock_timestamp()) as needed`;

/** Whether nobody can come in: there are no people, and no key that can administer anything. */
export async function isSetupNeeded({ system }: Database): Promise<boolean> {
  const [found] = await oneAcrossTenants<{ needed: boolean }>(system, neededNow);
  return found?.needed ?? false;
}

/** A token for the first person, where nobody can come in; those of earlier starts are void. */
export async function makeSetupToken(database: Database): Promise<string | undefined> {
  if (!(await isSetupNeeded(database))) return undefined;
  const token = `set_${randomBytes(32).toString('base64url')}`;
  await acrossTenants(database.system, async (db) => {
    // An instance beside this one may have shown its own a moment ago; that one stays good.
    await db.query(sql`delete from setup_tokens where created_at < clock_timestamp() - interval '1 minute'`);
    await db.query(sql`insert into setup_tokens (hash) values (${hashToken(token)})`);
  });
  return token;
}

/** The first person: admin of the first workspace, and super admin. */
export async function setUp(
  context: Context,
  wanted: z.output<typeof setupSchema>,
  client: Client,
  requestId: string,
): Promise<SessionTokens> {
  const attempt = await context.attempts.begin(client.address, 'setup', async () => false);
  const { database } = context;
  const isGood = sql`select 1 from setup_tokens where hash = ${hashToken(wanted.token)}`;
  if ((await oneAcrossTenants(database.system, isGood)).length === 0) throw refused();
  attempt.succeeded();
  const password = await context.passwords.hash(wanted.password);
  const workspace = await ensureWorkspace(database);
  const done = await acrossTenants(database.system, async (system) => {
    // Two with the token at the same time make one person.
    await system.query(sql`select pg_advisory_xact_lock(${setupLock}::bigint)`);
    const [state] = await system.query<{ needed: boolean }>(neededNow);
    if (!state?.needed || (await system.query(isGood)).length === 0) throw refused();
    const made = await inTenant(database.pool, workspace.tenantId, async (db) => {
      const person = await addPerson(db, wanted.email, wanted.name, password, true);
      await joinWorkspace(db, workspace.workspaceId, person.id, 'admin');
      await db.query(sql`
        insert into audit_log (workspace_id, actor, action, subject_id, request_id, address)
        values (${workspace.workspaceId}::uuid, ${`${wanted.name} (${wanted.email})`}, 'setup', ${person.id}::uuid, ${requestId}, ${client.address})`);
      return { person, session: await startSession(db, person.id, client) };
    });
    await system.query(sql`delete from setup_tokens`);
    return made;
  });
  context.signals.send({ kind: 'events' });
  return tokensOf(context, done.session, {
    tenantId: workspace.tenantId,
    personId: done.person.id,
    email: wanted.email,
    name: wanted.name,
  });
}

function refused(): AppError {
  return new AppError(
    'SIGN_IN_REFUSED',
    'This setup token is not good, or the setup is done. The token of an empty installation stands on its console and in the file setup-token; a restart makes a new one.',
  );
}

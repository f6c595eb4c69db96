import { createHash, randomBytes } from 'node:crypto';
import { AppError, type Session, type SessionTokens } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { liveSession } from './session-callers.ts';

const sessionDays = 30;

export interface Client {
  readonly address: string;
  readonly userAgent: string | undefined;
}

export interface SignedIn {
  readonly tenantId: string;
  readonly personId: string;
  readonly email: string;
  readonly name: string;
}

interface NewSession {
  readonly id: string;
  readonly expiresAt: Date;
  readonly refreshToken: string;
}

/** In the transaction in which somebody has proved who they are. */
export async function startSession(db: Db, personId: string, client: Client): Promise<NewSession> {
  const [session] = await db.query<{ id: string; expires_at: Date }>(sql`
    insert into sessions (person_id, expires_at, address, user_agent, last_used_address)
    values (${personId}::uuid, clock_timestamp() + make_interval(days => ${sessionDays}::int), ${client.address},
      ${client.userAgent?.slice(0, 300) ?? null}, ${client.address})
    returning id, expires_at`);
  if (!session) throw new TypeError('an insert returns its row');
  return { id: session.id, expiresAt: session.expires_at, refreshToken: await addRefreshToken(db, session.id) };
}

export async function tokensOf(context: Context, session: NewSession, who: SignedIn): Promise<SessionTokens> {
  const { token, expiresAt } = await context.accessTokens.sign({ ...who, sessionId: session.id });
  return {
    accessToken: token,
    accessExpiresAt: expiresAt.toISOString(),
    refreshToken: session.refreshToken,
    sessionExpiresAt: session.expiresAt.toISOString(),
    person: { id: who.personId, email: who.email, name: who.name },
  };
}

async function addRefreshToken(db: Db, sessionId: string): Promise<string> {
  const token = `ort_${randomBytes(32).toString('base64url')}`;
  await db.query(sql`insert into refresh_tokens (hash, session_id) values (${hashToken(token)}, ${sessionId}::uuid)`);
  return token;
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

interface RefreshRow {
  tenant_id: string;
  person_id: string;
  session_id: string;
  expires_at: Date;
  email: string;
  name: string;
}

/**
 * New tokens for a refresh token, which is good once. One that comes again was stolen: nobody can tell whether the thief
 * came first or second, so the session ends for both.
 */
export async function refreshSession(context: Context, refreshToken: string): Promise<SessionTokens> {
  const hash = hashToken(refreshToken);
  const [known] = await oneAcrossTenants<RefreshRow>(
    context.database.system,
    sql`
      select s.tenant_id, s.person_id, s.id as session_id, s.expires_at, p.email, p.name
      from refresh_tokens r
        join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
        join people p on p.tenant_id = s.tenant_id and p.id = s.person_id
        join tenants t on t.id = s.tenant_id
      where r.hash = ${hash} and ${liveSession} and p.disabled_at is null and t.disabled_at is null`,
  );
  if (!known) throw sessionOver();
  const who = { tenantId: known.tenant_id, personId: known.person_id, email: known.email, name: known.name };
  const next = await inTenant(context.database.pool, known.tenant_id, async (db) => {
    const used = await db.query(sql`
      update refresh_tokens set used_at = clock_timestamp() where hash = ${hash} and used_at is null returning hash`);
    if (used.length === 0) {
      await endSessions(db, { sessionId: known.session_id }, 'reuse');
      await db.query(sql`
        insert into audit_log (workspace_id, actor, action, subject_id, details)
        select m.workspace_id, ${`${known.name} (${known.email})`}, 'session.reuse', ${known.session_id}::uuid, '{}'
        from memberships m where m.person_id = ${known.person_id}::uuid order by m.created_at limit 1`);
      return undefined;
    }
    return {
      id: known.session_id,
      expiresAt: known.expires_at,
      refreshToken: await addRefreshToken(db, known.session_id),
    };
  });
  if (next) return tokensOf(context, next, who);
  context.signals.send({ kind: 'keys' });
  context.log.warn({ sessionId: known.session_id }, 'a refresh token came twice; its session was ended');
  throw sessionOver();
}

type Ended = 'signed-out' | 'ended' | 'password' | 'reuse' | 'removed';
type Which = { readonly sessionId: string } | { readonly personId: string; readonly but?: string | undefined };

/** Tell the instances with the signal `keys` after the commit. Returns how many were alive. */
export async function endSessions(db: Db, which: Which, because: Ended): Promise<number> {
  const sessionId = 'sessionId' in which ? which.sessionId : null;
  const [personId, but] = 'personId' in which ? [which.personId, which.but ?? null] : [null, null];
  const ended = await db.query(sql`
    update sessions set ended_at = clock_timestamp(), ended_because = ${because}
    where ended_at is null and (id = ${sessionId}::uuid or person_id = ${personId}::uuid)
      and (${but}::uuid is null or id <> ${but}::uuid)
    returning id`);
  return ended.length;
}

interface SessionRow {
  id: string;
  created_at: Date;
  expires_at: Date;
  address: string | null;
  user_agent: string | null;
  last_used_at: Date;
  last_used_address: string | null;
}

export async function listSessions(db: Db, personId: string, current: string): Promise<Session[]> {
  const rows = await db.query<SessionRow>(sql`
    select s.id, s.created_at, s.expires_at, s.address, s.user_agent, s.last_used_at, s.last_used_address
    from sessions s where s.person_id = ${personId}::uuid and ${liveSession} order by s.id desc limit 200`);
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    address: row.address,
    userAgent: row.user_agent,
    lastUsedAt: row.last_used_at.toISOString(),
    lastUsedAddress: row.last_used_address,
    current: row.id === current,
  }));
}

function sessionOver(): AppError {
  return new AppError('UNAUTHENTICATED', 'This session is over. Sign in again.');
}

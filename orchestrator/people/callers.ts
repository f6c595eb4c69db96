import { AppError, idSchema } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { type Caller, type Callers, unauthenticated } from '../keys/caller.ts';
import { callerCacheMs } from '../keys/verify.ts';
import { type AccessTokens, looksLikeToken } from './access-tokens.ts';
import { callersOfSessions } from './session-callers.ts';

interface Known {
  readonly caller: Promise<Caller | undefined>;
  readonly until: number;
}

const maxCached = 10_000;

/** Keys and access tokens alike: what a request shows, whoever sends it. */
export function createCallers(
  database: Database,
  keys: Callers,
  tokens: AccessTokens,
  now: () => number = () => performance.now(),
): Callers {
  const known = new Map<string, Known>();

  function seated(sessionId: string, workspaceId: string | undefined, address: string): Promise<Caller | undefined> {
    const name = `${sessionId} ${workspaceId ?? ''}`;
    const entry = known.get(name);
    if (entry && entry.until > now()) return entry.caller;
    const caller = lookUp(database, sessionId, workspaceId, address);
    if (known.size >= maxCached) known.clear();
    known.set(name, { caller, until: now() + callerCacheMs });
    caller.catch(() => known.delete(name));
    return caller;
  }

  return {
    async verify(token, address, workspaceId) {
      if (workspaceId !== undefined && !idSchema.safeParse(workspaceId).success) throw noWorkspace();
      if (token === undefined || !looksLikeToken(token)) {
        const caller = await keys.verify(token, address);
        if (workspaceId !== undefined && workspaceId !== caller.workspaceId) throw noWorkspace();
        return caller;
      }
      // A signature cannot be guessed, and tokens run out every few minutes: neither counts as a failure to sign in.
      const claims = await tokens.read(token);
      const caller = claims && (await seated(claims.sessionId, workspaceId, address));
      if (caller?.person && caller.person.id === claims?.personId && caller.person.tenantId === claims.tenantId)
        return caller;
      if (claims && workspaceId !== undefined && (await seated(claims.sessionId, undefined, address)))
        throw noWorkspace();
      throw unauthenticated();
    },
    forget() {
      keys.forget();
      known.clear();
    },
  };
}

async function lookUp(database: Database, sessionId: string, workspaceId: string | undefined, address: string) {
  const [caller] = await callersOfSessions(database, [{ sessionId, workspaceId }]);
  if (caller) await noteUse(database, sessionId, address);
  return caller;
}

/** At most one write a minute and session. */
async function noteUse(database: Database, sessionId: string, address: string): Promise<void> {
  await oneAcrossTenants(
    database.system,
    sql`
      update sessions set last_used_at = clock_timestamp(), last_used_address = ${address}
      where id = ${sessionId}::uuid and last_used_at < clock_timestamp() - interval '1 minute'`,
  );
}

function noWorkspace(): AppError {
  return new AppError(
    'NOT_FOUND',
    'There is no workspace with this id. Send one of those that GET /me lists as X-Workspace.',
  );
}

import { createHash } from 'node:crypto';
import { type KeyKind, type Scope, SCOPES, WORKSPACE_SCOPES } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql, type Statement } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { type Caller, type Callers, unauthenticated } from './caller.ts';
import { hashesEqual, readKey } from './key-format.ts';

export type { Caller, Callers } from './caller.ts';

interface KeyRow {
  tenant_id: string;
  id: string;
  holder_id: string;
  workspace_id: string;
  kind: KeyKind;
  scopes: string[];
  name: string;
  display: string;
  secret_hash: Buffer;
}

interface Known {
  readonly caller: Promise<Caller>;
  readonly until: number;
}

// A revoked key must be refused within a second everywhere, also where the message about it was lost.
export const callerCacheMs = 900;
const maxCached = 10_000;
const allScopes: ReadonlySet<Scope> = new Set(WORKSPACE_SCOPES);
const noScopes: ReadonlySet<Scope> = new Set();

export function createKeyVerifier(database: Database, now: () => number = () => performance.now()): Callers {
  const known = new Map<string, Known>();

  return {
    verify(key, address) {
      if (key === undefined) return Promise.reject(unauthenticated());
      // Never the key itself as the name of an entry: a heap dump would show it.
      const name = createHash('sha256').update('cache').update(key).digest('base64');
      const entry = known.get(name);
      if (entry && entry.until > now()) return entry.caller;
      const caller = lookUp(database, key, address);
      if (known.size >= maxCached) known.clear();
      known.set(name, { caller, until: now() + callerCacheMs });
      caller.catch(() => known.delete(name));
      return caller;
    },
    forget: () => known.clear(),
  };
}

const keyColumns = sql`k.tenant_id, k.id, coalesce(k.holder_id, k.id) as holder_id, k.workspace_id, k.kind, k.scopes, k.name,
  k.display, k.secret_hash`;
const goodKeys = sql`
  from api_keys k
    join tenants t on t.id = k.tenant_id
    join workspaces w on w.tenant_id = k.tenant_id and w.id = k.workspace_id
  where k.revoked_at is null and least(k.expires_at, k.ends_at) > clock_timestamp() and t.disabled_at is null
    and w.disabled_at is null`;

async function lookUp(database: Database, key: string, address: string): Promise<Caller> {
  const presented = readKey(key);
  if (!presented) throw unauthenticated();
  const rows = await readKeys(database, sql`select ${keyColumns} ${goodKeys} and k.public_id = ${presented.publicId}`);
  // Compared with something in every case, so that an unknown id takes as long as a wrong secret.
  const row = rows.find((candidate) => hashesEqual(candidate.secret_hash, presented.hash));
  if (rows.length === 0) hashesEqual(presented.hash, presented.hash);
  if (!row || row.kind !== presented.kind) throw unauthenticated();
  await noteUse(database, row, address);
  return toCaller(row);
}

/** The callers behind keys that are still good; by what is known of them, not by what they show. */
export async function callersOfKeys(database: Database, keyIds: readonly string[]): Promise<Caller[]> {
  const rows = await readKeys(database, sql`select ${keyColumns} ${goodKeys} and k.id = any(${keyIds}::uuid[])`);
  return rows.map(toCaller);
}

function readKeys(database: Database, statement: Statement): Promise<KeyRow[]> {
  return oneAcrossTenants<KeyRow>(database.system, statement);
}

function toCaller(row: KeyRow): Caller {
  return {
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    keyId: row.holder_id,
    credentialId: row.id,
    keyKind: row.kind,
    keyName: row.name,
    keyDisplay: row.display,
    scopes: row.kind === 'admin' ? allScopes : row.kind === 'robot' ? noScopes : new Set(knownScopes(row.scopes)),
  };
}

/** A newer version may have written scopes this one does not know. */
export function knownScopes(scopes: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => scopes.includes(scope));
}

/** At most one write a minute and key. */
async function noteUse(database: Database, key: KeyRow, address: string): Promise<void> {
  await oneAcrossTenants(
    database.system,
    sql`
      update api_keys set last_used_at = clock_timestamp(), last_used_address = ${address}
      where tenant_id = ${key.tenant_id}::uuid and id = ${key.id}::uuid
        and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
  );
}

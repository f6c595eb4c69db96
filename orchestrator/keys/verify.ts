import { createHash } from 'node:crypto';
import { AppError, type KeyKind } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { hashesEqual, readKey } from './key-format.ts';

/** Who sent a request, as its key says. */
export interface Caller {
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly keyId: string;
  readonly keyKind: KeyKind;
  readonly keyName: string;
  readonly keyDisplay: string;
}

export interface KeyVerifier {
  /** Throws UNAUTHENTICATED, with the same words for every reason. */
  verify(key: string | undefined, address: string): Promise<Caller>;
  /** Ask the database again at the next use. */
  forget(): void;
}

interface KeyRow {
  tenant_id: string;
  id: string;
  workspace_id: string;
  kind: KeyKind;
  name: string;
  display: string;
  secret_hash: Buffer;
}

interface Known {
  readonly caller: Promise<Caller>;
  readonly until: number;
}

// A revoked key must be refused within a second everywhere, also where the message about it was lost.
const cacheMs = 900;
const maxCached = 10_000;

export function createKeyVerifier(database: Database, now: () => number = () => performance.now()): KeyVerifier {
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
      known.set(name, { caller, until: now() + cacheMs });
      caller.catch(() => known.delete(name));
      return caller;
    },
    forget: () => known.clear(),
  };
}

async function lookUp(database: Database, key: string, address: string): Promise<Caller> {
  const presented = readKey(key);
  if (!presented) throw unauthenticated();
  const rows = await oneAcrossTenants<KeyRow>(
    database.system,
    sql`
      select k.tenant_id, k.id, k.workspace_id, k.kind, k.name, k.display, k.secret_hash
      from api_keys k join tenants t on t.id = k.tenant_id
      where k.public_id = ${presented.publicId} and k.revoked_at is null and k.expires_at > clock_timestamp()
        and t.disabled_at is null`,
  );
  // Compared with something in every case, so that an unknown id takes as long as a wrong secret.
  const row = rows.find((candidate) => hashesEqual(candidate.secret_hash, presented.hash));
  if (rows.length === 0) hashesEqual(presented.hash, presented.hash);
  if (!row || row.kind !== presented.kind) throw unauthenticated();
  await noteUse(database, row, address);
  return {
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    keyId: row.id,
    keyKind: row.kind,
    keyName: row.name,
    keyDisplay: row.display,
  };
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

function unauthenticated(): AppError {
  return new AppError(
    'UNAUTHENTICATED',
    'A valid key is needed: send it as X-Api-Key or as "Authorization: Bearer". It may be missing, wrong, expired or revoked.',
  );
}

import {
  type ApiKey,
  AppError,
  type createKeySchema,
  ENDS_SOON_DAYS,
  type KeyKind,
  MOST_KEY_DAYS,
  type pageQuerySchema,
  type rotateKeySchema,
  UNUSED_KEY_DAYS,
  WORKSPACE_SCOPES,
} from '@casare/shared';
import type { z } from 'zod';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from './audit.ts';
import { type Caller, refuseMore } from './caller.ts';
import { makeKey } from './key-format.ts';
import { knownScopes } from './verify.ts';

export interface KeyRow {
  id: string;
  name: string;
  kind: KeyKind;
  scopes: string[];
  display: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  last_used_address: string | null;
  revoked_at: Date | null;
  rotated: boolean;
  ends_soon: boolean;
  unused: boolean;
}

const works = sql`revoked_at is null and least(expires_at, ends_at) > clock_timestamp()`;
export const keyColumns = sql`id, name, kind, scopes, display, created_at, least(expires_at, ends_at) as expires_at, last_used_at,
  last_used_address, revoked_at, ends_at is not null as rotated,
  (${works} and least(expires_at, ends_at) < clock_timestamp() + make_interval(days => ${ENDS_SOON_DAYS}::int)) as ends_soon,
  (${works} and coalesce(last_used_at, created_at) < clock_timestamp() - make_interval(days => ${UNUSED_KEY_DAYS}::int)) as unused`;

export function toKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    scopes: knownScopes(row.scopes),
    display: row.display,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedAddress: row.last_used_address,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    rotated: row.rotated,
    endsSoon: row.ends_soon,
    unused: row.unused,
  };
}

export interface MadeKey {
  readonly apiKey: ApiKey;
  /** It stands in the answer and nowhere else. */
  readonly key: string;
}

export function createKey(
  db: Db,
  workspaceId: string,
  createdBy: string,
  environment: string,
  wanted: z.output<typeof createKeySchema>,
): Promise<MadeKey> {
  if (wanted.kind === 'service' && !wanted.scopes)
    throw invalid('body.scopes', 'A service key names the scopes it has.');
  if (wanted.kind !== 'service' && wanted.scopes)
    throw invalid('body.scopes', `A key of the kind "${wanted.kind}" takes no scopes; make a service key.`);
  return insertKey(db, workspaceId, createdBy, environment, { ...wanted, scopes: wanted.scopes ?? [], holderId: null });
}

interface WantedKey {
  readonly name: string;
  readonly kind: KeyKind;
  readonly scopes: readonly string[];
  readonly expiresInDays?: number | undefined;
  readonly holderId: string | null;
}

async function insertKey(
  db: Db,
  workspaceId: string,
  createdBy: string,
  environment: string,
  wanted: WantedKey,
): Promise<MadeKey> {
  const most = MOST_KEY_DAYS[wanted.kind];
  const days = wanted.expiresInDays ?? most;
  if (days > most)
    throw invalid('body.expiresInDays', `A key of the kind "${wanted.kind}" ends after at most ${most} days.`);
  const made = makeKey(environment, wanted.kind);
  const [row] = await db.query<KeyRow>(sql`
    with k as (
      insert into api_keys (workspace_id, public_id, name, kind, scopes, holder_id, secret_hash, display, created_by, expires_at)
      values (${workspaceId}::uuid, ${made.publicId}, ${wanted.name}, ${wanted.kind}, ${wanted.scopes}::text[],
        ${wanted.holderId}::uuid, ${made.hash}, ${made.display}, ${createdBy}, clock_timestamp() + make_interval(days => ${days}::int))
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, case when holder_id is null then 'key.created' else 'key.rotated' end, id from k
    )
    select ${keyColumns} from k`);
  return { apiKey: toKey(row as KeyRow), key: made.key };
}

/** What a key of the kind may do; somebody who makes one needs all of it. */
export function refuseMoreThan(caller: Caller, wanted: Pick<WantedKey, 'kind'> & { scopes?: readonly string[] }): void {
  if (wanted.kind === 'admin') refuseMore(caller, WORKSPACE_SCOPES, 'a key');
  if (wanted.kind === 'service') refuseMore(caller, knownScopes(wanted.scopes ?? []), 'a key');
}

/** A new key in the place of one, which goes on working for the overlap and no longer. */
export async function rotateKey(
  db: Db,
  caller: Caller,
  keyId: string,
  environment: string,
  wanted: z.output<typeof rotateKeySchema>,
): Promise<MadeKey> {
  // Of two who rotate at the same time the second finds it done.
  const [old] = await db.query<{ name: string; kind: KeyKind; scopes: string[]; holder_id: string }>(sql`
    update api_keys set ends_at = clock_timestamp() + make_interval(mins => ${wanted.overlapMinutes}::int)
    where id = ${keyId}::uuid and workspace_id = ${caller.workspaceId}::uuid and ends_at is null and ${works}
    returning name, kind, scopes, coalesce(holder_id, id) as holder_id`);
  if (!old) {
    const known = await db.query(sql`
      select id from api_keys where id = ${keyId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
    if (known.length === 0) throw new AppError('NOT_FOUND', 'There is no key with this id.');
    throw new AppError(
      'CONFLICT',
      'This key was rotated or revoked, or has expired. Rotate the key that took its place.',
    );
  }
  const isOwn = caller.credentialId === keyId;
  if (!isOwn) refuseMoreThan(caller, old);
  const { expiresInDays } = wanted;
  return insertKey(db, caller.workspaceId, caller.keyName, environment, {
    name: old.name,
    kind: old.kind,
    scopes: old.scopes,
    expiresInDays,
    holderId: old.holder_id,
  });
}

export async function listKeys(db: Db, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await db.query<KeyRow>(sql`
    select ${keyColumns} from api_keys
    where workspace_id = ${caller.workspaceId}::uuid
      and (${cursorOf(query.cursor)}::uuid is null or id < ${cursorOf(query.cursor)}::uuid)
    order by id desc limit ${query.limit + 1}::int`);
  return pageOfRows(rows, query.limit, toKey);
}

export async function revokeKey(db: Db, caller: Caller, keyId: string, requestId: string): Promise<ApiKey> {
  const [row] = await db.query<KeyRow>(sql`
    with k as (
      update api_keys set revoked_at = coalesce(revoked_at, clock_timestamp())
      where id = ${keyId}::uuid and workspace_id = ${caller.workspaceId}::uuid returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'key.revoked', id from k
    )
    select ${keyColumns} from k`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no key with this id.');
  await writeAudit(db, caller, { action: 'key.revoke', subjectId: keyId, requestId, details: { name: row.name } });
  return toKey(row);
}

function invalid(path: string, message: string): AppError {
  return new AppError('VALIDATION', message, { details: { issues: [{ path, message }] } });
}

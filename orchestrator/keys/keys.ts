import { type ApiKey, AppError, type createKeySchema, type KeyKind, type pageQuerySchema } from '@casare/shared';
import type { z } from 'zod';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { cursorOf } from '../jobs/list.ts';
import { writeAudit } from './audit.ts';
import { makeKey } from './key-format.ts';
import type { Caller } from './verify.ts';

export interface KeyRow {
  id: string;
  name: string;
  kind: KeyKind;
  display: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export const keyColumns = sql`id, name, kind, display, created_at, expires_at, last_used_at, revoked_at`;
const maxDays: Record<KeyKind, number> = { robot: 365, admin: 90 };

export function toKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    display: row.display,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

/** The key stands in the answer and nowhere else. */
export async function createKey(
  db: Db,
  workspaceId: string,
  createdBy: string,
  environment: string,
  wanted: z.output<typeof createKeySchema>,
): Promise<{ apiKey: ApiKey; key: string }> {
  const days = wanted.expiresInDays ?? maxDays[wanted.kind];
  if (days > maxDays[wanted.kind])
    throw new AppError(
      'VALIDATION',
      `A key of the kind "${wanted.kind}" ends after at most ${maxDays[wanted.kind]} days.`,
      {
        details: { issues: [{ path: 'body.expiresInDays', message: `at most ${maxDays[wanted.kind]}` }] },
      },
    );
  const made = makeKey(environment, wanted.kind);
  const [row] = await db.query<KeyRow>(sql`
    with k as (
      insert into api_keys (workspace_id, public_id, name, kind, secret_hash, display, created_by, expires_at)
      values (${workspaceId}::uuid, ${made.publicId}, ${wanted.name}, ${wanted.kind}, ${made.hash}, ${made.display},
        ${createdBy}, now() + make_interval(days => ${days}::int))
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'key.created', id from k
    )
    select ${keyColumns} from k`);
  return { apiKey: toKey(row as KeyRow), key: made.key };
}

export async function listKeys(db: Db, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await db.query<KeyRow>(sql`
    select ${keyColumns} from api_keys
    where workspace_id = ${caller.workspaceId}::uuid
      and (${cursorOf(query.cursor)}::uuid is null or id < ${cursorOf(query.cursor)}::uuid)
    order by id desc limit ${query.limit + 1}::int`);
  const page = rows.slice(0, query.limit);
  return { items: page.map(toKey), nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
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

import { createHash } from 'node:crypto';
import { AppError } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

/**
 * Runs `create` once for an Idempotency-Key, within the transaction of what it creates; the same request again gets the
 * same reply, `body` being what makes it the same. Without the header it just runs.
 */
export async function once<Reply>(
  db: Db,
  request: FastifyRequest,
  caller: Caller,
  create: () => Promise<Reply>,
  body: unknown = request.body,
): Promise<Reply> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return create();
  if (typeof key !== 'string' || key.length < 1 || key.length > 200)
    throw new AppError('VALIDATION', 'An Idempotency-Key has 1 to 200 characters.', { details: { issues: [] } });
  const route = `${request.method} ${request.routeOptions.url}`;
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest();
  // A second request with the same key waits here until the first has ended.
  const [mine] = await db.query<{ key: string }>(sql`
    insert into idempotency_keys (workspace_id, key, route, body_hash)
    values (${caller.workspaceId}::uuid, ${key}, ${route}, ${bodyHash})
    on conflict do nothing returning key`);
  if (!mine) return repeated<Reply>(db, caller, key, route, bodyHash);
  const reply = await create();
  await db.query(sql`
    update idempotency_keys set reply = ${JSON.stringify(reply)}::json
    where workspace_id = ${caller.workspaceId}::uuid and route = ${route} and key = ${key}`);
  return reply;
}

async function repeated<Reply>(db: Db, caller: Caller, key: string, route: string, bodyHash: Buffer): Promise<Reply> {
  const [row] = await db.query<{ body_hash: Buffer; reply: Reply | null }>(sql`
    select body_hash, reply from idempotency_keys
    where workspace_id = ${caller.workspaceId}::uuid and route = ${route} and key = ${key}`);
  if (!row?.body_hash.equals(bodyHash))
    throw new AppError(
      'IDEMPOTENCY_MISMATCH',
      'This Idempotency-Key was used before with another body. Use a new key for a new request.',
    );
  if (row.reply === null)
    throw new AppError('CONFLICT', 'The first request with this Idempotency-Key has not ended. Try again.', {
      retryable: true,
    });
  return row.reply;
}

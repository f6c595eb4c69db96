import {
  apiKeySchema,
  AppError,
  createKeyReplySchema,
  createKeySchema,
  idParamsSchema,
  pageOf,
  pageQuerySchema,
  rotateKeySchema,
} from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { writeAudit } from './audit.ts';
import type { Caller } from './caller.ts';
import { createKey, listKeys, type MadeKey, refuseMoreThan, revokeKey, rotateKey } from './keys.ts';

export function keyRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag: 'keys' } as const;
  const { pool } = context.database;
  const rotate = (caller: Caller, keyId: string, body: z.output<typeof rotateKeySchema>, request: FastifyRequest) =>
    makeOnce(context, caller, request, async (db) => {
      const made = await rotateKey(db, caller, keyId, context.keyEnvironment, body);
      await writeAudit(db, caller, {
        action: 'key.rotate',
        subjectId: keyId,
        requestId: request.id,
        details: { name: made.apiKey.name, newKeyId: made.apiKey.id, overlapMinutes: body.overlapMinutes },
      });
      return made;
    });
  return [
    route({
      ...common,
      method: 'POST',
      path: '/keys',
      scope: 'keys:write',
      summary: 'Make a key; it is shown in this answer only',
      body: createKeySchema,
      reply: createKeyReplySchema,
      status: 201,
      idempotent: true,
      handle({ caller, body, request }) {
        refuseMoreThan(caller, body);
        return makeOnce(context, caller, request, async (db) => {
          const made = await createKey(db, caller.workspaceId, caller.keyName, context.keyEnvironment, body);
          await writeAudit(db, caller, {
            action: 'key.create',
            subjectId: made.apiKey.id,
            requestId: request.id,
            details: { name: body.name, kind: body.kind, scopes: body.scopes ?? [] },
          });
          return made;
        });
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/keys',
      scope: 'keys:read',
      summary: 'List keys, newest first',
      query: pageQuerySchema,
      reply: pageOf(apiKeySchema),
      handle: ({ caller, query }) => inTenant(pool, caller.tenantId, (db) => listKeys(db, caller, query)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/keys/:id/rotate',
      scope: 'keys:write',
      summary: 'Put a new key in the place of one, which works for a while yet',
      params: idParamsSchema,
      body: rotateKeySchema,
      reply: createKeyReplySchema,
      status: 201,
      idempotent: true,
      handle: ({ caller, params, body, request }) => rotate(caller, params.id, body, request),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/keys/:id',
      scope: 'keys:write',
      summary: 'Revoke a key',
      params: idParamsSchema,
      reply: apiKeySchema,
      async handle({ caller, params, request }) {
        const revoked = await inTenant(pool, caller.tenantId, (db) => revokeKey(db, caller, params.id, request.id));
        context.signals.send({ kind: 'keys' });
        context.signals.send({ kind: 'events' });
        return revoked;
      },
    }),
    route({
      auth: 'robot',
      tag: 'keys',
      method: 'POST',
      path: '/robots/rotate-key',
      summary: 'A robot puts a new key in the place of its own',
      body: rotateKeySchema,
      reply: createKeyReplySchema,
      status: 201,
      idempotent: true,
      handle: ({ caller, body, request }) => rotate(caller, caller.credentialId, body, request),
    }),
  ];
}

/** A key is shown by the request that made it; the same request again is told so, as nobody keeps the secret. */
async function makeOnce(
  context: Context,
  caller: Caller,
  request: FastifyRequest,
  make: (db: Db) => Promise<MadeKey>,
): Promise<MadeKey> {
  let key: string | undefined;
  const { apiKey } = await inTenant(context.database.pool, caller.tenantId, (db) =>
    once(db, request, caller, async () => {
      const made = await make(db);
      ({ key } = made);
      // What is kept for a repeated request must not hold the secret.
      return { apiKey: made.apiKey };
    }),
  );
  if (key === undefined)
    throw new AppError(
      'CONFLICT',
      `The key "${apiKey.name}" was made by an earlier request and is shown once only. Revoke it and make another.`,
      { details: { keyId: apiKey.id } },
    );
  // Open sockets and what instances remember of a key whose end has come nearer.
  context.signals.send({ kind: 'keys' });
  context.signals.send({ kind: 'events' });
  return { apiKey, key };
}

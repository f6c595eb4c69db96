import {
  apiKeySchema,
  AppError,
  createKeyReplySchema,
  createKeySchema,
  idParamsSchema,
  meSchema,
  pageOf,
  pageQuerySchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { writeAudit } from './audit.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';

export function keyRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag: 'keys' } as const;
  const { pool } = context.database;
  return [
    route({
      ...common,
      method: 'GET',
      path: '/me',
      auth: 'any',
      summary: 'Whose key this is',
      reply: meSchema,
      async handle({ caller }) {
        const [names] = await oneInTenant<{ tenant: string; workspace: string }>(
          pool,
          caller.tenantId,
          sql`
            select t.name as tenant, w.name as workspace from tenants t join workspaces w on w.tenant_id = t.id
            where w.id = ${caller.workspaceId}::uuid`,
        );
        return {
          tenantId: caller.tenantId,
          tenantName: names?.tenant ?? '',
          workspaceId: caller.workspaceId,
          workspaceName: names?.workspace ?? '',
          keyId: caller.keyId,
          keyKind: caller.keyKind,
          version: context.version,
        };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/keys',
      summary: 'Make a key; it is shown in this answer only',
      body: createKeySchema,
      reply: createKeyReplySchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        let key: string | undefined;
        const { apiKey } = await inTenant(pool, caller.tenantId, (db) =>
          once(db, request, caller, async () => {
            const made = await createKey(db, caller.workspaceId, caller.keyName, context.keyEnvironment, body);
            await writeAudit(db, caller, {
              action: 'key.create',
              subjectId: made.apiKey.id,
              requestId: request.id,
              details: { name: body.name, kind: body.kind },
            });
            ({ key } = made);
            // What is kept for a repeated request must not hold the secret.
            return { apiKey: made.apiKey };
          }),
        );
        if (key === undefined)
          throw new AppError(
            'CONFLICT',
            `The key "${apiKey.name}" was made by an earlier request and is shown once only. Revoke it and make another.`,
            {
              details: { keyId: apiKey.id },
            },
          );
        context.signals.send({ kind: 'events' });
        return { apiKey, key };
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/keys',
      summary: 'List keys, newest first',
      query: pageQuerySchema,
      reply: pageOf(apiKeySchema),
      handle: ({ caller, query }) => inTenant(pool, caller.tenantId, (db) => listKeys(db, caller, query)),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/keys/:id',
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
  ];
}

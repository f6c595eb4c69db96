import { deleteVaultEntryQuerySchema, idParamsSchema, putSecretStoreSchema, secretStoreSchema } from '@casare/shared';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { type Route, route } from '../http/route.ts';
import { putStore, removeStore, storeColumns, type StoreRow, toStore } from './write.ts';

export function secretStoreRoutes(context: Context): Route[] {
  const { pool } = context.database;
  const writes = { auth: 'admin', scope: 'credentials:write', tag: 'credentials' } as const;
  return [
    route({
      auth: 'admin',
      scope: 'credentials:read',
      tag: 'credentials',
      method: 'GET',
      path: '/secret-stores',
      summary: 'List the stores of secrets that credentials may refer to',
      reply: z.strictObject({ items: z.array(secretStoreSchema).max(1000) }),
      async handle({ caller }) {
        const rows = await oneInTenant<StoreRow>(
          pool,
          caller.tenantId,
          sql`
            select ${storeColumns} from secret_stores
            where workspace_id = ${caller.workspaceId}::uuid order by name limit 1000`,
        );
        return { items: rows.map(toStore) };
      },
    }),
    route({
      ...writes,
      method: 'PUT',
      path: '/secret-stores',
      summary: 'Add a store of secrets, or replace the one of this name',
      body: putSecretStoreSchema,
      reply: secretStoreSchema,
      handle: ({ caller, body, request }) =>
        inTenant(pool, caller.tenantId, (db) => putStore(context, db, caller, body, request.id)),
    }),
    route({
      ...writes,
      method: 'DELETE',
      path: '/secret-stores/:id',
      summary: 'Delete a store of secrets; refused while credentials stand in it, unless forced',
      params: idParamsSchema,
      query: deleteVaultEntryQuerySchema,
      handle: ({ caller, params, query, request }) =>
        inTenant(pool, caller.tenantId, (db) =>
          removeStore(context, db, caller, params.id, query.force === 'true', request.id),
        ),
    }),
  ];
}

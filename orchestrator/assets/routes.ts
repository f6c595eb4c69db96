import {
  assetListQuerySchema,
  assetSchema,
  createAssetSchema,
  deleteVaultEntryQuerySchema,
  idParamsSchema,
  pageOf,
  updateAssetSchema,
  vaultUsesSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { assetUses, getAsset, listAssets } from './list.ts';
import { createAsset, removeAsset, updateAsset } from './write.ts';

const MiB = 1024 * 1024;

export function assetRoutes(context: Context): Route[] {
  const { pool } = context.database;
  const reads = { auth: 'admin', scope: 'assets:read', tag: 'assets' } as const;
  const writes = { auth: 'admin', scope: 'assets:write', tag: 'assets' } as const;
  return [
    route({
      ...writes,
      method: 'POST',
      path: '/assets',
      summary: 'Make an asset',
      body: createAssetSchema,
      reply: assetSchema,
      status: 201,
      bodyLimit: 8 * MiB,
      idempotent: true,
      async handle({ caller, body, request }) {
        const asset = await inTenant(pool, caller.tenantId, (db) =>
          once(db, request, caller, () => createAsset(db, caller, body, request.id)),
        );
        context.signals.send({ kind: 'events' });
        return asset;
      },
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/assets',
      summary: 'List assets, newest first',
      query: assetListQuerySchema,
      reply: pageOf(assetSchema),
      handle: ({ caller, query }) => listAssets(context, caller, query),
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/assets/:id',
      summary: 'One asset',
      params: idParamsSchema,
      reply: assetSchema,
      handle: ({ caller, params }) => getAsset(context, caller, params.id),
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/assets/:id/uses',
      summary: 'Which published workflows name an asset',
      params: idParamsSchema,
      reply: vaultUsesSchema,
      handle: async ({ caller, params }) => ({ workflows: await assetUses(context, caller, params.id) }),
    }),
    route({
      ...writes,
      method: 'PUT',
      path: '/assets/:id',
      summary: 'Change an asset',
      params: idParamsSchema,
      body: updateAssetSchema,
      reply: assetSchema,
      bodyLimit: 8 * MiB,
      async handle({ caller, params, body, request }) {
        const asset = await inTenant(pool, caller.tenantId, (db) =>
          updateAsset(db, caller, params.id, body, request.id),
        );
        context.signals.send({ kind: 'events' });
        return asset;
      },
    }),
    route({
      ...writes,
      method: 'DELETE',
      path: '/assets/:id',
      summary: 'Delete an asset; refused while published workflows name it, unless forced',
      params: idParamsSchema,
      query: deleteVaultEntryQuerySchema,
      async handle({ caller, params, query, request }) {
        await inTenant(pool, caller.tenantId, (db) =>
          removeAsset(db, caller, params.id, query.force === 'true', request.id),
        );
        context.signals.send({ kind: 'events' });
      },
    }),
  ];
}

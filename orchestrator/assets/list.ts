import type { Asset, assetListQuerySchema, CredentialUses } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import { assetColumns, type AssetRow, findAsset, toAsset } from './asset-row.ts';

/** Newest first. */
export async function listAssets({ database }: Context, caller: Caller, query: z.output<typeof assetListQuerySchema>) {
  const search = query.search?.trim() || null;
  const cursor = cursorOf(query.cursor);
  const rows = await oneInTenant<AssetRow>(
    database.pool,
    caller.tenantId,
    sql`
      select ${assetColumns} from assets a
      where a.workspace_id = ${caller.workspaceId}::uuid and (${cursor}::uuid is null or a.id < ${cursor}::uuid)
        and (${query.kind ?? null}::text is null or a.kind = ${query.kind ?? null}::text)
        and (${search}::text is null or strpos(lower(a.name || ' ' || a.description), lower(${search}::text)) > 0)
      order by a.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toAsset);
}

export function getAsset({ database }: Context, caller: Caller, id: string): Promise<Asset> {
  return inTenant(database.pool, caller.tenantId, (db) => findAsset(db, caller.workspaceId, id));
}

/** Which published workflows name it. */
export function assetUses({ database }: Context, caller: Caller, id: string): Promise<CredentialUses['workflows']> {
  return inTenant(database.pool, caller.tenantId, async (db) => {
    const { name } = await findAsset(db, caller.workspaceId, id);
    return db.query<CredentialUses['workflows'][number]>(workflowsNamingAsset(caller, name));
  });
}

export function workflowsNamingAsset(caller: Caller, name: string) {
  return sql`
    select w.id as "workflowId", w.name as "workflowName", v.version
    from workflows w join workflow_versions v
      on v.tenant_id = w.tenant_id and v.workflow_id = w.id and v.version = w.published_version
    where w.workspace_id = ${caller.workspaceId}::uuid and v.asset_names @> array[${name}::text]
    order by w.name limit 500`;
}

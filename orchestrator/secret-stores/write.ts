import { AppError, type putSecretStoreSchema, type SecretStore } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';

export interface StoreRow {
  id: string;
  name: string;
  provider: SecretStore['provider'];
  settings: SecretStore['settings'];
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

export const storeColumns = sql`id, name, provider, settings, created_by, created_at, updated_at`;

export function toStore(row: StoreRow): SecretStore {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    settings: row.settings,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Adds a store, or replaces the one of this name with all its settings. */
export async function putStore(
  context: Context,
  db: Db,
  caller: Caller,
  wanted: z.output<typeof putSecretStoreSchema>,
  requestId: string,
): Promise<SecretStore> {
  context.secretStores.allow(wanted.settings.url);
  if (wanted.settings.auth === 'approle' && wanted.settings.roleId === undefined)
    throw new AppError('VALIDATION', 'A sign-in by role needs roleId.', {
      details: { issues: [{ path: 'body.settings.roleId', message: 'missing' }] },
    });
  const [known] = await db.query<{ id: string }>(sql`
    select coalesce((
      select id from secret_stores where workspace_id = ${caller.workspaceId}::uuid and name = ${wanted.name}), uuidv7()) as id`);
  if (!known) throw new TypeError('a select without a table gives a row');
  const sealed = context.vault.sealText(caller.tenantId, 'secret-store', known.id, wanted.secret);
  const [row] = await db.query<StoreRow>(sql`
    insert into secret_stores as s (id, workspace_id, name, provider, settings, sealed, created_by)
    values (${known.id}::uuid, ${caller.workspaceId}::uuid, ${wanted.name}, ${wanted.provider},
      ${JSON.stringify(wanted.settings)}::jsonb, ${sealed}, ${caller.keyName})
    on conflict (tenant_id, id) do update
      set settings = excluded.settings, sealed = excluded.sealed, updated_at = clock_timestamp()
    returning ${storeColumns}`);
  context.secretStores.forget(known.id);
  const { certificates: _, ...settings } = wanted.settings;
  await writeAudit(db, caller, {
    action: 'secret-store.set',
    subjectId: known.id,
    requestId,
    details: { name: wanted.name, settings },
  });
  return toStore(row as StoreRow);
}

/** Credentials that refer to it fail from then on; they are named in the refusal unless the caller knows. */
export async function removeStore(
  context: Context,
  db: Db,
  caller: Caller,
  id: string,
  force: boolean,
  requestId: string,
): Promise<void> {
  const [store] = await db.query<StoreRow>(sql`
    select ${storeColumns} from secret_stores where id = ${id}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
  if (!store) throw new AppError('NOT_FOUND', 'There is no store of secrets with this id.');
  const used = await db.query<{ name: string }>(sql`
    select c.name from credentials c join credential_versions v
      on v.tenant_id = c.tenant_id and v.credential_id = c.id and v.version = c.version
    where c.workspace_id = ${caller.workspaceId}::uuid and v.external ->> 'store' = ${store.name} order by c.name limit 20`);
  if (used.length > 0 && !force)
    throw new AppError(
      'CONFLICT',
      `Credentials stand in the store "${store.name}": ${used.map(({ name }) => name).join(', ')}. Change them first, or delete it all the same (force).`,
      { details: { credentials: used.map(({ name }) => name) } },
    );
  await db.query(sql`delete from secret_stores where id = ${id}::uuid`);
  context.secretStores.forget(id);
  await writeAudit(db, caller, {
    action: 'secret-store.delete',
    subjectId: id,
    requestId,
    details: { name: store.name },
  });
}

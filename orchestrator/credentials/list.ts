import type { Credential, CredentialUses, credentialListQuerySchema, KnownNames, VaultNames } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import {
  credentialColumns,
  type CredentialRow,
  currentVersion,
  findCredential,
  toCredential,
} from './credential-row.ts';

/** Newest first. */
export async function listCredentials(
  { database }: Context,
  caller: Caller,
  query: z.output<typeof credentialListQuerySchema>,
) {
  const search = query.search?.trim() || null;
  const cursor = cursorOf(query.cursor);
  const rows = await oneInTenant<CredentialRow>(
    database.pool,
    caller.tenantId,
    sql`
      select ${credentialColumns} from credentials c ${currentVersion}
      where c.workspace_id = ${caller.workspaceId}::uuid and (${cursor}::uuid is null or c.id < ${cursor}::uuid)
        and (${query.kind ?? null}::text is null or c.kind = ${query.kind ?? null}::text)
        and (${search}::text is null or strpos(lower(c.name || ' ' || c.description), lower(${search}::text)) > 0)
      order by c.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toCredential);
}

export function getCredential({ database }: Context, caller: Caller, id: string): Promise<Credential> {
  return inTenant(database.pool, caller.tenantId, async (db) =>
    toCredential(await findCredential(db, caller.workspaceId, id)),
  );
}

/** Which published workflows name it, directly or by an asset, and which jobs read it last. */
export function credentialUses({ database }: Context, caller: Caller, id: string): Promise<CredentialUses> {
  return inTenant(database.pool, caller.tenantId, async (db) => {
    const { name } = await findCredential(db, caller.workspaceId, id);
    const workflows = await db.query<CredentialUses['workflows'][number]>(workflowsNaming(caller, name));
    const reads = await db.query<Omit<CredentialUses['reads'][number], 'at'> & { at: Date }>(sql`
      select u.at, u.job_id as "jobId", u.robot_id as "robotId", coalesce(r.name, '') as "robotName",
        j.workflow_name as "workflowName", u.version
      from credential_reads u join jobs j on j.tenant_id = u.tenant_id and j.id = u.job_id
      left join robots r on r.tenant_id = u.tenant_id and r.id = u.robot_id
      where u.credential_id = ${id}::uuid order by u.at desc limit 20`);
    return { workflows, reads: reads.map((read) => ({ ...read, at: read.at.toISOString() })) };
  });
}

/** Published versions that name a credential, or an asset that stands for it. */
export function workflowsNaming(caller: Caller, name: string) {
  return sql`
    select w.id as "workflowId", w.name as "workflowName", v.version
    from workflows w join workflow_versions v
      on v.tenant_id = w.tenant_id and v.workflow_id = w.id and v.version = w.published_version
    where w.workspace_id = ${caller.workspaceId}::uuid and (
      v.credential_names @> array[${name}::text]
      or v.asset_names && (
        select coalesce(array_agg(a.name), '{}') from assets a
        where a.workspace_id = ${caller.workspaceId}::uuid and a.kind = 'credential' and (
          a.value = to_jsonb(${name}::text)
          or exists (select from asset_robot_values x where x.tenant_id = a.tenant_id and x.asset_id = a.id and x.value = to_jsonb(${name}::text)))))
    order by w.name limit 500`;
}

/** The same for the validator. */
export async function knownNames(context: Context, caller: Caller): Promise<KnownNames> {
  const { credentials, assets } = await listVaultNames(context, caller);
  return {
    credentials: new Set(credentials.map(({ name }) => name)),
    assets: new Set(assets.map(({ name }) => name)),
  };
}

/** What expressions may name in this workspace. */
export function listVaultNames({ database }: Context, caller: Caller): Promise<VaultNames> {
  return inTenant(database.pool, caller.tenantId, async (db) => ({
    credentials: await db.query<VaultNames['credentials'][number]>(sql`
      select c.name, c.kind, v.field_names as "fieldNames" from credentials c ${currentVersion}
      where c.workspace_id = ${caller.workspaceId}::uuid order by c.name limit 10000`),
    assets: await db.query<VaultNames['assets'][number]>(sql`
      select name, kind from assets where workspace_id = ${caller.workspaceId}::uuid order by name limit 10000`),
  }));
}

import {
  AppError,
  type changeTenantSchema,
  type createTenantSchema,
  type pageQuerySchema,
  type Tenant,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants, inTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/caller.ts';
import { createWorkspace } from '../keys/first-keys.ts';

interface TenantRow {
  id: string;
  name: string;
  created_at: Date;
  disabled_at: Date | null;
  workspaces: number;
}

const columns = sql`t.id, t.name, t.created_at, t.disabled_at,
  (select count(*)::int from workspaces w where w.tenant_id = t.id) as workspaces`;

function toTenant(row: TenantRow): Tenant {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
    workspaces: row.workspaces,
  };
}

export async function listTenants({ database }: Context, query: z.output<typeof pageQuerySchema>) {
  const rows = await acrossTenants(database.system, (db) =>
    db.query<TenantRow>(sql`
      select ${columns} from tenants t
      where (${cursorOf(query.cursor)}::uuid is null or t.id < ${cursorOf(query.cursor)}::uuid)
      order by t.id desc limit ${query.limit + 1}::int`),
  );
  return pageOfRows(rows, query.limit, toTenant);
}

/** A tenant with its first workspace. A super admin goes there and invites its first admin. */
export async function addTenant(
  context: Context,
  caller: Caller,
  wanted: z.output<typeof createTenantSchema>,
  requestId: string,
) {
  const made = await acrossTenants(context.database.system, async (db) => {
    const workspace = await createWorkspace(db, wanted.name, wanted.workspace);
    await db.query(sql`
      insert into audit_log (tenant_id, workspace_id, actor, action, subject_id, details, request_id)
      values (${workspace.tenantId}::uuid, ${workspace.workspaceId}::uuid, ${`${caller.keyName} (${caller.keyDisplay})`}, 'tenant.create',
        ${workspace.tenantId}::uuid, ${JSON.stringify({ name: wanted.name })}::jsonb, ${requestId})`);
    const [row] = await db.query<TenantRow>(sql`
      select ${columns} from tenants t where t.id = ${workspace.tenantId}::uuid`);
    return { row, workspaceId: workspace.workspaceId };
  });
  return { tenant: toTenant(made.row as TenantRow), workspaceId: made.workspaceId };
}

/** Disabled, all its keys and people are refused within a second; enabled again, they come in as before. */
export async function changeTenant(
  context: Context,
  caller: Caller,
  tenantId: string,
  change: z.output<typeof changeTenantSchema>,
  requestId: string,
): Promise<Tenant> {
  if (change.disabled === true && (tenantId === caller.tenantId || tenantId === caller.person?.tenantId))
    throw new AppError('CONFLICT', 'This is your own tenant, or the one you are in. It cannot be disabled from here.');
  const { name = null, disabled = null } = change;
  const [row] = await acrossTenants(context.database.system, (db) =>
    db.query<TenantRow>(sql`
      with t as (
        update tenants set name = coalesce(${name}, name),
          disabled_at = case ${disabled}::boolean when true then coalesce(disabled_at, clock_timestamp()) when false then null else disabled_at end
        where id = ${tenantId}::uuid returning *
      ), noted as (
        insert into audit_log (tenant_id, workspace_id, actor, action, subject_id, details, request_id)
        select t.id, w.id, ${`${caller.keyName} (${caller.keyDisplay})`}, 'tenant.change', t.id, ${JSON.stringify(change)}::jsonb, ${requestId}
        from t cross join lateral (select id from workspaces where tenant_id = t.id order by created_at, id limit 1) w
      )
      select ${columns} from t`),
  );
  if (!row) throw new AppError('NOT_FOUND', 'There is no tenant with this id.');
  await inTenant(context.database.pool, caller.tenantId, (db) =>
    writeAudit(db, caller, { action: 'tenant.change', subjectId: tenantId, requestId, details: change }),
  );
  context.signals.send({ kind: 'keys' });
  return toTenant(row);
}

import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants, type Db, inTenant } from '../db/transaction.ts';
import { createKey } from './keys.ts';

export interface Workspace {
  readonly tenantId: string;
  readonly workspaceId: string;
}

/** The first tenant and workspace, made where there are none. */
export function ensureWorkspace({ system }: Database): Promise<Workspace> {
  return acrossTenants(system, async (db) => {
    // Two instances starting on an empty database make one tenant.
    await db.query(sql`select pg_advisory_xact_lock(${firstTenantLock}::bigint)`);
    const [known] = await db.query<{ tenant_id: string; id: string }>(sql`
      select tenant_id, id from workspaces order by created_at, id limit 1`);
    if (known) return { tenantId: known.tenant_id, workspaceId: known.id };
    return createWorkspace(db, 'Default');
  });
}

const firstTenantLock = 7_268_002;

/** A tenant with one workspace; only within a transaction over all tenants. */
export async function createWorkspace(db: Db, name: string, workspaceName = name): Promise<Workspace> {
  const [made] = await db.query<{ tenant_id: string; id: string }>(sql`
    with t as (insert into tenants (id, name) values (uuidv7(), ${name}) returning id)
    select id as tenant_id, uuidv7() as id from t`);
  if (!made) throw new TypeError('an insert returns its row');
  await db.query(sql`
    insert into workspaces (tenant_id, id, name) values (${made.tenant_id}::uuid, ${made.id}::uuid, ${workspaceName})`);
  return { tenantId: made.tenant_id, workspaceId: made.id };
}

export interface FirstKeys {
  readonly adminKey: string;
  readonly robotKey: string;
}

/** An admin key and a robot key for whoever starts the program first. */
export function createFirstKeys(database: Database, workspace: Workspace, environment: string): Promise<FirstKeys> {
  return inTenant(database.pool, workspace.tenantId, async (db) => {
    const make = (name: string, kind: 'admin' | 'robot') =>
      createKey(db, workspace.workspaceId, 'setup', environment, { name, kind });
    const admin = await make('First admin', 'admin');
    const robot = await make('First robot', 'robot');
    return { adminKey: admin.key, robotKey: robot.key };
  });
}

/** Whether anybody holds a key that can still administer the workspace. */
export function hasAdminKey(database: Database, workspace: Workspace): Promise<boolean> {
  return inTenant(database.pool, workspace.tenantId, async (db) => {
    const rows = await db.query(sql`
      select id from api_keys where kind = 'admin' and revoked_at is null and least(expires_at, ends_at) > clock_timestamp() limit 1`);
    return rows.length > 0;
  });
}

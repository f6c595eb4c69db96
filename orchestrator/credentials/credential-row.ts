import { AppError, type Credential, type CredentialKind, type ExternalSecret } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';

export interface CredentialRow {
  id: string;
  workspace_id: string;
  name: string;
  kind: CredentialKind;
  description: string;
  allowed_hosts: string[];
  allowed_workflows: string[];
  allowed_robots: string[];
  version: number;
  field_names: string[];
  external: ExternalSecret | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  rotated_at: Date;
  last_read_at: Date | null;
}

/** Columns of a CredentialRow; the statement calls the credentials `c` and their current versions `v`. */
export const credentialColumns = sql`
  c.id, c.workspace_id, c.name, c.kind, c.description, c.allowed_hosts, c.allowed_workflows, c.allowed_robots, c.version,
  v.field_names, v.external, c.created_by, c.created_at, c.updated_at, c.rotated_at, c.last_read_at`;

export const currentVersion = sql`
  join credential_versions v on v.tenant_id = c.tenant_id and v.credential_id = c.id and v.version = c.version`;

export function toCredential(row: CredentialRow): Credential {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    description: row.description,
    fieldNames: row.field_names,
    external: row.external,
    allowedHosts: row.allowed_hosts,
    allowedWorkflows: row.allowed_workflows,
    allowedRobots: row.allowed_robots,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    rotatedAt: row.rotated_at.toISOString(),
    lastReadAt: row.last_read_at?.toISOString() ?? null,
  };
}

export async function findCredential(db: Db, workspaceId: string, id: string): Promise<CredentialRow> {
  const [row] = await db.query<CredentialRow>(sql`
    select ${credentialColumns} from credentials c ${currentVersion}
    where c.id = ${id}::uuid and c.workspace_id = ${workspaceId}::uuid`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no credential with this id.');
  return row;
}

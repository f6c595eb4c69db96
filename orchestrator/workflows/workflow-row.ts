import { AppError, type WorkflowSummary } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

export interface WorkflowRow {
  id: string;
  document_id: string;
  name: string;
  description: string;
  published_version: number | null;
  latest_version: number;
  created_at: Date;
  updated_at: Date;
}

export const workflowColumns = sql`
  w.id, w.document_id, w.name, w.description, w.published_version, w.latest_version, w.created_at, w.updated_at`;

export function toWorkflow(row: WorkflowRow): WorkflowSummary {
  return {
    id: row.id,
    documentId: row.document_id,
    name: row.name,
    description: row.description,
    publishedVersion: row.published_version,
    latestVersion: row.latest_version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export async function findWorkflow(db: Db, caller: Caller, workflowId: string): Promise<WorkflowRow> {
  const [row] = await db.query<WorkflowRow>(sql`
    select ${workflowColumns} from workflows w
    where w.id = ${workflowId}::uuid and w.workspace_id = ${caller.workspaceId}::uuid`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no workflow with this id.');
  return row;
}

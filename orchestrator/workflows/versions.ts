import { AppError, type pageQuerySchema, type Workflow } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findWorkflow, toWorkflow, workflowColumns, type WorkflowRow } from './workflow-row.ts';

export async function listWorkflows(context: Context, caller: Caller, query: z.output<typeof pageQuerySchema>) {
  const rows = await oneInTenant<WorkflowRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${workflowColumns} from workflows w
      where w.workspace_id = ${caller.workspaceId}::uuid
        and (${cursorOf(query.cursor)}::uuid is null or w.id < ${cursorOf(query.cursor)}::uuid)
      order by w.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toWorkflow);
}

export function getWorkflow({ database }: Context, caller: Caller, workflowId: string) {
  return inTenant(database.pool, caller.tenantId, async (db) => toWorkflow(await findWorkflow(db, caller, workflowId)));
}

interface VersionRow {
  workflow_id: string;
  version: number;
  content_hash: string;
  message: string;
  created_by: string;
  created_at: Date;
}

function toVersion(row: VersionRow) {
  return {
    workflowId: row.workflow_id,
    version: row.version,
    contentHash: row.content_hash,
    message: row.message,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}

/** Newest first; the cursor is the number of the last one. */
export function listVersions(
  { database }: Context,
  caller: Caller,
  workflowId: string,
  query: z.output<typeof pageQuerySchema>,
) {
  const before = query.cursor === undefined ? null : Number(query.cursor);
  if (before !== null && !Number.isInteger(before))
    throw new AppError('VALIDATION', 'This cursor is not one of this list. Start without one.', {
      details: { issues: [] },
    });
  return inTenant(database.pool, caller.tenantId, async (db) => {
    await findWorkflow(db, caller, workflowId);
    const rows = await db.query<VersionRow>(sql`
      select workflow_id, version, content_hash, message, created_by, created_at from workflow_versions
      where workflow_id = ${workflowId}::uuid and (${before}::int is null or version < ${before}::int)
      order by version desc limit ${query.limit + 1}::int`);
    const page = rows.slice(0, query.limit);
    return { items: page.map(toVersion), nextCursor: rows.length > page.length ? String(page.at(-1)?.version) : null };
  });
}

export function getVersion({ database }: Context, caller: Caller, workflowId: string, version: number) {
  return inTenant(database.pool, caller.tenantId, async (db) => {
    await findWorkflow(db, caller, workflowId);
    const [row] = await db.query<VersionRow & { document: Workflow }>(sql`
      select workflow_id, version, content_hash, message, created_by, created_at, document from workflow_versions
      where workflow_id = ${workflowId}::uuid and version = ${version}::int`);
    if (!row) throw new AppError('NOT_FOUND', `The workflow has no version ${version}.`);
    return { ...toVersion(row), document: row.document };
  });
}

/** Jobs submitted from now on without a version run this one. */
export async function setPublished(
  { database, signals }: Context,
  caller: Caller,
  workflowId: string,
  version: number,
  requestId: string,
) {
  const workflow = await inTenant(database.pool, caller.tenantId, async (db) => {
    const before = await findWorkflow(db, caller, workflowId);
    if (version > before.latest_version) throw new AppError('NOT_FOUND', `The workflow has no version ${version}.`);
    const [row] = await db.query<WorkflowRow>(sql`
      with w as (
        update workflows set published_version = ${version}::int, updated_at = now() where id = ${workflowId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'workflow.published', id from w
      )
      select ${workflowColumns} from w`);
    const details = { from: before.published_version, to: version };
    await writeAudit(db, caller, { action: 'workflow.set-published', subjectId: workflowId, requestId, details });
    return toWorkflow(row as WorkflowRow);
  });
  signals.send({ kind: 'events' });
  return workflow;
}

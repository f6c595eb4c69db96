import {
  AppError,
  catalogWithPacks,
  hasErrors,
  type publishWorkflowSchema,
  validateWorkflow,
  usedNames,
  type KnownNames,
  type Workflow,
  type WorkflowProblem,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { contentHash } from './content-hash.ts';
import { toWorkflow, workflowColumns, type WorkflowRow } from './workflow-row.ts';

type PublishRequest = z.output<typeof publishWorkflowSchema>;

/** Throws WORKFLOW_INVALID with every problem; warnings are handed on. */
export function checkDocument(context: Context, document: Workflow, names?: KnownNames): WorkflowProblem[] {
  const problems = validateWorkflow(document, catalogWithPacks(document, context.catalog), names);
  if (!hasErrors(problems)) return problems;
  const errors = problems.filter((problem) => problem.severity === 'error');
  throw new AppError(
    'WORKFLOW_INVALID',
    `The workflow has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}: ${errors[0]?.message}`,
    { details: { problems } },
  );
}

/** Adds a version and makes it the published one; the same content again adds nothing. */
export async function publishWorkflow(
  context: Context,
  db: Db,
  caller: Caller,
  { document, message }: PublishRequest,
  requestId: string,
) {
  const hash = contentHash(document);
  // The row is locked from here on: two publishers of one document get two numbers.
  const [workflow] = await db.query<WorkflowRow>(sql`
    insert into workflows as w (workspace_id, document_id, name, description)
    values (${caller.workspaceId}::uuid, ${document.id}, ${document.name}, ${document.description})
    on conflict (tenant_id, workspace_id, document_id) do update
      set name = excluded.name, description = excluded.description, updated_at = now()
    returning ${workflowColumns}`);
  if (!workflow) throw new TypeError('an upsert returns its row');
  const [newest] = await db.query<{ content_hash: string }>(sql`
    select content_hash from workflow_versions
    where workflow_id = ${workflow.id}::uuid and version = ${workflow.latest_version}::int`);
  const created = newest?.content_hash !== hash;
  const version = workflow.latest_version + (created ? 1 : 0);
  if (created) await insertVersion(context, db, caller, workflow.id, version, hash, document, message);
  const [after] = await db.query<WorkflowRow>(sql`
    with w as (
      update workflows set latest_version = ${version}::int, published_version = ${version}::int
      where id = ${workflow.id}::uuid returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'workflow.published', id from w
    )
    select ${workflowColumns} from w`);
  await writeAudit(db, caller, {
    action: 'workflow.publish',
    subjectId: workflow.id,
    requestId,
    details: { version, hash },
  });
  return { workflow: toWorkflow(after as WorkflowRow), version, contentHash: hash, created };
}

async function insertVersion(
  { catalog }: Context,
  db: Db,
  caller: Caller,
  workflowId: string,
  version: number,
  hash: string,
  document: Workflow,
  message: string,
): Promise<void> {
  const known = catalogWithPacks(document, catalog);
  const ofNodes = document.nodes
    .filter((node) => !node.disabled)
    .flatMap((node) => known.get(node.type)?.capabilities ?? []);
  const capabilities = [...new Set([...document.requires.capabilities, ...ofNodes])].toSorted();
  const names = usedNames(document, known);
  await db.query(sql`
    insert into workflow_versions (
      workflow_id, version, content_hash, document, message, created_by, required_capabilities, required_tags, environment,
      timeout_ms, credential_names, asset_names, called_workflows
    ) values (
      ${workflowId}::uuid, ${version}::int, ${hash}, ${JSON.stringify(document)}::jsonb, ${message}, ${caller.keyName},
      ${capabilities}::text[], ${document.requires.tags}::text[], ${document.requires.environment ?? null},
      ${document.settings.timeoutMs ?? null}::bigint, ${names.credentials}::text[], ${names.assets}::text[],
      ${names.calls}::text[]
    )`);
}

import { AppError, type Job, resolveInputs, type submitJobSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import type { VersionContent } from '../workflows/documents.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

export type JobRequest = z.output<typeof submitJobSchema>;

interface WorkflowRow {
  id: string;
  name: string;
  published_version: number | null;
}

/** Writes jobs in one statement; either all of them exist afterwards or none. */
export async function submitJobs(
  context: Context,
  db: Db,
  caller: Caller,
  requests: readonly JobRequest[],
): Promise<Job[]> {
  const workflows = await findWorkflows(db, caller, requests);
  await checkRobots(db, caller, requests);
  const rows = await Promise.all(
    requests.map(async (request) => {
      const workflow = workflows.get(request.workflowId);
      if (!workflow) throw new AppError('NOT_FOUND', `There is no workflow ${request.workflowId}.`);
      const version = request.version ?? workflow.published_version;
      if (version === null)
        throw new AppError('CONFLICT', `"${workflow.name}" has no published version. Publish one, or name a version.`);
      const content = await context.documents.get(caller.tenantId, workflow.id, version);
      return toRow(request, workflow, version, content);
    }),
  );
  const jobs = await insert(db, caller, rows);
  return jobs.map(toJob);
}

async function findWorkflows(
  db: Db,
  caller: Caller,
  requests: readonly JobRequest[],
): Promise<Map<string, WorkflowRow>> {
  const ids = [...new Set(requests.map((request) => request.workflowId))];
  const rows = await db.query<WorkflowRow>(sql`
    select id, name, published_version from workflows
    where id = any(${ids}::uuid[]) and workspace_id = ${caller.workspaceId}::uuid`);
  return new Map(rows.map((row) => [row.id, row]));
}

async function checkRobots(db: Db, caller: Caller, requests: readonly JobRequest[]): Promise<void> {
  const ids = [...new Set(requests.flatMap((request) => request.robotId ?? []))];
  if (ids.length === 0) return;
  const rows = await db.query<{ id: string }>(sql`
    select id from robots
    where id = any(${ids}::uuid[]) and workspace_id = ${caller.workspaceId}::uuid and removed_at is null`);
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing) throw new AppError('NOT_FOUND', `There is no robot ${missing}.`);
}

function toRow(request: JobRequest, workflow: WorkflowRow, version: number, content: VersionContent) {
  return {
    workflow_id: workflow.id,
    workflow_name: workflow.name,
    workflow_version: version,
    content_hash: content.contentHash,
    priority: request.priority,
    input: resolveInputs(content.document, request.input),
    target_robot_id: request.robotId ?? null,
    required_capabilities: [...new Set([...content.requiredCapabilities, ...request.requiredCapabilities])],
    required_tags: [...new Set([...content.requiredTags, ...request.requiredTags])],
    environment: content.environment,
    max_retries: request.maxRetries,
    timeout_ms: request.timeoutMs ?? content.timeoutMs,
    not_before: request.notBefore ?? null,
    reference: request.reference ?? null,
  };
}

function insert(db: Db, caller: Caller, rows: readonly ReturnType<typeof toRow>[]): Promise<JobRow[]> {
  return db.query<JobRow>(sql`
    with j as (
      insert into jobs (
        workspace_id, workflow_id, workflow_name, workflow_version, content_hash, priority, input, target_robot_id,
        required_capabilities, required_tags, environment, max_retries, timeout_ms, not_before, reference
      )
      select ${caller.workspaceId}::uuid, r.workflow_id, r.workflow_name, r.workflow_version, r.content_hash, r.priority,
        r.input, r.target_robot_id, r.required_capabilities, r.required_tags, r.environment, r.max_retries, r.timeout_ms,
        r.not_before, r.reference
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        workflow_id uuid, workflow_name text, workflow_version int, content_hash text, priority smallint, input jsonb,
        target_robot_id uuid, required_capabilities text[], required_tags text[], environment text, max_retries int,
        timeout_ms bigint, not_before timestamptz, reference text
      )
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.created', id from j
    )
    select ${jobColumns} from j order by j.id`);
}

import { AppError, type Job, resolveInputs, type submitJobSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, oneInTenant } from '../db/transaction.ts';
import type { Workspace } from '../keys/first-keys.ts';
import type { VersionContent } from '../workflows/documents.ts';

export type JobRequest = z.output<typeof submitJobSchema>;

interface WorkflowRow {
  id: string;
  name: string;
  published_version: number | null;
}

/** A request of its own for one job; requests that come at the same time are written together. */
export function submitOne(context: Context, place: Workspace, request: JobRequest): Promise<Job> {
  const { tenantId, workspaceId } = place;
  const db: Db = { query: (statement) => oneInTenant(context.database.pool, tenantId, statement) };
  return context.submissions(`${tenantId}/${workspaceId}`, request, async (requests) => {
    const planned = await planJobs(context, db, place, requests);
    const jobs = await insert(
      db,
      place,
      planned.filter((row): row is NewJob => !(row instanceof Error)),
    );
    return planned.map((row) => (row instanceof Error ? row : (jobs.shift() as Job)));
  });
}

/** Writes jobs in one statement; either all of them exist afterwards or none. */
export async function submitJobs(
  context: Context,
  db: Db,
  place: Workspace,
  requests: readonly JobRequest[],
): Promise<Job[]> {
  const rows = await planJobs(context, db, place, requests);
  return insert(
    db,
    place,
    rows.map((row) => {
      if (row instanceof Error) throw row;
      return row;
    }),
  );
}

/** What each request comes to: a row to write, or why it cannot be one. */
async function planJobs(
  context: Context,
  db: Db,
  place: Workspace,
  requests: readonly JobRequest[],
): Promise<(NewJob | Error)[]> {
  const workflows = await findWorkflows(db, place, requests);
  const robots = await findRobots(db, place, requests);
  const plan = async (request: JobRequest): Promise<NewJob> => {
    const workflow = workflows.get(request.workflowId);
    if (!workflow) throw new AppError('NOT_FOUND', `There is no workflow ${request.workflowId}.`);
    if (request.robotId !== undefined && !robots.has(request.robotId))
      throw new AppError('NOT_FOUND', `There is no robot ${request.robotId}.`);
    const version = request.version ?? workflow.published_version;
    if (version === null)
      throw new AppError('CONFLICT', `"${workflow.name}" has no published version. Publish one, or name a version.`);
    const content = await context.documents.get(place.tenantId, workflow.id, version, db);
    return toRow(request, workflow, version, content);
  };
  const rows: (NewJob | Error)[] = [];
  // One after the other: a transaction answers one statement at a time anyway, and documents are in memory nearly always.
  for (const request of requests) {
    rows.push(
      await plan(request).catch((error: unknown) => {
        if (error instanceof AppError) return error;
        throw error;
      }),
    );
  }
  return rows;
}

async function findWorkflows(
  db: Db,
  place: Workspace,
  requests: readonly JobRequest[],
): Promise<Map<string, WorkflowRow>> {
  const ids = [...new Set(requests.map((request) => request.workflowId))];
  const rows = await db.query<WorkflowRow>(sql`
    select id, name, published_version from workflows
    where id = any(${ids}::uuid[]) and workspace_id = ${place.workspaceId}::uuid`);
  return new Map(rows.map((row) => [row.id, row]));
}

async function findRobots(db: Db, place: Workspace, requests: readonly JobRequest[]): Promise<Set<string>> {
  const ids = [...new Set(requests.flatMap((request) => request.robotId ?? []))];
  if (ids.length === 0) return new Set();
  const rows = await db.query<{ id: string }>(sql`
    select id from robots
    where id = any(${ids}::uuid[]) and workspace_id = ${place.workspaceId}::uuid and removed_at is null`);
  return new Set(rows.map((row) => row.id));
}

type NewJob = ReturnType<typeof toRow>;

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

async function insert(db: Db, place: Workspace, rows: readonly NewJob[]): Promise<Job[]> {
  if (rows.length === 0) return [];
  const made = await db.query<{ id: string; created_at: Date }>(sql`
    with j as (
      insert into jobs (
        workspace_id, workflow_id, workflow_name, workflow_version, content_hash, priority, input, target_robot_id,
        required_capabilities, required_tags, environment, max_retries, timeout_ms, not_before, reference
      )
      select ${place.workspaceId}::uuid, r.workflow_id, r.workflow_name, r.workflow_version, r.content_hash, r.priority,
        r.input, r.target_robot_id, r.required_capabilities, r.required_tags, r.environment, r.max_retries, r.timeout_ms,
        r.not_before, r.reference
      from json_to_recordset(${JSON.stringify(rows)}::json) as r (
        workflow_id uuid, workflow_name text, workflow_version int, content_hash text, priority smallint, input jsonb,
        target_robot_id uuid, required_capabilities text[], required_tags text[], environment text, max_retries int,
        timeout_ms bigint, not_before timestamptz, reference text
      )
      returning id, workspace_id, created_at
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.created', id from j
    )
    select id, created_at from j order by id`);
  // Ids grow with every row of a statement, so the order is that of the requests.
  return rows.map((row, i) => asJob(row, made[i] as { id: string; created_at: Date }));
}

/** As it was written; reading a thousand rows back would cost more than writing them. */
function asJob(row: NewJob, { id, created_at }: { id: string; created_at: Date }): Job {
  return {
    id,
    state: 'pending',
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowVersion: row.workflow_version,
    contentHash: row.content_hash,
    priority: row.priority,
    input: row.input as Job['input'],
    output: null,
    error: null,
    robotId: null,
    robotName: null,
    attempt: 0,
    maxRetries: row.max_retries,
    progress: null,
    currentNode: null,
    cancelRequested: false,
    deadLetter: false,
    waitingFor: null,
    reference: row.reference,
    createdAt: created_at.toISOString(),
    notBefore: row.not_before === null ? null : new Date(row.not_before).toISOString(),
    startedAt: null,
    finishedAt: null,
    leaseUntil: null,
  };
}

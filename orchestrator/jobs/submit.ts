import { AppError, type Job, resolveInputs, type submitJobSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, oneInTenant } from '../db/transaction.ts';
import type { Workspace } from '../keys/first-keys.ts';
import { activeTraceParent } from '../tracing/request-trace.ts';
import { linkDependencies } from './dependencies.ts';
import { insertJobs } from './insert-jobs.ts';
import { splitInput } from './secret-input.ts';
import type { VersionContent } from '../workflows/documents.ts';

/** What is asked for, and where it comes from when no person asked. */
export type JobRequest = z.output<typeof submitJobSchema> & {
  readonly parentJobId?: string;
  readonly replayOf?: string;
  /** The trace that it belongs to. */
  readonly traceParent?: string;
};

/** A workflow with what its jobs need unless they say otherwise. */
interface WorkflowRow {
  id: string;
  name: string;
  published_version: number | null;
  required_capabilities: string[] | null;
  required_tags: string[] | null;
  preferred_tags: string[] | null;
  environment: string | null;
  target_group_id: string | null;
  default_robot_id: string | null;
}

/** A request of its own for one job; requests that come at the same time are written together. */
export function submitOne(context: Context, place: Workspace, request: JobRequest): Promise<Job> {
  const { tenantId, workspaceId } = place;
  const db: Db = { query: (statement) => oneInTenant(context.database.pool, tenantId, statement) };
  return context.submissions(`${tenantId}/${workspaceId}`, request, (requests) =>
    submitEach(context, db, place, requests),
  );
}

/** Each by itself, those that can be in one statement; they wait for no other jobs. */
export async function submitEach(
  context: Context,
  db: Db,
  place: Workspace,
  requests: readonly JobRequest[],
): Promise<(Job | Error)[]> {
  const planned = await planJobs(context, db, place, requests);
  const jobs = await insertJobs(
    context,
    db,
    place,
    planned.filter((row): row is NewJob => !(row instanceof Error)),
  );
  return planned.map((row) => (row instanceof Error ? row : (jobs.shift() as Job)));
}

/** Writes jobs in the transaction of `db`; either all of them exist afterwards or none. */
export async function submitJobs(
  context: Context,
  db: Db,
  place: Workspace,
  requests: readonly JobRequest[],
): Promise<Job[]> {
  const rows = await planJobs(context, db, place, requests);
  const jobs = await insertJobs(
    context,
    db,
    place,
    rows.map((row) => {
      if (row instanceof Error) throw row;
      return row;
    }),
  );
  await linkDependencies(db, place, requests, jobs);
  return jobs;
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
  const groups = await findGroups(db, place, requests);
  const plan = async (request: JobRequest): Promise<NewJob> => {
    const workflow = workflows.get(request.workflowId);
    if (!workflow) throw new AppError('NOT_FOUND', `There is no workflow ${request.workflowId}.`);
    if (request.robotId !== undefined && !robots.has(request.robotId))
      throw new AppError('NOT_FOUND', `There is no robot ${request.robotId}.`);
    if (request.groupId !== undefined && !groups.has(request.groupId))
      throw new AppError('NOT_FOUND', `There is no robot group ${request.groupId}.`);
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
    select w.id, w.name, w.published_version, d.required_capabilities, d.required_tags, d.preferred_tags, d.environment,
      d.target_group_id, d.default_robot_id
    from workflows w left join workflow_routing d on d.workflow_id = w.id
    where w.id = any(${ids}::uuid[]) and w.workspace_id = ${place.workspaceId}::uuid`);
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

async function findGroups(db: Db, place: Workspace, requests: readonly JobRequest[]): Promise<Set<string>> {
  const ids = [...new Set(requests.flatMap((request) => request.groupId ?? []))];
  if (ids.length === 0) return new Set();
  const rows = await db.query<{ id: string }>(sql`
    select id from robot_groups where id = any(${ids}::uuid[]) and workspace_id = ${place.workspaceId}::uuid`);
  return new Set(rows.map((row) => row.id));
}

export type NewJob = ReturnType<typeof toRow>;

const union = (...lists: readonly (readonly string[] | null | undefined)[]) => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];

/** The document says what its steps need, the workflow's routing what its jobs need, the request what this one needs. */
function toRow(request: JobRequest, workflow: WorkflowRow, version: number, content: VersionContent) {
  const { shown, secret } = splitInput(content.document, resolveInputs(content.document, request.input));
  return {
    workflow_id: workflow.id,
    workflow_name: workflow.name,
    workflow_version: version,
    content_hash: content.contentHash,
    priority: request.priority,
    input: shown,
    secret,
    // Who names a robot or a group decides; what the workflow says is for those who name neither.
    target_robot_id: request.robotId ?? (request.groupId === undefined ? workflow.default_robot_id : null),
    target_group_id: request.groupId ?? (request.robotId === undefined ? workflow.target_group_id : null),
    required_capabilities: union(
      content.requiredCapabilities,
      workflow.required_capabilities,
      request.requiredCapabilities,
    ),
    required_tags: union(content.requiredTags, workflow.required_tags, request.requiredTags),
    preferred_tags: union(workflow.preferred_tags, request.preferredTags),
    environment: request.environment ?? workflow.environment ?? content.environment,
    affinity: request.affinity?.mode ?? null,
    affinity_key: request.affinity?.key ?? null,
    session_ends: request.affinity?.ends ?? false,
    waits_for: request.after?.length ?? 0,
    deadline: request.deadline ?? null,
    parent_job_id: request.parentJobId ?? null,
    replay_of: request.replayOf ?? null,
    trace_parent: request.traceParent ?? activeTraceParent() ?? null,
    max_retries: request.maxRetries,
    timeout_ms: request.timeoutMs ?? content.timeoutMs,
    not_before: request.notBefore ?? null,
    reference: request.reference ?? null,
  };
}

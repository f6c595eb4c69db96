import type { Job } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Workspace } from '../keys/first-keys.ts';
import { newJobIds, sealInput } from './secret-input.ts';
import type { NewJob } from './submit.ts';

/** All rows in one statement, with their events. */
export async function insertJobs(
  { vault, counters }: Context,
  db: Db,
  place: Workspace,
  jobs: readonly NewJob[],
): Promise<Job[]> {
  if (jobs.length === 0) return [];
  const ids = jobs.some(({ secret }) => secret !== undefined) ? await newJobIds(db, jobs.length) : [];
  const rows = jobs.map(({ secret, ...job }, i) => ({
    ...job,
    id: ids[i],
    sealed_input: secret && sealInput(vault, place.tenantId, ids[i] as string, secret),
  }));
  const made = await db.query<{ id: string; created_at: Date }>(sql`
    with j as (
      insert into jobs (
        workspace_id, workflow_id, workflow_name, workflow_version, content_hash, priority, input, target_robot_id,
        required_capabilities, required_tags, environment, max_retries, timeout_ms, not_before, reference, id, sealed_input,
        target_group_id, preferred_tags, affinity, affinity_key, session_ends, waits_for, deadline, parent_job_id, replay_of,
        trace_parent
      )
      select ${place.workspaceId}::uuid, r.workflow_id, r.workflow_name, r.workflow_version, r.content_hash, r.priority,
        r.input, r.target_robot_id, r.required_capabilities, r.required_tags, r.environment, r.max_retries, r.timeout_ms,
        r.not_before, r.reference, coalesce(r.id, uuidv7()), r.sealed_input, r.target_group_id, r.preferred_tags, r.affinity,
        r.affinity_key, r.session_ends, r.waits_for, r.deadline, r.parent_job_id, r.replay_of, r.trace_parent
      from json_to_recordset(${JSON.stringify(rows)}::json) as r (
        workflow_id uuid, workflow_name text, workflow_version int, content_hash text, priority smallint, input jsonb,
        target_robot_id uuid, required_capabilities text[], required_tags text[], environment text, max_retries int,
        timeout_ms bigint, not_before timestamptz, reference text, id uuid, sealed_input text, target_group_id uuid,
        preferred_tags text[], affinity text, affinity_key text, session_ends boolean, waits_for int, deadline timestamptz,
        parent_job_id uuid, replay_of uuid, trace_parent text
      )
      returning id, workspace_id, created_at
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.created', id from j
    )
    select id, created_at from j order by id`);
  counters.jobsSubmitted.inc(made.length);
  // Ids grow with every row of a statement, so the order is that of the requests.
  return rows.map((row, i) => asJob(row, made[i] as { id: string; created_at: Date }));
}

const asTime = (time: string | null) => (time === null ? null : new Date(time).toISOString());

/** As it was written; reading a thousand rows back would cost more than writing them. */
function asJob(row: Omit<NewJob, 'secret'>, { id, created_at }: { id: string; created_at: Date }): Job {
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
    notBefore: asTime(row.not_before),
    startedAt: null,
    finishedAt: null,
    leaseUntil: null,
    routing: {
      robotId: row.target_robot_id,
      groupId: row.target_group_id,
      requiredCapabilities: row.required_capabilities,
      requiredTags: row.required_tags,
      preferredTags: row.preferred_tags,
      environment: row.environment,
      affinity:
        row.affinity === null || row.affinity_key === null
          ? null
          : { mode: row.affinity, key: row.affinity_key, ...(row.session_ends && { ends: true }) },
      deadline: asTime(row.deadline),
      waitsFor: row.waits_for,
      stuckSince: null,
      parentJobId: row.parent_job_id,
      replayOf: row.replay_of,
    },
  };
}

import type { Job, JobRouting, JobState, WireError } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface JobRow {
  id: string;
  workspace_id: string;
  state: JobState;
  workflow_id: string;
  workflow_name: string;
  workflow_version: number;
  content_hash: string;
  priority: number;
  input: Job['input'];
  output: Job['output'];
  error: WireError | null;
  robot_id: string | null;
  robot_name: string | null;
  attempt: number;
  max_retries: number;
  progress: number | null;
  current_node: string | null;
  cancel_requested: boolean;
  dead_letter: boolean;
  waiting_for: Job['waitingFor'];
  reference: string | null;
  created_at: Date;
  not_before: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
  lease_until: Date | null;
  target_robot_id: string | null;
  target_group_id: string | null;
  required_capabilities: string[];
  required_tags: string[];
  preferred_tags: string[];
  environment: string | null;
  affinity: JobAffinity['mode'] | null;
  affinity_key: string | null;
  session_ends: boolean;
  deadline: Date | null;
  waits_for: number;
  stuck_at: Date | null;
  parent_job_id: string | null;
  replay_of: string | null;
}

type JobAffinity = NonNullable<JobRouting['affinity']>;

/** Columns of a JobRow; the statement calls the jobs `j`. */
export const jobColumns = sql`
  j.id, j.workspace_id, j.state, j.workflow_id, j.workflow_name, j.workflow_version, j.content_hash, j.priority, j.input,
  j.output, j.error, j.robot_id, (select r.name from robots r where r.tenant_id = j.tenant_id and r.id = j.robot_id) as robot_name,
  j.attempt, j.max_retries, j.progress, j.current_node, j.cancel_requested, j.dead_letter, j.waiting_for, j.reference,
  j.created_at, j.not_before, j.started_at, j.finished_at, j.lease_until, j.target_robot_id, j.target_group_id,
  j.required_capabilities, j.required_tags, j.preferred_tags, j.environment, j.affinity, j.affinity_key, j.session_ends,
  j.deadline, j.waits_for, j.stuck_at, j.parent_job_id, j.replay_of`;

export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    state: row.state,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowVersion: row.workflow_version,
    contentHash: row.content_hash,
    priority: row.priority,
    input: row.input,
    output: row.output,
    error: row.error as Job['error'],
    robotId: row.robot_id,
    robotName: row.robot_name,
    attempt: row.attempt,
    maxRetries: row.max_retries,
    progress: row.progress,
    currentNode: row.current_node,
    cancelRequested: row.cancel_requested,
    deadLetter: row.dead_letter,
    waitingFor: row.waiting_for,
    reference: row.reference,
    createdAt: row.created_at.toISOString(),
    notBefore: row.not_before?.toISOString() ?? null,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    leaseUntil: row.lease_until?.toISOString() ?? null,
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
      deadline: row.deadline?.toISOString() ?? null,
      waitsFor: row.waits_for,
      stuckSince: row.stuck_at?.toISOString() ?? null,
      parentJobId: row.parent_job_id,
      replayOf: row.replay_of,
    },
  };
}

import type { Job, JobState, WireError } from '@casare/shared';
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
}

/** Columns of a JobRow; the statement calls the jobs `j`. */
export const jobColumns = sql`
  j.id, j.workspace_id, j.state, j.workflow_id, j.workflow_name, j.workflow_version, j.content_hash, j.priority, j.input,
  j.output, j.error, j.robot_id, (select r.name from robots r where r.tenant_id = j.tenant_id and r.id = j.robot_id) as robot_name,
  j.attempt, j.max_retries, j.progress, j.current_node, j.cancel_requested, j.dead_letter, j.waiting_for, j.reference,
  j.created_at, j.not_before, j.started_at, j.finished_at, j.lease_until`;

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
  };
}

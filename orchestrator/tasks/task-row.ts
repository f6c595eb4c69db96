import type { FleetTask, HumanAnswer, HumanTask, TaskState } from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface TaskRow {
  id: string;
  workspace_id: string;
  job_id: string;
  workflow_id: string;
  key: string;
  path: string;
  state: TaskState;
  task: HumanTask;
  created_at: Date;
  deadline: Date | null;
  answer: HumanAnswer | null;
  answered_by: string | null;
  settled_at: Date | null;
  journaled: boolean;
}

/** Columns of a TaskRow; the statement calls the tasks `t`. What is sealed is read only where it goes into the journal. */
export const taskColumns = sql`
  t.id, t.workspace_id, t.job_id, t.workflow_id, t.key, t.path, t.state, t.task, t.created_at, t.deadline, t.answer, t.answered_by,
  t.settled_at, t.journaled`;

export function toTask(row: TaskRow): FleetTask {
  return {
    id: row.id,
    state: row.state,
    jobId: row.job_id,
    workflowId: row.workflow_id,
    path: row.path,
    task: row.task,
    createdAt: row.created_at.toISOString(),
    deadline: row.deadline?.toISOString() ?? null,
    answer: row.answer,
    answeredBy: row.answered_by,
    settledAt: row.settled_at?.toISOString() ?? null,
  };
}

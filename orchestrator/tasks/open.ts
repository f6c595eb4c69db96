import type { HumanAnswer, JobState, ParkedTask } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { journalOutcome, requeue } from './journal.ts';
import { taskColumns, type TaskRow } from './task-row.ts';

interface AskingJob {
  readonly id: string;
  readonly workspace_id: string;
  readonly workflow_id: string;
}

type Kept = TaskRow & { answer: HumanAnswer | null; sealed: string | null };

/**
 * What a job that was just parked asks. Questions it asked before stay the same ones; those it no longer asks are closed. Where one was answered
 * while another branch of the job ran, the job need not wait at all.
 */
export async function openTasks(
  db: Db,
  context: Pick<Context, 'jobKeys'>,
  tenantId: string,
  job: AskingJob,
  parked: readonly ParkedTask[],
): Promise<JobState> {
  const known = new Map(
    (
      await db.query<Kept>(sql`
        select ${taskColumns}, t.sealed from human_tasks t where t.job_id = ${job.id}::uuid for update`)
    ).map((row) => [row.key, row]),
  );
  let isAnswered = false;
  for (const { path, task } of parked) {
    const before = known.get(task.id);
    known.delete(task.id);
    if (before?.state === 'open') continue;
    if (before?.state === 'answered' && !before.journaled && before.answer !== null) {
      await journalOutcome(db, context, tenantId, before, { answer: before.answer, sealed: before.sealed });
      isAnswered = true;
    } else await ask(db, job, path, task);
  }
  await close(
    db,
    [...known.values()].filter(({ state }) => state === 'open').map(({ id }) => id),
  );
  if (!isAnswered) return 'waiting';
  await requeue(db, job.id);
  return 'pending';
}

/** A question that was closed is asked anew when the job comes to it again (a job that was cancelled and is retried). */
async function ask(db: Db, job: AskingJob, path: string, task: ParkedTask['task']): Promise<void> {
  const deadline = task.deadline === null ? null : new Date(task.deadline);
  await db.query(sql`
    with asked as (
      insert into human_tasks (workspace_id, job_id, workflow_id, key, path, task, deadline)
      values (${job.workspace_id}::uuid, ${job.id}::uuid, ${job.workflow_id}::uuid, ${task.id}, ${path},
        ${JSON.stringify(task)}::jsonb, ${deadline}::timestamptz)
      on conflict (tenant_id, job_id, key) do update set state = 'open', path = excluded.path, task = excluded.task,
        deadline = excluded.deadline, created_at = clock_timestamp(), answer = null, sealed = null, answered_by = null,
        settled_at = null, journaled = false
      returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'task.created', id from asked`);
}

async function close(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query(sql`
    with closed as (
      update human_tasks set settled_at = clock_timestamp(),
        state = case when deadline < clock_timestamp() then 'expired' else 'cancelled' end
      where id = any(${ids}::uuid[]) returning id, workspace_id, state
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'task.' || state, id from closed`);
}

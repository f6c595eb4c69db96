import { type HumanAnswer, maskedAnswer, type StepRow } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { openParts, sealParts } from './seal.ts';
import type { TaskRow } from './task-row.ts';

/** An answer as it is kept: as it may be shown, and sealed when that is not all of it. */
export interface KeptAnswer {
  readonly answer: HumanAnswer;
  readonly sealed: string | null;
}

/** Rows are numbered from 1, so what is sealed here fits no row before it is sealed again for one. */
const notYet = { seq: 0, kind: 'started' } as const;

type JobKey = Pick<Context, 'jobKeys'>;
type Task = Pick<TaskRow, 'job_id' | 'path' | 'task'>;

export function keepAnswer({ jobKeys }: JobKey, tenantId: string, task: Task, answer: HumanAnswer): KeptAnswer {
  const masked = maskedAnswer(task.task, answer);
  if (masked === undefined) return { answer, sealed: null };
  const place = { ...notYet, jobId: task.job_id, path: task.path };
  return { answer: masked, sealed: sealParts(jobKeys.of(tenantId, task.job_id), place, { data: { ...answer } }) };
}

/**
 * Writes what came of a question beside the start of its step, where whoever goes on with the job finds it. Only while no robot has the job
 * and none may take it up again: the rows of a robot are numbered by itself.
 */
export async function journalOutcome(
  db: Db,
  { jobKeys }: JobKey,
  tenantId: string,
  { job_id: jobId, path, task, id }: TaskRow,
  outcome: KeptAnswer | 'expired',
): Promise<void> {
  const [job] = await db.query<{ seq: number }>(sql`
    update jobs set last_step_seq = last_step_seq + 1 where id = ${jobId}::uuid returning last_step_seq as seq`);
  if (!job) throw new TypeError('a task without its job');
  const { deadline } = task;
  const place = { jobId, seq: job.seq, kind: 'started', path } as const;
  const row: StepRow = { seq: job.seq, kind: 'started', path, nodeId: task.nodeId, at: Date.now() };
  if (outcome === 'expired') row.data = { deadline, expired: true };
  else {
    row.data = { deadline, answer: { ...outcome.answer } };
    if (outcome.sealed !== null) {
      const key = jobKeys.of(tenantId, jobId);
      const whole = openParts(key, { ...notYet, jobId, path }, outcome.sealed).data ?? null;
      row.sealed = sealParts(key, place, { data: { deadline, answer: whole } });
    }
  }
  await db.query(sql`
    with written as (
      insert into job_steps (job_id, seq, row) values (${jobId}::uuid, ${row.seq}::int, ${JSON.stringify(row)}::json)
    )
    update human_tasks set journaled = true where id = ${id}::uuid`);
}

/** The job goes on: the next robot that fits takes it. */
export async function requeue(db: Db, jobId: string): Promise<void> {
  await db.query(sql`
    with j as (
      update jobs set state = 'pending', waiting_for = null where id = ${jobId}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'job.requeued', id from j`);
}

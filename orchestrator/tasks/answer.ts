import { answerFaults, AppError, type FleetTask, type HumanAnswer, type JobState } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { journalOutcome, keepAnswer, requeue } from './journal.ts';
import { getTask } from './list.ts';
import { taskColumns, type TaskRow, toTask } from './task-row.ts';

/** Takes the answer to a question, once; the job goes on with it. */
export async function answerTask(
  context: Context,
  caller: Caller,
  taskId: string,
  answer: HumanAnswer,
  requestId: string,
): Promise<FleetTask> {
  const { jobId } = await getTask(context, caller, taskId);
  const { task, goesOn } = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    // The job first: its end closes its questions, and two that lock both must do it in one order.
    const job = await lockAskingJob(db, jobId);
    const before = await lockTask(db, taskId);
    refuseClosed(before);
    refuseFaults(before, answer);
    const kept = keepAnswer(context, caller.tenantId, before, answer);
    const [after] = await db.query<TaskRow>(sql`
      with t as (
        update human_tasks set state = 'answered', answer = ${JSON.stringify(kept.answer)}::jsonb, sealed = ${kept.sealed},
          answered_by = ${`${caller.keyName} (${caller.keyDisplay})`}, settled_at = clock_timestamp()
        where id = ${taskId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'task.answered', id from t
      )
      select ${taskColumns} from t`);
    // While a robot has the job, the answer waits for the job to be parked again.
    if (isNobodys(job)) await journalOutcome(db, context, caller.tenantId, before, kept);
    if (job.state === 'waiting') await requeue(db, jobId);
    await writeAudit(db, caller, {
      action: 'task.answer',
      subjectId: taskId,
      requestId,
      details: { jobId, path: before.path, choice: answer.choice },
    });
    return { task: toTask(after as TaskRow), goesOn: job.state === 'waiting' };
  });
  tellOutcome(context, { tenantId: caller.tenantId, workspaceId: caller.workspaceId, jobId, goesOn });
  return task;
}

export interface AskingJob {
  readonly state: JobState;
  /** Its last holder has reported an end and nobody has claimed it since. */
  readonly is_free: boolean;
}

export async function lockAskingJob(db: Db, jobId: string): Promise<AskingJob> {
  const [job] = await db.query<AskingJob>(sql`
    select state, ended_fence is not distinct from fence as is_free from jobs where id = ${jobId}::uuid for update`);
  if (!job) throw new AppError('NOT_FOUND', 'There is no task with this id.');
  return job;
}

export async function lockTask(db: Db, taskId: string): Promise<TaskRow> {
  const [task] = await db.query<TaskRow>(sql`
    select ${taskColumns} from human_tasks t where t.id = ${taskId}::uuid for update`);
  if (!task) throw new AppError('NOT_FOUND', 'There is no task with this id.');
  return task;
}

function isNobodys({ state, is_free }: AskingJob): boolean {
  return state === 'waiting' || (state === 'pending' && is_free);
}

export function tellOutcome(
  { signals }: Context,
  job: { tenantId: string; workspaceId: string; jobId: string; goesOn: boolean },
): void {
  signals.send({ kind: 'events' });
  signals.send({ kind: 'rows', tenantId: job.tenantId, jobId: job.jobId });
  if (job.goesOn) signals.send({ kind: 'pending', workspaceId: job.workspaceId, jobs: 1 });
}

function refuseClosed({ state, deadline, answered_by: by, settled_at: at }: TaskRow): void {
  if (state === 'answered')
    throw new AppError('CONFLICT', `This was answered already, by ${by} at ${at?.toISOString()}.`, {
      details: { state, answeredBy: by, settledAt: at?.toISOString() ?? null },
    });
  if (state === 'cancelled')
    throw new AppError('CONFLICT', 'Nobody waits for this answer any more: the job has ended or goes another way.', {
      details: { state },
    });
  if (state === 'expired' || (deadline !== null && deadline.getTime() <= Date.now()))
    throw new AppError('CONFLICT', `The time for this answer was over at ${deadline?.toISOString()}.`, {
      details: { state: 'expired' },
    });
}

function refuseFaults({ task }: TaskRow, answer: HumanAnswer): void {
  const faults = answerFaults(task, answer);
  const [first] = Object.entries(faults);
  if (first)
    throw new AppError('VALIDATION', `The answer does not fit: ${first[0]}: ${first[1]}`, { details: { faults } });
}

import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { lockAskingJob, lockTask, tellOutcome } from '../tasks/answer.ts';
import { journalOutcome, requeue } from '../tasks/journal.ts';

interface DueRow {
  tenant_id: string;
  id: string;
  job_id: string;
}

/** Wakes jobs whose questions nobody answered in time: they go on at Expired. */
export async function expireTasks(context: Context): Promise<void> {
  const due = await oneAcrossTenants<DueRow>(
    context.database.system,
    sql`
      select t.tenant_id, t.id, t.job_id from human_tasks t join jobs j on j.tenant_id = t.tenant_id and j.id = t.job_id
      where t.state = 'open' and t.deadline < clock_timestamp() and j.state = 'waiting' limit 500`,
  );
  for (const row of due) await expireTask(context, row);
}

async function expireTask(context: Context, { tenant_id: tenantId, id, job_id: jobId }: DueRow): Promise<void> {
  const workspaceId = await inTenant(context.database.pool, tenantId, async (db) => {
    const job = await lockAskingJob(db, jobId);
    const task = await lockTask(db, id);
    // Answered or cancelled meanwhile; or the job goes on with another answer and looks at the time itself.
    if (job.state !== 'waiting' || task.state !== 'open') return undefined;
    await db.query(sql`
      with t as (
        update human_tasks set state = 'expired', settled_at = clock_timestamp() where id = ${id}::uuid
        returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'task.expired', id from t`);
    await journalOutcome(db, context, tenantId, task, 'expired');
    await requeue(db, jobId);
    return task.workspace_id;
  });
  if (workspaceId !== undefined) tellOutcome(context, { tenantId, workspaceId, jobId, goesOn: true });
}

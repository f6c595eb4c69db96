import type { ScheduleFiring } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { submitJobs } from '../jobs/submit.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { requestFor } from './fire.ts';
import { lockSchedule } from './list.ts';
import { type FiringRow, firingColumns, toFiring } from './schedule-row.ts';

/** Its job at once, outside of the plan; also while it is paused, and whatever else of it runs. */
export async function runSchedule(
  context: Context,
  db: Db,
  caller: Caller,
  id: string,
  requestId: string,
): Promise<{ firing: ScheduleFiring; jobId: string }> {
  const row = await lockSchedule(db, caller, id);
  const [job] = await submitJobs(context, db, caller, [requestFor(row, row.now.getTime())]);
  const jobId = (job as { id: string }).id;
  const reason = `Started by ${caller.keyName}.`;
  const [firing] = await db.query<FiringRow>(sql`
    with f as (
      insert into schedule_firings (workspace_id, schedule_id, slot, manual, outcome, reason, job_id)
      values (${caller.workspaceId}::uuid, ${id}::uuid, clock_timestamp(), true, 'fired', ${reason}, ${jobId}::uuid)
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id, data)
      select workspace_id, 'schedule.fired', schedule_id,
        jsonb_build_object('slot', slot, 'slots', 1, 'reason', reason, 'jobId', job_id, 'manual', true)
      from f
    )
    select ${firingColumns} from f`);
  await writeAudit(db, caller, { action: 'schedule.run', subjectId: id, requestId, details: { jobId } });
  return { firing: toFiring(firing as FiringRow), jobId };
}

import { AppError, type assignJobSchema, type Job } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findRobot } from '../robots/fleet.ts';
import { findGroups } from '../robots/groups.ts';
import { lockJob } from './cancel.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

/** Gives a job that has not begun to other robots, or another place in the queue. What is not named stays. */
export async function assignJob(
  context: Context,
  caller: Caller,
  jobId: string,
  wanted: z.output<typeof assignJobSchema>,
  requestId: string,
): Promise<Job> {
  const job = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockJob(db, caller, jobId);
    if (before.state !== 'pending' && before.state !== 'waiting')
      throw new AppError(
        'CONFLICT',
        `Only a job that is pending or waiting can be assigned; this one is ${before.state}.`,
      );
    if (wanted.robotId) await findRobot(db, caller, wanted.robotId);
    if (wanted.groupId) await findGroups(db, caller, [wanted.groupId]);
    const kept = <T>(value: T | undefined, old: T) => (value === undefined ? old : value);
    const [after] = await db.query<JobRow>(sql`
      with changed as (
        update jobs set target_robot_id = ${kept(wanted.robotId, before.target_robot_id)}::uuid,
          target_group_id = ${kept(wanted.groupId, before.target_group_id)}::uuid,
          priority = ${wanted.priority ?? before.priority}::smallint,
          not_before = ${kept(wanted.notBefore, before.not_before?.toISOString() ?? null)}::timestamptz,
          deadline = ${kept(wanted.deadline, before.deadline?.toISOString() ?? null)}::timestamptz
        where id = ${jobId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'job.assigned', id from changed
      )
      select ${jobColumns} from changed j`);
    await writeAudit(db, caller, { action: 'job.assign', subjectId: jobId, requestId, details: { ...wanted } });
    return toJob(after as JobRow);
  });
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  return job;
}

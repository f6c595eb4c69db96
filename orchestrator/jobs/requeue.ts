import { AppError, type Job, type requeueJobSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { lockJob } from './cancel.ts';
import type { JobRow } from './job-row.ts';
import { openInput } from './secret-input.ts';
import { type JobRequest, submitEach } from './submit.ts';

type Wanted = z.output<typeof requeueJobSchema>;

/**
 * Runs a job that failed or was cancelled once more from the beginning, as a new job with the same input: what happened
 * stays to be looked at. Once only, so that a request that comes twice makes no second one.
 */
export async function requeueJob(
  context: Context,
  caller: Caller,
  jobId: string,
  wanted: Wanted,
  requestId: string,
): Promise<Job> {
  const job = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    await lockJob(db, caller, jobId);
    const [made] = await requeueEach(context, db, caller, [jobId], wanted);
    if (made instanceof Error) throw made;
    await writeAudit(db, caller, {
      action: 'job.requeue',
      subjectId: jobId,
      requestId,
      details: { ...wanted, as: made?.id },
    });
    return made as Job;
  });
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  return job;
}

interface OldRow extends JobRow {
  sealed_input: string | null;
  input_text: string;
  timeout_ms: number | null;
  replayed_by: string | null;
}

/** One new job, or why there is none, for each of the jobs; the caller holds their rows. */
export async function requeueEach(
  context: Context,
  db: Db,
  caller: Caller,
  ids: readonly string[],
  wanted: Wanted,
): Promise<(Job | Error)[]> {
  const rows = await db.query<OldRow>(sql`
    select j.*, j.input::text as input_text from jobs j where j.id = any(${ids}::uuid[]) for update`);
  const old = new Map(rows.map((row) => [row.id, row]));
  const requests = ids.map((id) => requestOf(context, caller, old.get(id), wanted));
  const made = await submitEach(
    context,
    db,
    caller,
    requests.filter((request): request is JobRequest => !(request instanceof Error)),
  );
  const results = requests.map((request) => (request instanceof Error ? request : (made.shift() as Job | Error)));
  const pairs = ids.flatMap((id, i) => {
    const job = results[i];
    return job === undefined || job instanceof Error ? [] : [{ id, by: job.id }];
  });
  await db.query(sql`
    with changed as (
      update jobs set replayed_by = p.by, dead_letter = false
      from unnest(${pairs.map(({ id }) => id)}::uuid[], ${pairs.map(({ by }) => by)}::uuid[]) as p (id, by)
      where jobs.id = p.id returning jobs.id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'job.replayed', id from changed`);
  return results;
}

function requestOf(context: Context, caller: Caller, row: OldRow | undefined, wanted: Wanted): JobRequest | AppError {
  if (!row) return new AppError('NOT_FOUND', 'There is no job with this id.');
  if (row.state !== 'failed' && row.state !== 'cancelled')
    return new AppError('CONFLICT', `Only a failed or cancelled job can be requeued; this one is ${row.state}.`);
  if (row.replayed_by !== null)
    return new AppError('CONFLICT', `It was requeued already, as job ${row.replayed_by}.`, {
      details: { jobId: row.replayed_by },
    });
  const text = row.sealed_input
    ? openInput(context.vault, caller.tenantId, row.id, row.input_text, row.sealed_input)
    : row.input_text;
  const version = wanted.version ?? row.workflow_version;
  // Another version says itself what its steps need.
  const same = version === row.workflow_version;
  return {
    workflowId: row.workflow_id,
    version,
    input: JSON.parse(text) as JobRequest['input'],
    priority: wanted.priority ?? row.priority,
    requiredCapabilities: same ? row.required_capabilities : [],
    requiredTags: row.required_tags,
    preferredTags: row.preferred_tags,
    maxRetries: row.max_retries,
    replayOf: row.id,
    ...(row.environment !== null && { environment: row.environment }),
    ...(row.target_robot_id !== null && { robotId: row.target_robot_id }),
    ...(row.target_group_id !== null && { groupId: row.target_group_id }),
    ...(row.timeout_ms !== null && { timeoutMs: row.timeout_ms }),
    ...(row.reference !== null && { reference: row.reference }),
    ...(row.affinity !== null &&
      row.affinity_key !== null && {
        affinity: { mode: row.affinity, key: row.affinity_key, ends: row.session_ends },
      }),
  };
}

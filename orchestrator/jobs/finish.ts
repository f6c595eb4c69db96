import type { completeSchema, failSchema, JobState, parkSchema, releaseSchema } from '@casare/shared';
import { RETRY_SCHEDULE_S } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import type { Caller } from '../keys/verify.ts';
import { type ReportKind, report, type ReportReply } from './report.ts';

/** The job came to its end. */
export function completeJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof completeSchema>) {
  return end(
    context,
    caller,
    jobId,
    body,
    'complete',
    sql`
    with j as (
      update jobs set state = 'completed', output = ${JSON.stringify(body.output)}::jsonb, error = null, progress = 1,
        current_node = null, finished_at = clock_timestamp(), lease_until = null, ended_fence = fence, ended_as = 'complete'
      where ${isHeld(caller, jobId, body)}
      returning id, workspace_id, state, robot_id
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.completed', id from j
    )
    select state from j`,
  );
}

/** Hand back unfinished: the next robot goes on from the journal. */
export function releaseJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof releaseSchema>) {
  return end(
    context,
    caller,
    jobId,
    body,
    'release',
    sql`
    with j as (
      update jobs set state = case when cancel_requested then 'cancelled' else 'pending' end,
        finished_at = case when cancel_requested then clock_timestamp() end, current_node = null, lease_until = null,
        crashes = 0, ended_fence = fence, ended_as = 'release'
      where ${isHeld(caller, jobId, body)}
      returning id, workspace_id, state
    ), noted as (
      insert into events (workspace_id, type, subject_id, data)
      select workspace_id, case state when 'pending' then 'job.requeued' else 'job.cancelled' end, id,
        jsonb_build_object('reason', ${body.reason}::text)
      from j
    )
    select state from j`,
  );
}

/** A person has to decide what is to happen with a step that may or may not have acted. */
export function parkJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof parkSchema>) {
  const waitingFor = { kind: 'decision', path: body.path, error: body.error };
  return end(
    context,
    caller,
    jobId,
    body,
    'park',
    sql`
    with j as (
      update jobs set state = 'waiting', waiting_for = ${JSON.stringify(waitingFor)}::jsonb,
        error = ${JSON.stringify(body.error)}::jsonb, lease_until = null, crashes = 0, ended_fence = fence, ended_as = 'park'
      where ${isHeld(caller, jobId, body)}
      returning id, workspace_id, state
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.waiting', id from j
    )
    select state from j`,
  );
}

/** Failed: tried again later when that can help and attempts are left, else to the dead letters; or cancelled. */
export function failJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof failSchema>) {
  const pauses = RETRY_SCHEDULE_S.map((seconds) => seconds * (0.8 + 0.4 * context.random()));
  const retryable = body.error.retryable === true;
  return end(
    context,
    caller,
    jobId,
    body,
    'fail',
    sql`
    with before as (
      select id, case
          when ${body.cancelled}::boolean or cancel_requested then 'cancelled'
          when ${retryable}::boolean and retries < max_retries then 'pending'
          else 'failed'
        end as next
      from jobs where ${isHeld(caller, jobId, body)}
      for update
    ), j as (
      update jobs set state = before.next, error = ${JSON.stringify(body.error)}::jsonb, current_node = null,
        lease_until = null, crashes = 0, ended_fence = fence, ended_as = 'fail',
        dead_letter = before.next = 'failed',
        finished_at = case when before.next <> 'pending' then clock_timestamp() end,
        retries = retries + (before.next = 'pending')::int,
        not_before = case when before.next = 'pending' then clock_timestamp() + make_interval(
          secs => (${pauses}::float8[])[least(retries + 1, ${pauses.length}::int)]) end
      from before where jobs.id = before.id
      returning jobs.id, workspace_id, state
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, unnest(case state
        when 'pending' then array['job.retrying']
        when 'cancelled' then array['job.cancelled']
        else array['job.failed', 'job.dead_lettered'] end), id
      from j
    )
    select state from j`,
  );
}

async function end(
  context: Context,
  caller: Caller,
  jobId: string,
  body: { fence: number; lastStepSeq: number },
  kind: ReportKind,
  statement: Statement,
): Promise<ReportReply> {
  const reply = await report<{ state: JobState }>(context, caller, { jobId, ...body, kind }, statement);
  if (reply.duplicate) return { state: reply.state, duplicate: true };
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'rows', tenantId: caller.tenantId, jobId });
  // Handed back: somebody else may take it at once.
  if (kind === 'release' && reply.row.state === 'pending')
    context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  return { state: reply.row.state, duplicate: false };
}

/** The guard of every report: the lease token is the current one, the key is that of the claim, no journal row is missing. */
function isHeld(caller: Caller, jobId: string, body: { fence: number; lastStepSeq: number }): Statement {
  return sql`id = ${jobId}::uuid and fence = ${body.fence}::bigint and key_id = ${caller.keyId}::uuid and state = 'running'
        and last_step_seq >= ${body.lastStepSeq}::int`;
}

import type { failSchema, JobState, ParkedTask, parkSchema, releaseSchema } from '@casare/shared';
import { RETRY_SCHEDULE_S } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { type Db, oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { openTasks } from '../tasks/open.ts';
import { type ReportKind, report, type ReportReply } from './report.ts';
import type { completeBody } from './report-bodies.ts';

/** A report that a job came to its end, with whoever sent it. */
export interface Completion {
  readonly jobId: string;
  readonly keyId: string;
  readonly fence: number;
  readonly lastStepSeq: number;
  /** As JSON. */
  readonly output: string;
}

/** The job came to its end. Reports that come at the same time are taken together. */
export function completeJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof completeBody>) {
  const { fence, lastStepSeq } = body;
  const completion = { jobId, keyId: caller.keyId, fence, lastStepSeq, output: JSON.stringify(body.output) };
  return end(context, caller, jobId, body, 'complete', completeStatement([completion]), () =>
    context.completions(caller.tenantId, completion, async (items) => {
      // In one order everywhere: two statements that lock the same rows must not wait for each other.
      const sorted = items.toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1));
      const asking = oneInTenant<{ id: string; state: JobState; wakes: boolean }>(
        context.database.pool,
        caller.tenantId,
        completeStatement(sorted),
      );
      context.failpoint.reachSoon('complete.sent');
      const rows = await asking;
      context.failpoint.reach('complete.committed');
      const ended = new Map(rows.map((row) => [row.id, row]));
      return items.map((item) => {
        const row = ended.get(item.jobId);
        // The same report twice at once: the second one is a duplicate.
        ended.delete(item.jobId);
        return row;
      });
    }),
  );
}

function completeStatement(items: readonly Completion[]): Statement {
  return sql`
    with j as (
      update jobs set state = 'completed', output = h.output, error = null, progress = 1, current_node = null,
        finished_at = clock_timestamp(), lease_until = null, ended_fence = jobs.fence, ended_as = 'complete'
      from unnest(${items.map((item) => item.jobId)}::uuid[], ${items.map((item) => item.keyId)}::uuid[],
        ${items.map((item) => item.fence)}::bigint[], ${items.map((item) => item.lastStepSeq)}::int[],
        ${items.map((item) => item.output)}::jsonb[]) as h (id, key_id, fence, last_step_seq, output)
      where jobs.id = h.id and jobs.fence = h.fence and jobs.key_id = h.key_id and jobs.state = 'running'
        and jobs.last_step_seq >= h.last_step_seq
      returning jobs.id, workspace_id, state, has_dependents
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.completed', id from j
    )
    select id, state, has_dependents as wakes from j`;
}

/** Hand back unfinished: the next robot goes on from the journal. One that cannot run the job is not offered it for a while. */
export function releaseJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof releaseSchema>) {
  const cannot = body.kind === 'cannot';
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
        crashes = 0, ended_fence = fence, ended_as = 'release', has_rejections = has_rejections or ${cannot}::boolean
      where ${isHeld(caller, jobId, body)}
      returning id, workspace_id, state, robot_id
    ), rejected as (
      insert into job_rejections (job_id, robot_id, reason, until)
      select id, robot_id, ${body.reason}::text, clock_timestamp() + make_interval(secs => ${rejectedSeconds}::int)
      from j where ${cannot}::boolean
      on conflict (tenant_id, job_id, robot_id) do update set reason = excluded.reason, at = clock_timestamp(),
        times = job_rejections.times + 1,
        -- Twice as long each time, at most a day.
        until = clock_timestamp() + least(interval '1 day',
          make_interval(secs => ${rejectedSeconds}::int * 2 ^ least(job_rejections.times, 10)))
    ), noted as (
      insert into events (workspace_id, type, subject_id, data)
      select workspace_id, unnest(case when state = 'cancelled' then array['job.cancelled']
          when ${cannot}::boolean then array['job.rejected', 'job.requeued'] else array['job.requeued'] end), id,
        jsonb_build_object('reason', ${body.reason}::text, 'robotId', robot_id)
      from j
    )
    select state from j`,
  );
}

/** How long a job is not offered again to a robot that cannot run it. */
const rejectedSeconds = 900;

interface ParkedRow {
  id: string;
  workspace_id: string;
  workflow_id: string;
  state: JobState;
}

/** The job waits for a person: to decide about a step that may or may not have acted, or to answer what it asks. */
export function parkJob(context: Context, caller: Caller, jobId: string, body: z.output<typeof parkSchema>) {
  const asks = 'tasks' in body ? body.tasks : undefined;
  const error = 'tasks' in body ? null : JSON.stringify(body.error);
  const waitingFor =
    'tasks' in body ? waitingForTasks(body.tasks) : { kind: 'decision', path: body.path, error: body.error };
  return end<ParkedRow>(
    context,
    caller,
    jobId,
    body,
    'park',
    sql`
    with j as (
      update jobs set state = case when cancel_requested then 'cancelled' else 'waiting' end,
        finished_at = case when cancel_requested then clock_timestamp() end,
        waiting_for = case when not cancel_requested then ${JSON.stringify(waitingFor)}::jsonb end,
        error = ${error}::jsonb, lease_until = null, crashes = 0, ended_fence = fence, ended_as = 'park',
        has_tasks = has_tasks or ${asks !== undefined}::boolean
      where ${isHeld(caller, jobId, body)}
      returning id, workspace_id, workflow_id, state
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, case state when 'waiting' then 'job.waiting' else 'job.cancelled' end, id from j
    )
    select id, workspace_id, workflow_id, state from j`,
    undefined,
    asks &&
      (async (db, job) => {
        if (job.state !== 'waiting') return job;
        return { ...job, state: await openTasks(db, context, caller.tenantId, job, asks) };
      }),
  );
}

/** Enough to show why a job waits; the questions themselves are tasks. */
function waitingForTasks(tasks: readonly ParkedTask[]) {
  const shown = tasks.slice(0, 20).map(({ path, task }) => ({ path, title: task.title }));
  return { kind: 'task', count: tasks.length, tasks: shown };
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
      returning jobs.id, workspace_id, state, has_dependents
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, unnest(case state
        when 'pending' then array['job.retrying']
        when 'cancelled' then array['job.cancelled']
        else array['job.failed', 'job.dead_lettered'] end), id
      from j
    )
    select state, has_dependents as wakes from j`,
  );
}

/** Jobs that waited for this one can run now, as far as they wait for no other. */
const dependentsWoken = 20;

async function end<Row extends { state: JobState; wakes?: boolean }>(
  context: Context,
  caller: Caller,
  jobId: string,
  body: { fence: number; lastStepSeq: number },
  kind: ReportKind,
  statement: Statement,
  first?: () => Promise<Row | undefined>,
  then?: (db: Db, row: Row) => Promise<Row>,
): Promise<ReportReply> {
  const { fence, lastStepSeq } = body;
  const reply = await report<Row>(context, caller, { jobId, fence, lastStepSeq, kind }, statement, first, then);
  if (reply.duplicate) return { state: reply.state, duplicate: true };
  context.counters.jobsEnded.inc({ report: kind, state: reply.row.state });
  context.signals.send({ kind: 'events' });
  context.signals.send({ kind: 'rows', tenantId: caller.tenantId, jobId });
  // Handed back, or parked with a question that is answered already: somebody else may take it at once.
  if ((kind === 'release' || kind === 'park') && reply.row.state === 'pending')
    context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  if (reply.row.wakes === true)
    context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: dependentsWoken });
  return { state: reply.row.state, duplicate: false };
}

/** The guard of every report: the lease token is the current one, the key is that of the claim, no journal row is missing. */
function isHeld(caller: Caller, jobId: string, body: { fence: number; lastStepSeq: number }): Statement {
  return sql`id = ${jobId}::uuid and fence = ${body.fence}::bigint and key_id = ${caller.keyId}::uuid and state = 'running'
        and last_step_seq >= ${body.lastStepSeq}::int`;
}

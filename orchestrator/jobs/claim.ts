import type { claimSchema, StepRow } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { RawText } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { actsElsewhere, notRegistered } from '../robots/robot-row.ts';

type ClaimRequest = z.output<typeof claimSchema>;

interface ClaimedRow {
  id: string;
  fence: number;
  attempt: number;
  workflow_id: string;
  workflow_version: number;
  content_hash: string;
  input: string;
  timeout_ms: number | null;
  last_step_seq: number;
  last_log_seq: number;
  held_seconds: number;
  again: boolean;
}

/** Up to n jobs for the robot, waiting for the first one as long as the request says. */
export async function claimJobs(
  context: Context,
  caller: Caller,
  request: ClaimRequest,
  untilGone: () => AbortSignal,
): Promise<RawText> {
  const deadline = performance.now() + request.waitSeconds * 1000;
  const { waitingClaims } = context;
  let round = waitingClaims.lastRound(caller.workspaceId);
  let signal: AbortSignal | undefined;
  for (;;) {
    const rows = await claimNow(context, caller, request);
    if (rows.length > 0) {
      if (rows.some((row) => !row.again)) context.signals.send({ kind: 'events' });
      // There may be more than this robot takes.
      waitingClaims.passOn(caller.workspaceId, round);
      return replyOf(context, caller, rows);
    }
    waitingClaims.passOn(caller.workspaceId, round);
    const left = deadline - performance.now();
    if (left <= 0) return noJobs;
    signal ??= untilGone();
    const woken = await waitingClaims.wait(caller.workspaceId, round, left, signal);
    if (woken === undefined) return noJobs;
    round = woken;
  }
}

const noJobs = new RawText('{"jobs":[]}');

async function claimNow(context: Context, caller: Caller, request: ClaimRequest): Promise<ClaimedRow[]> {
  const rows = await oneInTenant<ClaimedRow | { id: null }>(
    context.database.pool,
    caller.tenantId,
    claimStatement(context, caller, request),
  );
  if (rows.length === 0) await refuseUnknownRobot(context, caller, request);
  return rows.filter((row): row is ClaimedRow => row.id !== null);
}

/**
 * One statement, so that a claim is whole or not at all: the jobs this claim key got before, or else the first free ones
 * that the robot may take and has room for. Always one row more while the robot is known (the id is null in it).
 */
function claimStatement({ timing }: Context, caller: Caller, request: ClaimRequest) {
  return sql`
    with me as materialized (
      select id, capabilities, tags, environment, max_concurrent_jobs, state from robots
      where key_id = ${caller.keyId}::uuid and instance_id = ${request.instanceId}::uuid and removed_at is null
    ), held as materialized (
      select id, claim_key from jobs where robot_id = (select id from me) and state = 'running'
    ), again as materialized (
      select id from held where claim_key = ${request.claimKey}::uuid
    ), room as materialized (
      select case when exists (select from again) or state not in ('starting', 'idle', 'busy') then 0
        else greatest(0, least(${request.n}::int, max_concurrent_jobs - (select count(*) from held)))
      end as free from me
    ), picked as materialized (
      select id from jobs
      where workspace_id = ${caller.workspaceId}::uuid and state = 'pending'
        and (not_before is null or not_before <= clock_timestamp())
        and required_capabilities <@ (select capabilities from me)
        and required_tags <@ (select tags from me)
        and (environment is null or environment = (select environment from me))
        and (target_robot_id is null or target_robot_id = (select id from me))
      order by priority desc, id
      limit (select coalesce(max(free), 0) from room)
      for update skip locked
    ), taken as (
      update jobs j set state = 'running', fence = nextval('job_fences'), attempt = attempt + 1,
        lease_until = clock_timestamp() + make_interval(secs => ${timing.leaseSeconds}),
        robot_id = (select id from me), key_id = ${caller.keyId}::uuid, claim_key = ${request.claimKey}::uuid,
        started_at = coalesce(started_at, clock_timestamp()), not_before = null, error = null
      from picked where j.id = picked.id
      returning j.*
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.claimed', id from taken
    )
    select t.id, t.fence, t.attempt, t.workflow_id, t.workflow_version, t.content_hash, t.input::text as input,
      t.timeout_ms, t.last_step_seq, t.last_log_seq, ${timing.leaseSeconds}::float8 as held_seconds, false as again
    from taken t
    union all
    select j.id, j.fence, j.attempt, j.workflow_id, j.workflow_version, j.content_hash, j.input::text, j.timeout_ms,
      j.last_step_seq, j.last_log_seq, extract(epoch from j.lease_until - clock_timestamp())::float8, true
    from jobs j where j.id in (select id from again)
    union all
    select null, null, null, null, null, null, null, null, null, null, null, null from me`;
}

async function refuseUnknownRobot(context: Context, caller: Caller, request: ClaimRequest): Promise<never> {
  throw await whyUnknown(context, caller, request.instanceId);
}

/** The robot of this key has registered again as another process, or never did. */
export async function whyUnknown({ database }: Context, caller: Caller, instanceId: string) {
  const [other] = await oneInTenant<{ name: string }>(
    database.pool,
    caller.tenantId,
    sql`
      select name from robots
      where key_id = ${caller.keyId}::uuid and instance_id <> ${instanceId}::uuid and removed_at is null
        and state <> 'offline'
      order by last_heartbeat_at desc nulls last limit 1`,
  );
  return other ? actsElsewhere(other.name) : notRegistered();
}

/** Put together as text: documents and inputs are JSON text already and go out as they are. */
async function replyOf(context: Context, caller: Caller, rows: readonly ClaimedRow[]): Promise<RawText> {
  const steps = await earlierSteps(context, caller, rows);
  const jobs = await Promise.all(
    rows.map(async (row) => {
      const { text } = await context.documents.get(caller.tenantId, row.workflow_id, row.workflow_version);
      return (
        `{"jobId":"${row.id}","fence":${row.fence},"attempt":${row.attempt},"leaseSeconds":${Math.max(0, row.held_seconds)},` +
        `"workflow":${text},"workflowVersion":${row.workflow_version},"contentHash":"${row.content_hash}",` +
        `"input":${row.input},"timeoutMs":${row.timeout_ms},"logSeq":${row.last_log_seq},` +
        `"steps":[${steps.get(row.id)?.join(',') ?? ''}]}`
      );
    }),
  );
  return new RawText(`{"jobs":[${jobs.join(',')}]}`);
}

async function earlierSteps(
  context: Context,
  caller: Caller,
  rows: readonly ClaimedRow[],
): Promise<Map<string, string[]>> {
  const ids = rows.filter((row) => row.last_step_seq > 0).map((row) => row.id);
  const steps = new Map<string, string[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return steps;
  const stored = await oneInTenant<{ job_id: StepRow['path']; row: string }>(
    context.database.pool,
    caller.tenantId,
    sql`select job_id, row::text as row from job_steps where job_id = any(${ids}::uuid[]) order by job_id, seq`,
  );
  for (const { job_id, row } of stored) steps.get(job_id)?.push(row);
  return steps;
}

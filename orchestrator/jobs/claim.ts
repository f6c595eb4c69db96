import type { claimSchema, StepRow } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { RawText } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { actsElsewhere, notRegistered } from '../robots/robot-row.ts';

type ClaimRequest = z.output<typeof claimSchema>;

export interface ClaimedRow {
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

/** A claim with whose it is. */
export interface Asked {
  readonly keyId: string;
  readonly instanceId: string;
  readonly claimKey: string;
  readonly n: number;
}

export interface Claimed {
  /** Whether the robot is registered. */
  readonly known: boolean;
  readonly rows: readonly ClaimedRow[];
}

async function claimNow(context: Context, caller: Caller, request: ClaimRequest): Promise<readonly ClaimedRow[]> {
  const { instanceId, claimKey, n } = request;
  const asked: Asked = { keyId: caller.keyId, instanceId, claimKey, n };
  const lane = `${caller.tenantId}/${caller.workspaceId}`;
  const { known, rows } = await context.claims(lane, asked, (all) => claimTogether(context, caller, all));
  if (!known) await refuseUnknownRobot(context, caller, request);
  return rows;
}

/** Claims that came at the same time; a robot's second one needs to see what its first one got. */
async function claimTogether(context: Context, caller: Caller, all: readonly Asked[]): Promise<Claimed[]> {
  const firsts = all.filter((asked, i) => all.findIndex(({ instanceId }) => instanceId === asked.instanceId) === i);
  const { left, found } = await runClaim(context, caller, firsts);
  const results: Claimed[] = [];
  for (const asked of all) {
    const result = firsts.includes(asked) ? found.get(asked.instanceId) : undefined;
    const alone = result === undefined || (left && result.known && result.rows.length === 0 && all.length > 1);
    results.push(alone ? only(asked, await runClaim(context, caller, [asked])) : result);
  }
  return results;
}

interface ClaimRun {
  /** There were jobs that went to nobody, because the robot whose turn it was may not take them. */
  readonly left: boolean;
  readonly found: ReadonlyMap<string, Claimed>;
}

function only({ instanceId }: Asked, { found }: ClaimRun): Claimed {
  return found.get(instanceId) ?? { known: false, rows: [] };
}

async function runClaim(context: Context, caller: Caller, asked: readonly Asked[]): Promise<ClaimRun> {
  const rows = await oneInTenant<(ClaimedRow | { id: null; picked: number }) & { instance_id: string }>(
    context.database.pool,
    caller.tenantId,
    claimStatement(context, caller, asked),
  );
  const found = new Map<string, { known: boolean; rows: ClaimedRow[] }>(
    asked.map(({ instanceId }) => [instanceId, { known: false, rows: [] }]),
  );
  let left = 0;
  for (const row of rows) {
    const result = found.get(row.instance_id);
    if (!result) continue;
    if (row.id === null) {
      result.known = true;
      left += row.picked;
    } else {
      result.rows.push(row);
      if (!row.again) left--;
    }
  }
  return { left: left > 0, found };
}

/**
 * One statement, so that a claim is whole or not at all: the jobs its claim key got before, or else the first free ones that
 * the robot may take and has room for. Several robots that ask at once get the first free jobs in the order in which they
 * asked, as one after the other would; where one of them may not take what falls to it, nobody gets anything and each asks
 * alone. Always one row more for a robot that is known (the id is null in it; the first of them counts the jobs picked).
 */
function claimStatement({ timing }: Context, caller: Caller, asked: readonly Asked[]) {
  return sql`
    with me as materialized (
      select a.*, sum(a.free) over (order by a.turn) as upto from (
        select q.turn, q.instance_id, q.key_id, q.claim_key, r.id, r.capabilities, r.tags, r.environment,
          case when h.again or r.state not in ('starting', 'idle', 'busy') then 0
            else greatest(0, least(q.n, r.max_concurrent_jobs - h.jobs)) end as free
        from unnest(${asked.map(({ instanceId }) => instanceId)}::uuid[], ${asked.map(({ keyId }) => keyId)}::uuid[],
            ${asked.map(({ claimKey }) => claimKey)}::uuid[], ${asked.map(({ n }) => n)}::int[])
          with ordinality as q (instance_id, key_id, claim_key, n, turn)
        join robots r on r.key_id = q.key_id and r.instance_id = q.instance_id and r.removed_at is null
        cross join lateral (
          select count(*)::int as jobs, coalesce(bool_or(claim_key = q.claim_key), false) as again
          from jobs where robot_id = r.id and state = 'running') h
      ) a
    ), picked as materialized (
      select id, required_capabilities, required_tags, environment, target_robot_id from jobs j
      where workspace_id = ${caller.workspaceId}::uuid and state = 'pending'
        and (not_before is null or not_before <= clock_timestamp())
        -- An aggregate, so that it stays a condition of the scan and never becomes a join that loses the order.
        and (select bool_or(me.free > 0 and ${mayTake}) from me)
      order by priority desc, id
      limit (select coalesce(sum(free), 0) from me)
      for update skip locked
    ), dealt as (
      select j.id, me.id as robot_id, me.instance_id, me.key_id, me.claim_key, ${mayTake} as fits
      from (select *, row_number() over () as place from picked) j
      join me on j.place > me.upto - me.free and j.place <= me.upto
    ), taken as (
      update jobs j set state = 'running', fence = nextval('job_fences'), attempt = attempt + 1,
        lease_until = clock_timestamp() + make_interval(secs => ${timing.leaseSeconds}),
        robot_id = dealt.robot_id, key_id = dealt.key_id, claim_key = dealt.claim_key,
        started_at = coalesce(started_at, clock_timestamp()), not_before = null, error = null
      from dealt where j.id = dealt.id and (select bool_and(fits) from dealt)
      returning j.id, j.fence, j.attempt, j.workflow_id, j.workflow_version, j.content_hash, j.input, j.timeout_ms,
        j.last_step_seq, j.last_log_seq, dealt.instance_id, j.workspace_id
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.claimed', id from taken
    )
    select t.id, t.fence, t.attempt, t.workflow_id, t.workflow_version, t.content_hash, t.input::text as input,
      t.timeout_ms, t.last_step_seq, t.last_log_seq, ${timing.leaseSeconds}::float8 as held_seconds, false as again,
      t.instance_id, 0 as picked
    from taken t
    union all
    select j.id, j.fence, j.attempt, j.workflow_id, j.workflow_version, j.content_hash, j.input::text, j.timeout_ms,
      j.last_step_seq, j.last_log_seq, extract(epoch from j.lease_until - clock_timestamp())::float8, true, me.instance_id, 0
    from me join jobs j on j.robot_id = me.id and j.state = 'running' and j.claim_key = me.claim_key
    union all
    select null, null, null, null, null, null, null, null, null, null, null, null, instance_id,
      case when turn = (select min(turn) from me) then (select count(*)::int from picked) else 0 end
    from me`;
}

/** The job `j` asks for nothing that the robot `me` does not have. */
const mayTake = sql`j.required_capabilities <@ me.capabilities and j.required_tags <@ me.tags
        and (j.environment is null or j.environment = me.environment)
        and (j.target_robot_id is null or j.target_robot_id = me.id)`;

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
        `"journalKey":"${context.jobKeys.of(caller.tenantId, row.id)}",` +
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

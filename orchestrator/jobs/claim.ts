import { asAppError, type claimSchema, type StepRow, traceIdOf } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { RawText } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { claimStatement } from './claim-statement.ts';
import { failJob } from './finish.ts';
import { openInput } from './secret-input.ts';
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
  sealed_input: string | null;
  timeout_ms: number | null;
  last_step_seq: number;
  last_log_seq: number;
  held_seconds: number;
  again: boolean;
  robot_id: string;
  trace_parent: string | null;
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
      noteClaimed(context, rows);
      if (rows.some((row) => !row.again)) context.signals.send({ kind: 'events' });
      // There may be more than this robot takes.
      waitingClaims.passOn(caller.workspaceId, round);
      return replyOf(context, caller, rows);
    }
    waitingClaims.passOn(caller.workspaceId, round);
    const left = deadline - performance.now();
    if (left <= 0) return noJobs;
    signal ??= untilGone();
    const claim = { workspaceId: caller.workspaceId, keyId: caller.keyId, instanceId: request.instanceId };
    const woken = await waitingClaims.wait(claim, round, left, signal);
    if (woken === undefined) return noJobs;
    round = woken;
  }
}

function noteClaimed({ counters, log }: Context, rows: readonly ClaimedRow[]): void {
  for (const row of rows) {
    if (row.again) continue;
    counters.jobsClaimed.inc();
    log.info(
      { jobId: row.id, robotId: row.robot_id, attempt: row.attempt, traceId: traceIdOf(row.trace_parent) },
      'job claimed',
    );
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
  const asking = oneInTenant<(ClaimedRow | { id: null; picked: number }) & { instance_id: string }>(
    context.database.pool,
    caller.tenantId,
    claimStatement(context, caller, asked),
  );
  context.failpoint.reachSoon('claim.sent');
  const rows = await asking;
  if (rows.some(({ id }) => id !== null)) context.failpoint.reach('claim.committed');
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
  const jobs: string[] = [];
  for (const row of rows) {
    const input = await openedInput(context, caller, row);
    if (input === undefined) continue;
    const { text } = await context.documents.get(caller.tenantId, row.workflow_id, row.workflow_version);
    jobs.push(
      `{"jobId":"${row.id}","fence":${row.fence},"attempt":${row.attempt},"leaseSeconds":${Math.max(0, row.held_seconds)},` +
        `"workflow":${text},"workflowVersion":${row.workflow_version},"contentHash":"${row.content_hash}",` +
        `"input":${input},${traceMember(row)}"timeoutMs":${row.timeout_ms},"logSeq":${row.last_log_seq},` +
        `"journalKey":"${context.jobKeys.of(caller.tenantId, row.id)}",` +
        `"steps":[${steps.get(row.id)?.join(',') ?? ''}]}`,
    );
  }
  return new RawText(`{"jobs":[${jobs.join(',')}]}`);
}

function traceMember({ trace_parent }: ClaimedRow): string {
  return trace_parent === null ? '' : `"traceParent":${JSON.stringify(trace_parent)},`;
}

/** A job whose secret inputs cannot be read fails here and goes to no robot: it must not run with something else in their place. */
async function openedInput(context: Context, caller: Caller, row: ClaimedRow): Promise<string | undefined> {
  if (row.sealed_input === null) return row.input;
  try {
    return openInput(context.vault, caller.tenantId, row.id, row.input, row.sealed_input);
  } catch (thrown) {
    const { code, message } = asAppError(thrown);
    const error = { code, message, retryable: false };
    await failJob(context, caller, row.id, { fence: row.fence, lastStepSeq: 0, error, cancelled: false });
    return undefined;
  }
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

import { AppError, openTimeZone, toLocalIso } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, sqlStateOf } from '../db/transaction.ts';
import { type JobRequest, submitJobs } from '../jobs/submit.ts';
import { type Decision, decideSlots } from './decide.ts';
import { applyOverlap, cancelJobs, type Fate, findActiveJobs } from './overlap.ts';
import { type ScheduleRow, scheduleColumns } from './schedule-row.ts';

interface LockedRow extends ScheduleRow {
  now: Date;
  queued: number;
}

/** What is written about a slot. */
interface Entry {
  readonly row: ScheduleRow;
  readonly fate: Fate;
  outcome: 'fired' | Exclude<Fate['outcome'], 'run'> | 'failed';
  reason: string;
  jobId: string | null;
}

interface Fired {
  /** How many jobs were made in each workspace. */
  readonly pending: ReadonlyMap<string, number>;
  readonly cancelled: readonly { id: string; robot_id: string }[];
  readonly entries: number;
  readonly outcomes: ReadonlyMap<string, number>;
}

/**
 * Decides about every slot that is due of these schedules of one tenant: job, entry in the ledger, event and the next slot in one transaction
 * under the lock of the schedule, so that a slot is decided once, by whichever instance gets the lock. Schedules that another one has locked
 * are left to it. Gives how many slots were decided.
 */
export async function fireDue(context: Context, tenantId: string, ids: readonly string[]): Promise<number> {
  try {
    return await fireTogether(context, tenantId, ids);
  } catch (error) {
    const isRefused = error instanceof AppError && !error.retryable;
    const isDecided = sqlStateOf(error) === uniqueViolation;
    if (!isRefused && !isDecided) throw error;
    if (ids.length === 1) return fireTogether(context, tenantId, ids, isRefused ? { failure: error } : { isDecided });
    // A job that cannot be submitted costs its own schedule a slot, and no other.
    let decided = 0;
    for (const id of ids) decided += await fireDue(context, tenantId, [id]);
    return decided;
  }
}

const uniqueViolation = '23505';

interface Trouble {
  /** The job cannot be submitted. */
  readonly failure?: AppError;
  /** Something is in the ledger already; the rest is decided all the same. Only a restored or changed database does that. */
  readonly isDecided?: boolean;
}

async function fireTogether(
  context: Context,
  tenantId: string,
  ids: readonly string[],
  trouble: Trouble = {},
): Promise<number> {
  const fired = await inTenant(context.database.pool, tenantId, async (db): Promise<Fired> => {
    const rows = await db.query<LockedRow>(sql`
      select ${scheduleColumns}, clock_timestamp() as now, (
        select count(*)::int from schedule_firings f where f.schedule_id = s.id and f.outcome = 'queued') as queued
      from schedules s
      where s.id = any(${[...ids]}::uuid[]) and s.next_due <= clock_timestamp() and s.enabled and s.deleted_at is null
      order by s.id for update of s skip locked`);
    return decideLocked(context, db, tenantId, rows, trouble);
  });
  for (const [workspaceId, jobs] of fired.pending) context.signals.send({ kind: 'pending', workspaceId, jobs });
  for (const { id, robot_id: robotId } of fired.cancelled) context.signals.send({ kind: 'cancel', robotId, jobId: id });
  for (const [outcome, n] of fired.outcomes) context.counters.firings.inc({ outcome }, n);
  if (fired.entries > 0) context.signals.send({ kind: 'events' });
  return fired.entries;
}

async function decideLocked(
  context: Context,
  db: Db,
  tenantId: string,
  rows: readonly LockedRow[],
  { failure, isDecided = false }: Trouble,
): Promise<Fired> {
  if (rows.length === 0) return { pending: new Map(), cancelled: [], entries: 0, outcomes: new Map() };
  const exclusive = rows.filter(({ overlap }) => overlap !== 'allow').map(({ id }) => id);
  const active = exclusive.length === 0 ? [] : await findActiveJobs(db, exclusive);
  const entries: Entry[] = [];
  const moved: { id: string; next_due: string | null; has_queued: boolean }[] = [];
  const cancel: string[] = [];
  for (const row of rows) {
    const due = row.next_due?.getTime() ?? row.now.getTime();
    const { decisions: all, nextDue } = decideSlots(row, due, row.now.getTime());
    const decisions = isDecided ? await undecided(db, row.id, all) : all;
    const own = active.filter((job) => job.schedule_id === row.id);
    const { fates, cancel: previous } = applyOverlap(row, decisions, own, row.queued);
    if (!failure) cancel.push(...previous);
    entries.push(...fates.map((fate) => entryOf(row, fate, failure)));
    const hasQueued = row.queued > 0 || fates.some(({ outcome }) => outcome === 'queued');
    moved.push({
      id: row.id,
      next_due: nextDue === undefined ? null : new Date(nextDue).toISOString(),
      has_queued: hasQueued,
    });
  }
  const cancelled = cancel.length === 0 ? [] : await cancelJobs(db, cancel);
  const pending = await submitFor(context, db, tenantId, entries);
  await writeEntries(db, entries);
  await db.query(sql`
    update schedules s set next_due = m.next_due, has_queued = m.has_queued,
      time_zone_data = greatest(s.time_zone_data, ${process.versions.tz ?? ''})
    from json_to_recordset(${JSON.stringify(moved)}::json) as m (id uuid, next_due timestamptz, has_queued boolean)
    where s.id = m.id`);
  const outcomes = new Map<string, number>();
  for (const { outcome } of entries) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return { pending, cancelled, entries: entries.length, outcomes };
}

async function undecided(db: Db, id: string, decisions: readonly Decision[]): Promise<Decision[]> {
  const rows = await db.query<{ slot: Date }>(sql`
    select slot from schedule_firings
    where schedule_id = ${id}::uuid and slot = any(${decisions.map(({ slot }) => new Date(slot))}::timestamptz[])`);
  const known = new Set(rows.map(({ slot }) => slot.getTime()));
  return decisions.filter(({ slot }) => !known.has(slot));
}

function entryOf(row: ScheduleRow, fate: Fate, failure: AppError | undefined): Entry {
  if (fate.outcome !== 'run') return { row, fate, outcome: fate.outcome, reason: fate.reason, jobId: null };
  if (failure)
    return { row, fate, outcome: 'failed', reason: `${failure.code}: ${failure.message}`.slice(0, 2000), jobId: null };
  return { row, fate, outcome: 'fired', reason: fate.reason, jobId: null };
}

async function submitFor(
  context: Context,
  db: Db,
  tenantId: string,
  entries: readonly Entry[],
): Promise<Map<string, number>> {
  const pending = new Map<string, number>();
  const running = entries.filter(({ outcome }) => outcome === 'fired');
  for (const workspaceId of new Set(running.map(({ row }) => row.workspace_id))) {
    const own = running.filter(({ row }) => row.workspace_id === workspaceId);
    const requests = own.map(({ row, fate }) => requestFor(row, fate.slot));
    const jobs = await submitJobs(context, db, { tenantId, workspaceId }, requests);
    own.forEach((entry, i) => {
      entry.jobId = jobs[i]?.id ?? null;
    });
    pending.set(workspaceId, jobs.length);
  }
  return pending;
}

/** The job of a slot, as somebody would submit it. */
export function requestFor(row: ScheduleRow, slot: number): JobRequest {
  const at = new Date(slot).toISOString();
  const local = toLocalIso(openTimeZone(row.time_zone), slot).slice(0, 16).replace('T', ' ');
  return {
    ...row.job,
    workflowId: row.workflow_id,
    input: row.slot_input === null ? row.job.input : { ...row.job.input, [row.slot_input]: at },
    reference: row.job.reference ?? `${row.name.slice(0, 180)} ${local}`,
  } as JobRequest;
}

/** Entries of the ledger with their events. A slot that was decided before is refused by the constraint, and with it everything. */
async function writeEntries(db: Db, entries: readonly Entry[]): Promise<void> {
  const rows = entries.map(({ row, fate, outcome, reason, jobId }) => ({
    workspace_id: row.workspace_id,
    schedule_id: row.id,
    slot: new Date(fate.slot).toISOString(),
    through: fate.through === undefined ? null : new Date(fate.through).toISOString(),
    slots: fate.slots,
    outcome,
    reason,
    job_id: jobId,
  }));
  await db.query(sql`
    with f as (
      insert into schedule_firings (workspace_id, schedule_id, slot, through, slots, outcome, reason, job_id)
      select r.workspace_id, r.schedule_id, r.slot, r.through, r.slots, r.outcome, r.reason, r.job_id
      from json_to_recordset(${JSON.stringify(rows)}::json) as r (
        workspace_id uuid, schedule_id uuid, slot timestamptz, through timestamptz, slots int, outcome text, reason text,
        job_id uuid)
      returning workspace_id, schedule_id, slot, slots, outcome, reason, job_id
    )
    insert into events (workspace_id, type, subject_id, data)
    select workspace_id, 'schedule.' || outcome, schedule_id,
      jsonb_build_object('slot', slot, 'slots', slots, 'reason', reason, 'jobId', job_id)
    from f`);
}

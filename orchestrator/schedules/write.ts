import {
  AppError,
  type changeScheduleSchema,
  type newScheduleSchema,
  openPlan,
  resolveInputs,
  type Schedule,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, sqlStateOf } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { lockSchedule } from './list.ts';
import { noteChange } from './note-change.ts';
import { planOf, type ShownRow, toSchedule } from './schedule-row.ts';

type NewSchedule = z.output<typeof newScheduleSchema>;
type Change = z.output<typeof changeScheduleSchema>;

export async function createSchedule(
  context: Context,
  db: Db,
  caller: Caller,
  schedule: NewSchedule,
  requestId: string,
): Promise<Schedule> {
  await refuseFaults(context, db, caller, schedule);
  const { workflowId, ...job } = schedule.job;
  const nextDue = schedule.enabled ? nextOf(schedule, await timeOf(db)) : undefined;
  if (schedule.enabled && nextDue === undefined) throw neverRuns();
  const [made] = await namesAreUnique(schedule.name, () =>
    db.query<{ id: string }>(sql`
      insert into schedules (workspace_id, name, description, timing, time_zone, starts_at, ends_at, calendar_ids, overlap,
        missed, workflow_id, job, slot_input, enabled, next_due, time_zone_data, created_by)
      values (${caller.workspaceId}::uuid, ${schedule.name}, ${schedule.description}, ${JSON.stringify(schedule.timing)}::jsonb,
        ${schedule.timeZone}, ${schedule.startsAt}::timestamptz, ${schedule.endsAt}::timestamptz, ${schedule.calendarIds}::uuid[],
        ${schedule.overlap}, ${schedule.missed}, ${workflowId}::uuid, ${JSON.stringify(job)}::jsonb, ${schedule.slotInput},
        ${schedule.enabled}, ${nextDue ?? null}::timestamptz, ${process.versions.tz ?? ''}, ${caller.keyName})
      returning id`),
  );
  const id = (made as { id: string }).id;
  await noteChange(db, caller, id, 'schedule.created');
  const details = { name: schedule.name, timing: schedule.timing, timeZone: schedule.timeZone, workflowId };
  await writeAudit(db, caller, { action: 'schedule.create', subjectId: id, requestId, details });
  return toSchedule(await lockSchedule(db, caller, id));
}

export async function changeSchedule(
  context: Context,
  caller: Caller,
  id: string,
  { revision, ...schedule }: Change,
  requestId: string,
): Promise<Schedule> {
  const changed = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockSchedule(db, caller, id);
    if (revision !== undefined && revision !== before.revision)
      throw new AppError(
        'VERSION_CONFLICT',
        `"${before.name}" was changed by somebody else since you read it. Load it again, then change it.`,
        { details: { revision: before.revision } },
      );
    await refuseFaults(context, db, caller, schedule);
    const { workflowId, ...job } = schedule.job;
    const nextDue = await nextAfterChange(db, before, schedule);
    await namesAreUnique(schedule.name, () =>
      db.query(sql`
        update schedules set name = ${schedule.name}, description = ${schedule.description},
          timing = ${JSON.stringify(schedule.timing)}::jsonb, time_zone = ${schedule.timeZone},
          starts_at = ${schedule.startsAt}::timestamptz, ends_at = ${schedule.endsAt}::timestamptz,
          calendar_ids = ${schedule.calendarIds}::uuid[], overlap = ${schedule.overlap}, missed = ${schedule.missed},
          workflow_id = ${workflowId}::uuid, job = ${JSON.stringify(job)}::jsonb, slot_input = ${schedule.slotInput},
          next_due = ${nextDue ?? null}::timestamptz, time_zone_data = ${process.versions.tz ?? ''},
          revision = revision + 1, updated_at = clock_timestamp()
        where id = ${id}::uuid`),
    );
    await noteChange(db, caller, id, 'schedule.changed');
    const fields = changedFields(toSchedule(before), schedule);
    await writeAudit(db, caller, { action: 'schedule.change', subjectId: id, requestId, details: { fields } });
    return toSchedule(await lockSchedule(db, caller, id));
  });
  context.signals.send({ kind: 'events' });
  return changed;
}

function changedFields(before: Schedule, after: Record<string, unknown>): string[] {
  const known = before as Record<string, unknown>;
  return Object.keys(after).filter((name) => JSON.stringify(known[name]) !== JSON.stringify(after[name]));
}

/** While the timing stays, what is due stays due: nothing is lost because somebody changed the name at the wrong moment. */
async function nextAfterChange(
  db: Db,
  before: ShownRow & { now: Date },
  schedule: Omit<Change, 'revision'>,
): Promise<Date | undefined> {
  if (!before.enabled) return undefined;
  const keys = ['timing', 'timeZone', 'startsAt', 'endsAt'] as const;
  const old = planOf(before);
  const isSame = keys.every((key) => JSON.stringify(old[key]) === JSON.stringify(schedule[key]));
  if (isSame) return before.next_due ?? undefined;
  const next = nextOf(schedule, before.now);
  if (next === undefined) throw neverRuns();
  if (before.next_due && before.next_due <= before.now)
    await db.query(sql`
      insert into schedule_firings (workspace_id, schedule_id, slot, outcome, reason)
      values (${before.workspace_id}::uuid, ${before.id}::uuid, ${before.next_due}::timestamptz, 'skipped',
        'The schedule was changed at this moment.')`);
  return next;
}

export function nextOf(schedule: Parameters<typeof openPlan>[0], now: Date): Date | undefined {
  const next = openPlan(schedule).next(now.getTime());
  return next && new Date(next.at);
}

export async function timeOf(db: Db): Promise<Date> {
  const [row] = await db.query<{ now: Date }>(sql`select clock_timestamp() as now`);
  return (row as { now: Date }).now;
}

export function neverRuns(): AppError {
  return new AppError(
    'VALIDATION',
    'This never runs: all its times are past, or after its end. Choose another timing.',
    {
      details: { issues: [{ path: 'body.timing', message: 'no slot in the future' }] },
    },
  );
}

/** What would make every slot fail is refused now. */
async function refuseFaults(
  context: Context,
  db: Db,
  caller: Caller,
  { job, slotInput, calendarIds }: Pick<NewSchedule, 'job' | 'slotInput' | 'calendarIds'>,
): Promise<void> {
  const [workflow] = await db.query<{ name: string; published_version: number | null }>(sql`
    select name, published_version from workflows
    where id = ${job.workflowId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
  if (!workflow) throw new AppError('NOT_FOUND', `There is no workflow ${job.workflowId}.`);
  const version = job.version ?? workflow.published_version;
  if (version === null)
    throw new AppError('CONFLICT', `"${workflow.name}" has no published version. Publish one, or name a version.`);
  const { document } = await context.documents.get(caller.tenantId, job.workflowId, version, db);
  resolveInputs(document, slotInput === null ? job.input : { ...job.input, [slotInput]: new Date(0).toISOString() });
  if (job.robotId !== undefined) {
    const [robot] = await db.query(sql`
      select id from robots
      where id = ${job.robotId}::uuid and workspace_id = ${caller.workspaceId}::uuid and removed_at is null`);
    if (!robot) throw new AppError('NOT_FOUND', `There is no robot ${job.robotId}.`);
  }
  // Locked, so that none is deleted while this schedule begins to use it.
  const calendars = await db.query<{ id: string }>(sql`
    select id from calendars where id = any(${calendarIds}::uuid[]) and workspace_id = ${caller.workspaceId}::uuid for share`);
  const missing = calendarIds.find((id) => !calendars.some((calendar) => calendar.id === id));
  if (missing !== undefined) throw new AppError('NOT_FOUND', `There is no calendar ${missing}.`);
}

const uniqueViolation = '23505';

export async function namesAreUnique<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    if (sqlStateOf(cause) !== uniqueViolation) throw cause;
    throw new AppError('CONFLICT', `The name "${name}" is taken. Choose another one.`, { cause });
  }
}

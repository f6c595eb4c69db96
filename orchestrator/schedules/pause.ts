import type { Schedule } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { lockSchedule } from './list.ts';
import { noteChange } from './note-change.ts';
import { planOf, type ShownRow, toSchedule } from './schedule-row.ts';
import { neverRuns, nextOf } from './write.ts';

/** From the moment this has answered nothing of it runs: who fires holds the same lock. */
export function pauseSchedule(context: Context, caller: Caller, id: string, requestId: string): Promise<Schedule> {
  return change(context, caller, id, async (db, before) => {
    if (!before.enabled) return;
    await endSlots(db, before, 'The schedule was paused.');
    await db.query(sql`
      update schedules set enabled = false, next_due = null, has_queued = false, updated_at = clock_timestamp()
      where id = ${id}::uuid`);
    await noteChange(db, caller, id, 'schedule.paused');
    await writeAudit(db, caller, { action: 'schedule.pause', subjectId: id, requestId });
  });
}

/** Goes on with the next slot; those of the time between are not made up for. */
export function resumeSchedule(context: Context, caller: Caller, id: string, requestId: string): Promise<Schedule> {
  return change(context, caller, id, async (db, before) => {
    if (before.enabled) return;
    const next = nextOf(planOf(before), before.now);
    if (next === undefined) throw neverRuns();
    await db.query(sql`
      update schedules set enabled = true, next_due = ${next}::timestamptz, updated_at = clock_timestamp()
      where id = ${id}::uuid`);
    await noteChange(db, caller, id, 'schedule.resumed');
    await writeAudit(db, caller, { action: 'schedule.resume', subjectId: id, requestId });
  });
}

/** Its jobs go on, its history is deleted with the old rows. */
export async function deleteSchedule(context: Context, caller: Caller, id: string, requestId: string): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = await lockSchedule(db, caller, id);
    await endSlots(db, before, 'The schedule was deleted.');
    await db.query(sql`
      with s as (
        update schedules set enabled = false, next_due = null, has_queued = false, deleted_at = clock_timestamp()
        where id = ${id}::uuid returning id, workspace_id, name
      )
      insert into events (workspace_id, type, subject_id, data)
      select workspace_id, 'schedule.deleted', id, jsonb_build_object('name', name) from s`);
    const details = { name: before.name };
    await writeAudit(db, caller, { action: 'schedule.delete', subjectId: id, requestId, details });
  });
  context.signals.send({ kind: 'events' });
}

async function change(
  context: Context,
  caller: Caller,
  id: string,
  apply: (db: Db, before: ShownRow & { now: Date }) => Promise<void>,
): Promise<Schedule> {
  const schedule = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    await apply(db, await lockSchedule(db, caller, id));
    return toSchedule(await lockSchedule(db, caller, id));
  });
  context.signals.send({ kind: 'events' });
  return schedule;
}

/** Slots that wait or are due at this moment get their end in the ledger too. */
async function endSlots(db: Db, before: ShownRow & { now: Date }, reason: string): Promise<void> {
  await db.query(sql`
    update schedule_firings set outcome = 'skipped', reason = ${reason}, at = clock_timestamp()
    where schedule_id = ${before.id}::uuid and outcome = 'queued'`);
  if (before.next_due && before.next_due <= before.now)
    await db.query(sql`
      insert into schedule_firings (workspace_id, schedule_id, slot, outcome, reason)
      values (${before.workspace_id}::uuid, ${before.id}::uuid, ${before.next_due}::timestamptz, 'skipped', ${reason})`);
}

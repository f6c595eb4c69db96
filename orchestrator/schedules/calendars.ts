import {
  AppError,
  type Calendar,
  type CalendarRules,
  type importDaysSchema,
  type newCalendarSchema,
  readDates,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { namesAreUnique } from './write.ts';

export interface CalendarRow {
  id: string;
  name: string;
  description: string;
  weekdays: CalendarRules['weekdays'];
  days: CalendarRules['days'];
  schedules: number;
  created_at: Date;
  updated_at: Date;
}

/** Columns of a CalendarRow; the statement calls the calendars `c`. */
export const calendarColumns = sql`
  c.id, c.name, c.description, c.weekdays, c.days, c.created_at, c.updated_at, (
    select count(*)::int from schedules s
    where s.tenant_id = c.tenant_id and s.deleted_at is null and c.id = any(s.calendar_ids)) as schedules`;

export function toCalendar(row: CalendarRow): Calendar {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    weekdays: row.weekdays,
    days: row.days,
    schedules: row.schedules,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export async function listCalendars(
  context: Context,
  caller: Caller,
  query: { limit: number; cursor?: string | undefined },
) {
  const cursor = cursorOf(query.cursor);
  const rows = await oneInTenant<CalendarRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${calendarColumns} from calendars c
      where c.workspace_id = ${caller.workspaceId}::uuid and (${cursor}::uuid is null or c.id < ${cursor}::uuid)
      order by c.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toCalendar);
}

export async function getCalendar(context: Context, caller: Caller, id: string): Promise<Calendar> {
  const [row] = await oneInTenant<CalendarRow>(
    context.database.pool,
    caller.tenantId,
    sql`select ${calendarColumns} from calendars c where c.id = ${id}::uuid and c.workspace_id = ${caller.workspaceId}::uuid`,
  );
  if (!row) throw noSuchCalendar();
  return toCalendar(row);
}

function noSuchCalendar(): AppError {
  return new AppError('NOT_FOUND', 'There is no calendar with this id.');
}

export async function createCalendar(
  db: Db,
  caller: Caller,
  calendar: z.output<typeof newCalendarSchema>,
  requestId: string,
): Promise<Calendar> {
  const [made] = await namesAreUnique(calendar.name, () =>
    db.query<{ id: string }>(sql`
      with c as (
        insert into calendars (workspace_id, name, description, weekdays, days)
        values (${caller.workspaceId}::uuid, ${calendar.name}, ${calendar.description}, ${calendar.weekdays}::text[],
          ${JSON.stringify(calendar.days)}::jsonb)
        returning id, workspace_id
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'calendar.created', id from c
      )
      select id from c`),
  );
  const id = (made as { id: string }).id;
  const details = { name: calendar.name };
  await writeAudit(db, caller, { action: 'calendar.create', subjectId: id, requestId, details });
  return toCalendar(await lockCalendar(db, caller, id));
}

/** Counts from the next slot on, for every schedule that uses it. */
export async function changeCalendar(
  context: Context,
  caller: Caller,
  id: string,
  calendar: z.output<typeof newCalendarSchema>,
  requestId: string,
): Promise<Calendar> {
  const changed = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    await lockCalendar(db, caller, id);
    return write(db, caller, id, calendar, requestId);
  });
  context.signals.send({ kind: 'events' });
  return changed;
}

const mostDays = 2000;

/** Days from a list; with a line that cannot be read nothing is taken. */
export async function importDays(
  context: Context,
  caller: Caller,
  id: string,
  { text, replace }: z.output<typeof importDaysSchema>,
  requestId: string,
): Promise<{ calendar: Calendar; added: number }> {
  const { days, faults } = readDates(text);
  if (faults.length > 0)
    throw new AppError('VALIDATION', `Line ${faults[0]?.line} cannot be read: ${faults[0]?.message}`, {
      details: { issues: faults.slice(0, 50).map(({ line, message }) => ({ path: `line ${line}`, message })) },
    });
  const result = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const before = toCalendar(await lockCalendar(db, caller, id));
    const kept = replace ? [] : before.days;
    const known = new Set(kept.map(keyOf));
    const fresh = days.filter((day) => !known.has(keyOf(day)));
    if (kept.length + fresh.length > mostDays)
      throw new AppError('VALIDATION', `A calendar has at most ${mostDays} days. Make a second one for the rest.`, {
        details: { issues: [{ path: 'body.text', message: 'too many days' }] },
      });
    const all = [...kept, ...fresh].toSorted((a, b) => (a.from < b.from ? -1 : 1));
    return { calendar: await write(db, caller, id, { ...before, days: all }, requestId), added: fresh.length };
  });
  context.signals.send({ kind: 'events' });
  return result;
}

function keyOf({ from, to, yearly }: CalendarRules['days'][number]): string {
  return `${from} ${to ?? from} ${yearly}`;
}

async function write(
  db: Db,
  caller: Caller,
  id: string,
  calendar: z.output<typeof newCalendarSchema>,
  requestId: string,
): Promise<Calendar> {
  await namesAreUnique(calendar.name, () =>
    db.query(sql`
      with c as (
        update calendars set name = ${calendar.name}, description = ${calendar.description},
          weekdays = ${calendar.weekdays}::text[], days = ${JSON.stringify(calendar.days)}::jsonb, updated_at = clock_timestamp()
        where id = ${id}::uuid returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'calendar.changed', id from c`),
  );
  const details = { name: calendar.name, days: calendar.days.length };
  await writeAudit(db, caller, { action: 'calendar.change', subjectId: id, requestId, details });
  return toCalendar(await lockCalendar(db, caller, id));
}

export async function deleteCalendar(context: Context, caller: Caller, id: string, requestId: string): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const { name } = await lockCalendar(db, caller, id);
    const users = await db.query<{ name: string }>(sql`
      select name from schedules where ${id}::uuid = any(calendar_ids) and deleted_at is null order by name limit 5`);
    if (users.length > 0)
      throw new AppError(
        'CONFLICT',
        `"${name}" is used by ${users.map((user) => `"${user.name}"`).join(', ')}. Take it from those schedules first.`,
      );
    await db.query(sql`
      with c as (delete from calendars where id = ${id}::uuid returning id, workspace_id)
      insert into events (workspace_id, type, subject_id) select workspace_id, 'calendar.deleted', id from c`);
    await writeAudit(db, caller, { action: 'calendar.delete', subjectId: id, requestId, details: { name } });
  });
  context.signals.send({ kind: 'events' });
}

async function lockCalendar(db: Db, caller: Caller, id: string): Promise<CalendarRow> {
  const [row] = await db.query<CalendarRow>(sql`
    select ${calendarColumns} from calendars c
    where c.id = ${id}::uuid and c.workspace_id = ${caller.workspaceId}::uuid for update of c`);
  if (!row) throw noSuchCalendar();
  return row;
}

import { AppError, type NamedCalendar } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

export async function readCalendars(db: Db, caller: Caller, ids: readonly string[]): Promise<NamedCalendar[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<NamedCalendar & { id: string }>(sql`
    select id, name, weekdays, days from calendars
    where id = any(${[...ids]}::uuid[]) and workspace_id = ${caller.workspaceId}::uuid order by id`);
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw new AppError('NOT_FOUND', `There is no calendar ${missing}.`);
  return rows;
}

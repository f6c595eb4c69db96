import type { EventType } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

/** Keeps how the schedule is set from now on, with the event. */
export async function noteChange(db: Db, caller: Caller, id: string, type: EventType): Promise<void> {
  await db.query(sql`
    with kept as (
      insert into schedule_changes (workspace_id, schedule_id, actor, enabled, timing, time_zone, starts_at, ends_at, calendar_ids)
      select workspace_id, id, ${`${caller.keyName} (${caller.keyDisplay})`}, enabled, timing, time_zone, starts_at, ends_at,
        calendar_ids
      from schedules where id = ${id}::uuid
      returning workspace_id, schedule_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, ${type}, schedule_id from kept`);
}

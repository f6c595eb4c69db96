import {
  AppError,
  FIRING_OUTCOMES,
  type nextSlotsQuerySchema,
  previewSlots,
  type Schedule,
  type scheduleHistoryQuerySchema,
  type scheduleListQuerySchema,
  SCHEDULE_STATES,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import {
  calendarsOf,
  type FiringRow,
  firingColumns,
  lastFiring,
  openZones,
  planOf,
  type ScheduleRow,
  scheduleColumns,
  type ShownRow,
  toFiring,
  toSchedule,
} from './schedule-row.ts';

/** Newest first. */
export async function listSchedules(context: Context, caller: Caller, query: z.output<typeof scheduleListQuerySchema>) {
  const cursor = cursorOf(query.cursor);
  const states = choicesOf(query.state, SCHEDULE_STATES, 'state');
  const search = query.search?.trim() || null;
  const rows = await oneInTenant<ShownRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${scheduleColumns}, ${lastFiring} from schedules s
      where s.workspace_id = ${caller.workspaceId}::uuid and s.deleted_at is null
        and (${cursor}::uuid is null or s.id < ${cursor}::uuid)
        and (${states}::text[] is null or case when not s.enabled then 'paused' when s.next_due is null then 'ended'
          else 'active' end = any(${states}::text[]))
        and (${query.workflowId ?? null}::uuid is null or s.workflow_id = ${query.workflowId ?? null}::uuid)
        and (${search}::text is null or strpos(lower(concat_ws(' ', s.name, s.description, s.id,
          (select w.name from workflows w where w.tenant_id = s.tenant_id and w.id = s.workflow_id))), lower(${search}::text)) > 0)
      order by s.id desc limit ${query.limit + 1}::int`,
  );
  const page = rows.slice(0, query.limit);
  const zones = openZones();
  return {
    items: page.map((row) => toSchedule(row, zones)),
    nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

/** The known words of a comma separated list; null when none is given. */
function choicesOf(text: string | undefined, known: readonly string[], name: string): string[] | null {
  if (text === undefined || text === '') return null;
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return words;
  throw new AppError('VALIDATION', `"${unknown}" is not known. Choose from: ${known.join(', ')}.`, {
    details: { issues: [{ path: `query.${name}`, message: 'unknown' }] },
  });
}

export async function getSchedule(context: Context, caller: Caller, id: string): Promise<Schedule> {
  const [row] = await oneInTenant<ShownRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${scheduleColumns}, ${lastFiring} from schedules s
      where s.id = ${id}::uuid and s.workspace_id = ${caller.workspaceId}::uuid and s.deleted_at is null`,
  );
  if (!row) throw noSuchSchedule();
  return toSchedule(row);
}

function noSuchSchedule(): AppError {
  return new AppError('NOT_FOUND', 'There is no schedule with this id.');
}

/** The schedule for changing it. */
export async function lockSchedule(db: Db, caller: Caller, id: string): Promise<ShownRow & { now: Date }> {
  const [row] = await db.query<ShownRow & { now: Date }>(sql`
    select ${scheduleColumns}, ${lastFiring}, clock_timestamp() as now from schedules s
    where s.id = ${id}::uuid and s.workspace_id = ${caller.workspaceId}::uuid and s.deleted_at is null for update of s`);
  if (!row) throw noSuchSchedule();
  return row;
}

/** The next slots, those without a run among them, each with its reason. */
export async function nextSlots(
  context: Context,
  caller: Caller,
  id: string,
  { limit }: z.output<typeof nextSlotsQuerySchema>,
) {
  const [row] = await oneInTenant<ScheduleRow & { now: Date }>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${scheduleColumns}, clock_timestamp() as now from schedules s
      where s.id = ${id}::uuid and s.workspace_id = ${caller.workspaceId}::uuid and s.deleted_at is null`,
  );
  if (!row) throw noSuchSchedule();
  const after = row.now.getTime();
  return { slots: row.enabled ? previewSlots(planOf(row), calendarsOf(row), { after, runs: limit }) : [] };
}

/** What became of its slots, newest first. */
export async function listFirings(
  context: Context,
  caller: Caller,
  id: string,
  query: z.output<typeof scheduleHistoryQuerySchema>,
) {
  await getSchedule(context, caller, id);
  const cursor = cursorOf(query.cursor);
  const outcomes = choicesOf(query.outcome, FIRING_OUTCOMES, 'outcome');
  const rows = await oneInTenant<FiringRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${firingColumns} from schedule_firings f
      where f.schedule_id = ${id}::uuid and (${cursor}::uuid is null or f.id < ${cursor}::uuid)
        and (${outcomes}::text[] is null or f.outcome = any(${outcomes}::text[]))
      order by f.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toFiring);
}

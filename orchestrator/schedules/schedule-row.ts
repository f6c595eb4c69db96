import {
  type CalendarRules,
  describeTiming,
  type NamedCalendar,
  openTimeZone,
  type Plan,
  previewSlots,
  type Schedule,
  type ScheduleFiring,
  type ScheduleTiming,
  type TimeZone,
} from '@casare/shared';
import { sql } from '../db/sql.ts';

export interface ScheduleRow {
  tenant_id: string;
  id: string;
  workspace_id: string;
  name: string;
  description: string;
  timing: ScheduleTiming;
  time_zone: string;
  starts_at: Date | null;
  ends_at: Date | null;
  calendar_ids: string[];
  overlap: Schedule['overlap'];
  missed: Schedule['missed'];
  workflow_id: string;
  workflow_name: string;
  job: Omit<Schedule['job'], 'workflowId'>;
  slot_input: string | null;
  enabled: boolean;
  next_due: Date | null;
  has_queued: boolean;
  revision: number;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  /** In the order of their ids. */
  calendars: (CalendarRules & { name: string })[] | null;
}

export interface FiringRow {
  id: string;
  slot: string;
  through: string | null;
  slots: number;
  manual: boolean;
  outcome: ScheduleFiring['outcome'];
  reason: string;
  job_id: string | null;
  at: string;
}

/** Columns of a ScheduleRow; the statement calls the schedules `s`. */
export const scheduleColumns = sql`
  s.tenant_id, s.id, s.workspace_id, s.name, s.description, s.timing, s.time_zone, s.starts_at, s.ends_at, s.calendar_ids,
  s.overlap, s.missed, s.workflow_id, s.job, s.slot_input, s.enabled, s.next_due, s.has_queued, s.revision, s.created_by,
  s.created_at, s.updated_at,
  (select w.name from workflows w where w.tenant_id = s.tenant_id and w.id = s.workflow_id) as workflow_name,
  (select json_agg(json_build_object('name', c.name, 'weekdays', c.weekdays, 'days', c.days) order by c.id)
    from calendars c where c.tenant_id = s.tenant_id and c.id = any(s.calendar_ids)) as calendars`;

/** Columns of a FiringRow; the statement calls the firings `f`. */
export const firingColumns = sql`f.id, f.slot, f.through, f.slots, f.manual, f.outcome, f.reason, f.job_id, f.at`;

/** With what became of its newest slot. */
export const lastFiring = sql`
  (select row_to_json(f) from (select ${firingColumns} from schedule_firings f
    where f.tenant_id = s.tenant_id and f.schedule_id = s.id order by f.id desc limit 1) f) as last_firing`;

export type ShownRow = ScheduleRow & { last_firing: FiringRow | null };

export function planOf(row: Pick<ScheduleRow, 'timing' | 'time_zone' | 'starts_at' | 'ends_at'>): Plan {
  return {
    timing: row.timing,
    timeZone: row.time_zone,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
  };
}

export function calendarsOf({ calendars }: Pick<ScheduleRow, 'calendars'>): NamedCalendar[] {
  return calendars ?? [];
}

/** To open a zone is slow, so a list opens each once. */
export function openZones(): (name: string) => TimeZone {
  const zones = new Map<string, TimeZone>();
  return (name) => {
    const zone = zones.get(name) ?? openTimeZone(name);
    zones.set(name, zone);
    return zone;
  };
}

export function toSchedule(row: ShownRow, zones: (name: string) => TimeZone = openZones()): Schedule {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    timing: row.timing,
    timeZone: row.time_zone,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    calendarIds: row.calendar_ids,
    overlap: row.overlap,
    missed: row.missed,
    job: { ...row.job, workflowId: row.workflow_id },
    slotInput: row.slot_input,
    state: !row.enabled ? 'paused' : row.next_due === null ? 'ended' : 'active',
    sentence: describeTiming(row.timing, row.time_zone),
    workflowName: row.workflow_name,
    nextRunAt: nextRunOf(row, zones),
    lastFiring: row.last_firing ? toFiring(row.last_firing) : null,
    revision: row.revision,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function nextRunOf(row: ScheduleRow, zones: (name: string) => TimeZone): string | null {
  if (row.next_due === null) return null;
  const calendars = calendarsOf(row);
  if (calendars.length === 0) return row.next_due.toISOString();
  const after = row.next_due.getTime() - 1;
  return previewSlots(planOf(row), calendars, { after, runs: 1 }, zones).find(({ runs }) => runs)?.at ?? null;
}

export function toFiring(row: FiringRow): ScheduleFiring {
  return {
    id: row.id,
    slot: new Date(row.slot).toISOString(),
    through: row.through === null ? null : new Date(row.through).toISOString(),
    slots: row.slots,
    manual: row.manual,
    outcome: row.outcome,
    reason: row.reason,
    jobId: row.job_id,
    at: new Date(row.at).toISOString(),
  };
}

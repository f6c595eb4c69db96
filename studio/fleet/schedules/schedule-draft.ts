import {
  cronFault,
  isTimeZone,
  type NewSchedule,
  openTimeZone,
  type Schedule,
  type ScheduleTiming,
  type SubmitJob,
} from '@casare/shared';
import { toInstant, toLocalInput } from './local-time.ts';

/** What stands in the fields of the form. */
export interface ScheduleDraft {
  name: string;
  description: string;
  workflowId: string;
  kind: ScheduleTiming['kind'];
  cron: string;
  every: number | null;
  unit: 's' | 'min' | 'h' | 'd';
  /** The first of an interval, or the only time; as clocks of the zone show it. */
  at: string;
  timeZone: string;
  startsAt: string;
  endsAt: string;
  calendarIds: string[];
  overlap: Schedule['overlap'];
  missed: Schedule['missed'];
  priority: number | null;
  retries: number | null;
  robotId: string;
}

export const UNITS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;

export function newDraft(now: number): ScheduleDraft {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    name: '',
    description: '',
    workflowId: '',
    kind: 'cron',
    cron: '0 9 * * 1-5',
    every: 15,
    unit: 'min',
    at: toLocalInput(Math.ceil(now / 3_600_000) * 3_600_000, openTimeZone(timeZone)),
    timeZone,
    startsAt: '',
    endsAt: '',
    calendarIds: [],
    overlap: 'skip',
    missed: 'one',
    priority: 10,
    retries: 3,
    robotId: '',
  };
}

export function draftOf(schedule: Schedule, now: number): ScheduleDraft {
  const { timing, job, timeZone } = schedule;
  const zone = openTimeZone(timeZone);
  const local = (time: string | null) => (time === null ? '' : toLocalInput(Date.parse(time), zone));
  const draft = newDraft(now);
  const unit = (['d', 'h', 'min', 's'] as const).find(
    (name) => timing.kind === 'interval' && timing.everySeconds % UNITS[name] === 0,
  );
  return {
    ...draft,
    name: schedule.name,
    description: schedule.description,
    workflowId: job.workflowId,
    kind: timing.kind,
    ...(timing.kind === 'cron' && { cron: timing.expression }),
    ...(timing.kind === 'interval' &&
      unit && { every: timing.everySeconds / UNITS[unit], unit, at: local(timing.anchor) }),
    ...(timing.kind === 'once' && { at: local(timing.at) }),
    timeZone,
    startsAt: local(schedule.startsAt),
    endsAt: local(schedule.endsAt),
    calendarIds: schedule.calendarIds,
    overlap: schedule.overlap,
    missed: schedule.missed,
    priority: job.priority,
    retries: job.maxRetries,
    robotId: job.robotId ?? '',
  };
}

export type DraftFault = 'cron' | 'zone' | 'every' | 'at';

/** The timing of a draft, or what is wrong with it. */
export function timingOf(draft: ScheduleDraft): { timing: ScheduleTiming } | { fault: DraftFault; message?: string } {
  if (!isTimeZone(draft.timeZone)) return { fault: 'zone' };
  if (draft.kind === 'cron') {
    const message = cronFault(draft.cron);
    return message === undefined
      ? { timing: { kind: 'cron', expression: draft.cron.trim() } }
      : { fault: 'cron', message };
  }
  const at = toInstant(draft.at, draft.timeZone);
  if (at === undefined) return { fault: 'at' };
  if (draft.kind === 'once') return { timing: { kind: 'once', at } };
  const everySeconds = (draft.every ?? 0) * UNITS[draft.unit];
  if (!Number.isInteger(everySeconds) || everySeconds < 1 || everySeconds > 31_622_400) return { fault: 'every' };
  return { timing: { kind: 'interval', everySeconds, anchor: at } };
}

/** What is sent. */
export function requestOf(
  draft: ScheduleDraft,
  timing: ScheduleTiming,
  input: SubmitJob['input'],
  before?: Schedule,
): Omit<NewSchedule, 'enabled'> {
  const { robotId: _, ...job } = before?.job ?? { workflowId: draft.workflowId };
  return {
    name: draft.name.trim(),
    description: draft.description,
    timing,
    timeZone: draft.timeZone,
    startsAt: toInstant(draft.startsAt, draft.timeZone) ?? null,
    endsAt: toInstant(draft.endsAt, draft.timeZone) ?? null,
    calendarIds: draft.calendarIds,
    overlap: draft.overlap,
    missed: draft.missed,
    slotInput: before?.slotInput ?? null,
    job: {
      ...job,
      workflowId: draft.workflowId,
      input: input ?? {},
      priority: draft.priority ?? 10,
      maxRetries: draft.retries ?? 3,
      ...(draft.robotId !== '' && { robotId: draft.robotId }),
    },
  };
}

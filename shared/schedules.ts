import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { submitJobSchema } from './job.ts';
import { cronFault } from './schedule-times/cron.ts';
import { isDate } from './schedule-times/import-dates.ts';
import { WEEKDAYS } from './schedule-times/calendars.ts';
import { isTimeZone } from './schedule-times/time-zone.ts';

export const scheduleTimingSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cron'),
    /** Five fields, or six with seconds in front; also `@daily` and the like. */
    expression: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .superRefine((expression, check) => {
        const message = cronFault(expression);
        if (message !== undefined) check.addIssue({ code: 'custom', message });
      }),
  }),
  z.strictObject({
    kind: z.literal('interval'),
    everySeconds: z.int().min(1).max(31_622_400),
    /** The first slot; all others are whole intervals after it, whatever clocks show. */
    anchor: isoTimeSchema,
  }),
  z.strictObject({ kind: z.literal('once'), at: isoTimeSchema }),
]);
export type ScheduleTiming = z.infer<typeof scheduleTimingSchema>;

/** What happens when a slot comes while a job of an earlier one has not ended. */
export const OVERLAP_POLICIES = ['skip', 'queue', 'cancel', 'allow'] as const;
/** What happens to slots at which nothing could run because every orchestrator was down. */
export const MISSED_POLICIES = ['skip', 'one', 'all'] as const;
/** With `all` at most so many missed slots run afterwards, the newest ones. */
export const MOST_CAUGHT_UP = 100;

const timeZoneSchema = z
  .string()
  .min(1)
  .max(100)
  .refine(isTimeZone, 'This is no time zone. Use a name of the IANA list, such as Europe/Berlin or UTC.');

const definition = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000).default(''),
  timing: scheduleTimingSchema,
  /** Of the cron expression and of the days of calendars. */
  timeZone: timeZoneSchema.default('UTC'),
  startsAt: isoTimeSchema.nullable().default(null),
  endsAt: isoTimeSchema.nullable().default(null),
  /** On the days of these nothing runs. */
  calendarIds: z.array(idSchema).max(10).default([]),
  overlap: z.enum(OVERLAP_POLICIES).default('skip'),
  missed: z.enum(MISSED_POLICIES).default('one'),
  /** What is submitted, as in `POST /jobs`. */
  job: submitJobSchema.omit({ notBefore: true, deadline: true, after: true }),
  /** Name of an input of the workflow that gets the time of the slot. */
  slotInput: z.string().max(64).nullable().default(null),
};

export const newScheduleSchema = z
  .strictObject({ ...definition, enabled: z.boolean().default(true) })
  .refine(startsBeforeEnd, { path: ['endsAt'], message: 'The end is not after the start.' });
export type NewSchedule = z.input<typeof newScheduleSchema>;
export const changeScheduleSchema = z
  .strictObject({
    ...definition,
    /** The one that was read: refused with VERSION_CONFLICT when somebody changed the schedule since. */
    revision: z.int().min(1).optional(),
  })
  .refine(startsBeforeEnd, { path: ['endsAt'], message: 'The end is not after the start.' });

function startsBeforeEnd({ startsAt, endsAt }: { startsAt: string | null; endsAt: string | null }): boolean {
  return startsAt === null || endsAt === null || Date.parse(startsAt) < Date.parse(endsAt);
}

export const FIRING_OUTCOMES = ['fired', 'queued', 'skipped', 'excluded', 'missed', 'failed'] as const;

/** What became of a slot, or of several in a row that were missed together. */
export const scheduleFiringSchema = z.strictObject({
  id: idSchema,
  slot: isoTimeSchema,
  /** The last of several; null for one. */
  through: isoTimeSchema.nullable(),
  /** How many slots it stands for. Of very many only that there were at least so many. */
  slots: z.int(),
  /** Somebody asked for it outside of the plan. */
  manual: z.boolean(),
  outcome: z.enum(FIRING_OUTCOMES),
  /** Why, in a sentence. */
  reason: z.string(),
  jobId: idSchema.nullable(),
  /** When it was decided. */
  at: isoTimeSchema,
});
export type ScheduleFiring = z.infer<typeof scheduleFiringSchema>;

export const SCHEDULE_STATES = ['active', 'paused', 'ended'] as const;
export const scheduleSchema = z.strictObject({
  id: idSchema,
  ...definition,
  /** `ended`: it has no slot any more. */
  state: z.enum(SCHEDULE_STATES),
  /** The timing as a sentence. */
  sentence: z.string(),
  workflowName: z.string(),
  /** The next slot that runs as things are now. */
  nextRunAt: isoTimeSchema.nullable(),
  lastFiring: scheduleFiringSchema.nullable(),
  revision: z.int(),
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const scheduleListQuerySchema = pageQuerySchema.extend({
  /** Comma separated states. */
  state: z.string().max(100).optional(),
  workflowId: idSchema.optional(),
  /** In name, description, workflow and id. */
  search: z.string().max(200).optional(),
});

export const slotPreviewSchema = z.strictObject({
  at: isoTimeSchema,
  /** As clocks of the time zone show it. */
  local: z.string(),
  runs: z.boolean(),
  /** Why it does not run. */
  reason: z.string().nullable(),
  /** What a change of clocks does to it. */
  note: z.string().nullable(),
});
export const slotListSchema = z.strictObject({ slots: z.array(slotPreviewSchema) });
export const nextSlotsQuerySchema = z.strictObject({
  /** So many that run; those that do not are shown between them. */
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
export const previewScheduleSchema = z.strictObject({
  timing: definition.timing,
  timeZone: definition.timeZone,
  startsAt: definition.startsAt,
  endsAt: definition.endsAt,
  calendarIds: definition.calendarIds,
  limit: z.int().min(1).max(200).default(20),
});
export const schedulePreviewReplySchema = z.strictObject({ sentence: z.string(), slots: z.array(slotPreviewSchema) });

export const scheduleHistoryQuerySchema = pageQuerySchema.extend({
  /** Comma separated outcomes. */
  outcome: z.string().max(100).optional(),
});
/** Without a time: now. */
export const scheduleWhyQuerySchema = z.strictObject({ at: isoTimeSchema.optional() });
export const WHY_VERDICTS = [
  ...FIRING_OUTCOMES,
  'willRun',
  'willBeExcluded',
  'due',
  'noSlot',
  'paused',
  'notYetCreated',
  'outsideOfDates',
  'unknown',
] as const;
/** Why a schedule ran, or did not run, at a time. */
export const scheduleWhySchema = z.strictObject({
  at: isoTimeSchema,
  verdict: z.enum(WHY_VERDICTS),
  sentence: z.string(),
  firing: scheduleFiringSchema.nullable(),
  /** The slot that follows. */
  next: slotPreviewSchema.nullable(),
});
export type ScheduleWhy = z.infer<typeof scheduleWhySchema>;
export const runScheduleReplySchema = z.strictObject({ firing: scheduleFiringSchema, jobId: idSchema });

const dateSchema = z.string().refine(isDate, 'a day like 2026-12-25');
export const calendarDaySchema = z
  .strictObject({
    from: dateSchema,
    /** The last day of several. */
    to: dateSchema.nullable().default(null),
    /** Every year. */
    yearly: z.boolean().default(false),
    label: z.string().trim().max(100).default(''),
  })
  .refine(({ from, to, yearly }) => to === null || yearly || from <= to, 'The last day is before the first.');
const calendarDefinition = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000).default(''),
  /** Excluded every week. */
  weekdays: z.array(z.enum(WEEKDAYS)).max(6).default([]),
  /** Excluded days. */
  days: z.array(calendarDaySchema).max(2000).default([]),
};
export const newCalendarSchema = z.strictObject(calendarDefinition);
export type NewCalendar = z.input<typeof newCalendarSchema>;
export const calendarSchema = z.strictObject({
  id: idSchema,
  ...calendarDefinition,
  /** How many schedules use it. */
  schedules: z.int(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
});
export type Calendar = z.infer<typeof calendarSchema>;
export type CalendarRules = Pick<Calendar, 'weekdays' | 'days'>;
export const importDaysSchema = z.strictObject({
  /** A line a day: `2026-12-25 Christmas`, or `2026-12-24..2026-12-26 Christmas`. */
  text: z.string().max(200_000),
  /** Instead of what the calendar has, rather than as well. */
  replace: z.boolean().default(false),
});
export const importDaysReplySchema = z.strictObject({ calendar: calendarSchema, added: z.int() });

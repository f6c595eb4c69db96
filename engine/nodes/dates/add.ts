import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { dateField, describeMoment, momentSchema, readDate, zoneField } from './instants.ts';
import { instantOf, wallOf } from './zones.ts';

const amount = z.int().min(-100_000_000).max(100_000_000).default(0);

export const add = defineNode({
  type: 'dates.add',
  version: 1,
  title: 'Add to date',
  category: 'dates',
  icon: 'calendar-plus',
  description: 'Moves a date by years, months, days, working days or hours, and to the start or end of a period.',
  synonyms: ['subtract', 'tomorrow', 'yesterday', 'next month', 'start of month', 'end of month', 'working days'],
  params: z.strictObject({
    date: dateField.meta({ 'x-widget': 'text', title: 'Date', placeholder: '${steps.now.output.iso}' }),
    years: amount.meta({ title: 'Years' }),
    months: amount.meta({ title: 'Months' }),
    weeks: amount.meta({ title: 'Weeks' }),
    days: amount.meta({ title: 'Days' }),
    workingDays: z
      .int()
      .min(-10_000)
      .max(10_000)
      .default(0)
      .meta({ title: 'Working days', description: 'Monday to Friday.' }),
    hours: amount.meta({ title: 'Hours' }),
    minutes: amount.meta({ title: 'Minutes' }),
    seconds: amount.meta({ title: 'Seconds' }),
    moveTo: z
      .enum([
        'none',
        'startOfHour',
        'startOfDay',
        'startOfWeek',
        'startOfMonth',
        'startOfQuarter',
        'startOfYear',
        'endOfDay',
        'endOfMonth',
        'endOfYear',
      ])
      .default('none')
      .meta({ title: 'Then move to' }),
    timeZone: zoneField.meta({
      title: 'Time zone',
      description: 'Days and months are those of this zone.',
      placeholder: 'Europe/Oslo',
    }),
  }),
  output: momentSchema,
  effect: 'pure',
  examples: [
    { title: 'In 30 days', params: { date: '2026-03-01', days: 30 } },
    { title: 'The last day of next month', params: { date: '2026-01-31', months: 1, moveTo: 'endOfMonth' } },
  ],
  async run(_ctx, { date, workingDays, moveTo, timeZone, hours, minutes, seconds, ...calendar }) {
    const calendarOf = await import('./calendar.ts');
    const start = wallOf(readDate(date, timeZone), timeZone);
    const moved = calendarOf.add(start, calendar);
    const worked = workingDays === 0 ? moved : calendarOf.addBusinessDays(moved, workingDays);
    // Hours are real ones: they pass through a clock change as they are. The calendar above moves the wall clock.
    const later = instantOf(worked, timeZone) + ((hours * 60 + minutes) * 60 + seconds) * 1000;
    const instant = moveTo === 'none' ? later : instantOf(calendarOf.moves[moveTo](wallOf(later, timeZone)), timeZone);
    return { output: describeMoment(instant, timeZone) };
  },
});

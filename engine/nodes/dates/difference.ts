import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { dateField, readDate, zoneField } from './instants.ts';
import { wallOf } from './zones.ts';

export const difference = defineNode({
  type: 'dates.difference',
  version: 1,
  title: 'Time between dates',
  category: 'dates',
  icon: 'calendar-range',
  description: 'Tells how much time lies between two dates and which of them is earlier.',
  synonyms: ['compare dates', 'age', 'duration', 'days between', 'before', 'after'],
  params: z.strictObject({
    from: dateField.meta({ 'x-widget': 'text', title: 'From', placeholder: '2026-01-01' }),
    to: dateField.meta({ 'x-widget': 'text', title: 'To', placeholder: '${steps.now.output.iso}' }),
    timeZone: zoneField.meta({ title: 'Time zone', placeholder: 'Europe/Oslo' }),
  }),
  output: z.object({
    milliseconds: z.number(),
    seconds: z.number(),
    minutes: z.number(),
    hours: z.number(),
    days: z.number(),
    /** Midnights between the two in the zone. */
    calendarDays: z.int(),
    workingDays: z.int(),
    /** Years, months, days, hours, minutes and seconds that add up to the whole. */
    parts: z.record(z.string(), z.int()),
    isBefore: z.boolean(),
    isSame: z.boolean(),
    isAfter: z.boolean(),
  }),
  effect: 'pure',
  examples: [{ title: 'Days of a year', params: { from: '2026-01-01', to: '2027-01-01' } }],
  async run(_ctx, { from, to, timeZone }) {
    const { differenceInBusinessDays, differenceInCalendarDays, intervalToDuration } = await import('./calendar.ts');
    const [start, end] = [readDate(from, timeZone), readDate(to, timeZone)];
    const [startWall, endWall] = [wallOf(start, timeZone), wallOf(end, timeZone)];
    const milliseconds = end - start;
    const {
      years = 0,
      months = 0,
      days = 0,
      hours = 0,
      minutes = 0,
      seconds = 0,
    } = intervalToDuration({ start: startWall, end: endWall });
    return {
      output: {
        milliseconds,
        seconds: milliseconds / 1000,
        minutes: milliseconds / 60_000,
        hours: milliseconds / 3_600_000,
        days: milliseconds / 86_400_000,
        calendarDays: differenceInCalendarDays(endWall, startWall),
        workingDays: differenceInBusinessDays(endWall, startWall),
        parts: { years, months, days, hours, minutes, seconds },
        isBefore: start < end,
        isSame: start === end,
        isAfter: start > end,
      },
    };
  },
});

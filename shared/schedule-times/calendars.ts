import type { CalendarRules } from '../schedules.ts';
import { dayOf, type WallTime, weekdayOf } from './time-zone.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const WEEKDAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export interface NamedCalendar extends CalendarRules {
  readonly name: string;
}

/** Why there is no run on a day, by the first calendar that says so. */
export function excludedBy(calendars: readonly NamedCalendar[], wall: WallTime): string | undefined {
  const weekday = weekdayOf(wall);
  const date = dayOf(wall);
  for (const { name, weekdays, days } of calendars) {
    if (weekdays.includes(WEEKDAYS[weekday] as Weekday))
      return `The calendar "${name}" excludes every ${WEEKDAY_NAMES[weekday]}.`;
    const day = days.find((entry) => covers(entry, date));
    if (day) return `The calendar "${name}" excludes ${date}${day.label === '' ? '' : ` (${day.label})`}.`;
  }
  return undefined;
}

function covers({ from, to, yearly }: CalendarRules['days'][number], date: string): boolean {
  if (!yearly) return date >= from && date <= (to ?? from);
  const [first, last, day] = [from.slice(5), (to ?? from).slice(5), date.slice(5)];
  // From Christmas to Epiphany.
  return first <= last ? day >= first && day <= last : day >= first || day <= last;
}

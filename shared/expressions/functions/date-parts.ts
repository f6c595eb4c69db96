import { charge, fail, type Run } from '../limits.ts';
import { typeName } from '../values.ts';

/** A date as numbers, in the time zone that was asked for. Months count from 1, weekdays from 1 (Monday). */
export interface DateParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  weekday: number;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?$/;

/** Time values beyond this are not dates (the host's own limit). */
const MAX_TIME = 8.64e15;

/** Milliseconds since 1970 of an ISO text, a number of milliseconds, or a date. Texts without a zone are UTC. */
export function readTime(value: unknown, name: string): number {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? readIso(value) : value;
  if (typeof time === 'number' && Math.abs(time) <= MAX_TIME) return time;
  if (typeof value === 'string') {
    return fail(
      `${name}: the text is not an ISO date such as 2026-03-01T12:00:00Z. parseDate(text, pattern) reads others.`,
    );
  }
  return fail(`${name}: needs a date, not ${typeName(value)}.`);
}

function readIso(text: string): number {
  if (text.length > 64) return Number.NaN;
  const found = ISO.exec(text.trim());
  if (found === null) return Number.NaN;
  const [, year, month, day, hour, minute, second, fraction, , sign, zoneHour, zoneMinute] = found;
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  const time = utcTime({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    millisecond: Math.floor(Number(`0.${fraction ?? 0}`) * 1000),
  });
  return time - offset * 60_000;
}

/** NaN when a part is out of its range: 31 February is a fault, not 3 March. */
export function utcTime(parts: Omit<DateParts, 'weekday'>): number {
  const { year, month, day, hour, minute, second, millisecond } = parts;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime();
}

export function daysInMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

export function toIso(time: number, name: string): string {
  if (!(Math.abs(time) <= MAX_TIME)) return fail(`${name}: the date is out of range.`);
  return new Date(time).toISOString();
}

export function utcParts(time: number): DateParts {
  const date = new Date(time);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay() || 7,
  };
}

/** A host formatter costs some 50 µs, hence the price. */
const ZONE_OPERATIONS = 200;

/** How far the clock of a time zone is ahead of UTC at a moment, in milliseconds. */
export function zoneOffset(run: Run, time: number, zone: string, name: string): number {
  charge(run, ZONE_OPERATIONS);
  if (zone === 'UTC') return 0;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
    const found = new Map(format.formatToParts(time).map((part) => [part.type, part.value]));
    const read = (type: Intl.DateTimeFormatPartTypes): number => Number(found.get(type));
    const year = found.get('era') === 'BC' ? 1 - read('year') : read('year');
    const local = utcTime({
      year,
      month: read('month'),
      day: read('day'),
      hour: read('hour'),
      minute: read('minute'),
      second: read('second'),
      millisecond: 0,
    });
    return local - Math.floor(time / 1000) * 1000;
  } catch (error) {
    if (error instanceof RangeError)
      return fail(`${name}: there is no time zone of that name; write one such as Europe/Berlin.`);
    throw error;
  }
}

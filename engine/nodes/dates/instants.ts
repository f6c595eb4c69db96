import { AppError } from '@casare/shared';
import { z } from 'zod';
import { instantOf, wallOf } from './zones.ts';

/** How every date step gives a date. */
export const momentSchema = z.object({
  /** In UTC, e.g. 2026-03-01T12:00:00.000Z. */
  iso: z.string(),
  /** With the offset of the zone, e.g. 2026-03-01T13:00:00.000+01:00. */
  local: z.string(),
  date: z.string(),
  time: z.string(),
  timestamp: z.number(),
  year: z.int(),
  month: z.int(),
  day: z.int(),
  hour: z.int(),
  minute: z.int(),
  second: z.int(),
  /** 1 is Monday, 7 Sunday. */
  weekday: z.int(),
  week: z.int(),
});

export const dateField = z.union([z.string().min(1).max(100), z.number()]);
export const zoneField = z.string().min(1).max(64).default('UTC');

const isoForm =
  /^([+-]\d{6}|\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const maxInstant = 8_640_000_000_000_000;

/** Milliseconds since 1970 of a timestamp or an ISO date; one without an offset is read in the zone. */
export function readDate(value: string | number, timeZone: string): number {
  if (typeof value === 'number') return checked(value, value);
  const match = isoForm.exec(value.trim());
  if (!match) {
    if (/^-?\d{9,16}$/.test(value.trim())) return checked(Number(value), value);
    throw wrong(value);
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = match;
  const wall = new Date(0);
  wall.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 31 April would silently become 1 May.
  if (wall.getUTCMonth() !== Number(month) - 1 || wall.getUTCDate() !== Number(day)) throw wrong(value);
  const isMidnight = hour === '24' && Number(minute) + Number(second) === 0;
  if ((Number(hour) > 23 && !isMidnight) || Number(minute) > 59 || Number(second) > 60) throw wrong(value);
  wall.setUTCHours(Number(hour), Number(minute), Number(second), Math.floor(Number(`0.${fraction}`) * 1000));
  return checked(offset === undefined ? instantOf(wall, timeZone) : wall.getTime() - offsetOf(offset), value);
}

function offsetOf(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function checked(instant: number, value: unknown): number {
  if (Number.isFinite(instant) && Math.abs(instant) <= maxInstant) return instant;
  throw wrong(value);
}

function wrong(value: unknown): AppError {
  return new AppError(
    'DATA_FORMAT',
    `"${String(value).slice(0, 60)}" is no date. Give one such as 2026-03-01 or 2026-03-01T12:00:00+01:00, or read it with "Read date" first.`,
    { details: { value: String(value).slice(0, 200) } },
  );
}

export function describeMoment(instant: number, timeZone: string): z.output<typeof momentSchema> {
  checked(instant, instant);
  const wall = wallOf(instant, timeZone);
  const written = new Date(wall.getTime()).toISOString().slice(0, -1);
  const [date = '', time = ''] = written.split('T');
  return {
    iso: new Date(instant).toISOString(),
    local: written + writeOffset(wall.offsetMinutes),
    date,
    time: time.slice(0, 8),
    timestamp: instant,
    year: wall.getFullYear(),
    month: wall.getMonth() + 1,
    day: wall.getDate(),
    hour: wall.getHours(),
    minute: wall.getMinutes(),
    second: wall.getSeconds(),
    weekday: wall.getDay() || 7,
    week: isoWeek(wall),
  };
}

/** Weeks begin on Monday; the first of a year is the one with its first Thursday (ISO 8601). */
function isoWeek(wall: Date): number {
  const thursday = new Date(0);
  thursday.setUTCFullYear(wall.getFullYear(), wall.getMonth(), wall.getDate() + 4 - (wall.getDay() || 7));
  const first = new Date(0);
  first.setUTCFullYear(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - first.getTime()) / (7 * 86_400_000)) + 1;
}

function writeOffset(minutes: number): string {
  const size = Math.abs(Math.round(minutes));
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

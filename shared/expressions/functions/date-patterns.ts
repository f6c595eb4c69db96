import { fail } from '../limits.ts';
import type { DateParts } from './date-parts.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Letters of a pattern, longest first; 'text' in quotes stands for itself. */
const TOKEN = /'[^']*'|yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|m|ss|s|SSS|a|[^]/g;

function two(value: number): string {
  return String(value).padStart(2, '0');
}

export function writePattern(parts: DateParts, pattern: string): string {
  if (pattern.length > 200) fail('formatDate: the pattern has at most 200 characters.');
  return pattern.replaceAll(TOKEN, (token) => writeToken(parts, token));
}

function writeToken(parts: DateParts, token: string): string {
  const month = MONTHS[parts.month - 1] ?? '';
  const day = DAYS[parts.weekday - 1] ?? '';
  switch (token) {
    case 'yyyy':
      return String(parts.year).padStart(4, '0');
    case 'yy':
      return two(parts.year % 100);
    case 'MMMM':
      return month;
    case 'MMM':
      return month.slice(0, 3);
    case 'MM':
      return two(parts.month);
    case 'M':
      return String(parts.month);
    case 'dd':
      return two(parts.day);
    case 'd':
      return String(parts.day);
    case 'EEEE':
      return day;
    case 'EEE':
      return day.slice(0, 3);
    case 'HH':
      return two(parts.hour);
    case 'H':
      return String(parts.hour);
    case 'hh':
      return two(parts.hour % 12 || 12);
    case 'h':
      return String(parts.hour % 12 || 12);
    case 'mm':
      return two(parts.minute);
    case 'm':
      return String(parts.minute);
    case 'ss':
      return two(parts.second);
    case 's':
      return String(parts.second);
    case 'SSS':
      return String(parts.millisecond).padStart(3, '0');
    case 'a':
      return parts.hour < 12 ? 'AM' : 'PM';
    default:
      return token.length > 1 && token.startsWith("'") ? token.slice(1, -1) : token;
  }
}

interface Reading {
  text: string;
  at: number;
  parts: Omit<DateParts, 'weekday'>;
  afternoon: boolean | undefined;
}

/** Reads a text by the same letters; undefined when it does not fit. */
export function readPattern(text: string, pattern: string): Omit<DateParts, 'weekday'> | undefined {
  if (pattern.length > 200 || text.length > 400) return undefined;
  const parts = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
  const reading: Reading = { text: text.trim(), at: 0, parts, afternoon: undefined };
  for (const token of pattern.match(TOKEN) ?? []) if (!readToken(reading, token)) return undefined;
  if (reading.at !== reading.text.length) return undefined;
  if (reading.afternoon !== undefined) parts.hour = (parts.hour % 12) + (reading.afternoon ? 12 : 0);
  return parts;
}

function readToken(reading: Reading, token: string): boolean {
  switch (token) {
    case 'yyyy':
      return readNumber(reading, 4, 4, 'year');
    case 'yy': {
      const fits = readNumber(reading, 2, 2, 'year');
      // Two digits are 1970 to 2069.
      reading.parts.year += reading.parts.year < 70 ? 2000 : 1900;
      return fits;
    }
    case 'MMMM':
      return readName(reading, MONTHS, (i) => (reading.parts.month = i + 1));
    case 'MMM':
      return readName(
        reading,
        MONTHS.map((name) => name.slice(0, 3)),
        (i) => (reading.parts.month = i + 1),
      );
    case 'EEEE':
      return readName(reading, DAYS, () => undefined);
    case 'EEE':
      return readName(
        reading,
        DAYS.map((name) => name.slice(0, 3)),
        () => undefined,
      );
    case 'MM':
    case 'M':
      return readNumber(reading, token.length, 2, 'month');
    case 'dd':
    case 'd':
      return readNumber(reading, token.length, 2, 'day');
    case 'HH':
    case 'H':
    case 'hh':
    case 'h':
      return readNumber(reading, token.length, 2, 'hour');
    case 'mm':
    case 'm':
      return readNumber(reading, token.length, 2, 'minute');
    case 'ss':
    case 's':
      return readNumber(reading, token.length, 2, 'second');
    case 'SSS':
      return readNumber(reading, 3, 3, 'millisecond');
    case 'a':
      return readName(reading, ['AM', 'PM'], (i) => (reading.afternoon = i === 1));
    default:
      return readLiteral(reading, token.length > 1 ? token.slice(1, -1) : token);
  }
}

function readNumber(reading: Reading, min: number, max: number, part: keyof Reading['parts']): boolean {
  let end = reading.at;
  while (end - reading.at < max && /[0-9]/.test(reading.text.charAt(end))) end += 1;
  if (end - reading.at < min) return false;
  reading.parts[part] = Number(reading.text.slice(reading.at, end));
  reading.at = end;
  return true;
}

function readName(reading: Reading, names: readonly string[], found: (index: number) => void): boolean {
  const rest = reading.text.slice(reading.at).toLowerCase();
  const index = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
  if (index < 0) return false;
  reading.at += (names[index] as string).length;
  found(index);
  return true;
}

function readLiteral(reading: Reading, literal: string): boolean {
  if (!reading.text.startsWith(literal, reading.at)) return false;
  reading.at += literal.length;
  return true;
}

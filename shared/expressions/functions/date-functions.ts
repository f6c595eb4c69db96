import { type Run, charge, fail } from '../limits.ts';
import { readOwn } from '../values.ts';
import { integerAt, numberAt, textAt, textOr } from './arguments.ts';
import { type DateParts, daysInMonth, readTime, toIso, utcParts, utcTime, zoneOffset } from './date-parts.ts';
import { readPattern, writePattern } from './date-patterns.ts';
import { type FunctionDefinition, defineFunction } from './definition.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['milliseconds', 1],
  ['seconds', 1000],
  ['minutes', 60_000],
  ['hours', 3_600_000],
  ['days', 86_400_000],
  ['weeks', 604_800_000],
]);

/** The start of the run: the same moment in every expression of a run, also when it resumes after a crash. */
function now(run: Run, name: string): string {
  const startedAt = readOwn(run.scope.run, 'startedAt');
  if (startedAt === undefined) return fail(`${name}: the start of the run is not known here.`);
  return toIso(readTime(startedAt, name), name);
}

function inZone(run: Run, time: number, zone: string, name: string): DateParts {
  return utcParts(time + zoneOffset(run, time, zone, name));
}

function parseDate(run: Run, args: unknown[]): string {
  if (args[1] === undefined) return toIso(readTime(args[0], 'parseDate'), 'parseDate');
  const text = textAt(args, 0, 'parseDate');
  const parts = readPattern(text, textAt(args, 1, 'parseDate'));
  const local = parts === undefined ? Number.NaN : utcTime(parts);
  if (Number.isNaN(local)) return fail('parseDate: the text does not fit the pattern, or there is no such day.');
  const zone = textOr(args, 2, 'parseDate', 'UTC');
  // Twice, because the offset at the guessed moment can differ from the one at the real moment.
  const guess = local - zoneOffset(run, local, zone, 'parseDate');
  return toIso(local - zoneOffset(run, guess, zone, 'parseDate'), 'parseDate');
}

function formatDate(run: Run, args: unknown[]): string {
  const time = readTime(args[0], 'formatDate');
  const pattern = textOr(args, 1, 'formatDate', 'yyyy-MM-dd');
  charge(run, 4);
  return writePattern(inZone(run, time, textOr(args, 2, 'formatDate', 'UTC'), 'formatDate'), pattern);
}

function adder(name: string, unit: string): FunctionDefinition['call'] {
  const factor = UNITS.get(unit) ?? 1;
  return (_run, args) => toIso(readTime(args[0], name) + numberAt(args, 1, name) * factor, name);
}

/** A day that the target month does not have becomes its last day: 31 January plus a month is 28 February. */
function addMonths(args: unknown[], name: string, factor: number): string {
  const parts = utcParts(readTime(args[0], name));
  const months = parts.year * 12 + parts.month - 1 + integerAt(args, 1, name) * factor;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  if (Math.abs(year) > 270_000) fail(`${name}: the date is out of range.`);
  return toIso(utcTime({ ...parts, year, month, day: Math.min(parts.day, daysInMonth(year, month)) }), name);
}

function addWorkdays(run: Run, args: unknown[]): string {
  let time = readTime(args[0], 'addWorkdays');
  const count = integerAt(args, 1, 'addWorkdays');
  const step = Math.sign(count) * 86_400_000;
  for (let left = Math.abs(count); left > 0; ) {
    charge(run, 1);
    time += step;
    if (utcParts(time).weekday < 6) left -= 1;
  }
  return toIso(time, 'addWorkdays');
}

function dateDiff(args: unknown[]): number {
  const unit = textOr(args, 2, 'dateDiff', 'days');
  const factor = UNITS.get(unit);
  if (factor === undefined) fail(`dateDiff: the unit is one of ${[...UNITS.keys()].join(', ')}.`);
  return (readTime(args[1], 'dateDiff') - readTime(args[0], 'dateDiff')) / factor;
}

function edge(name: string, atEnd: boolean): FunctionDefinition['call'] {
  return (_run, args) => {
    const parts = utcParts(readTime(args[0], name));
    const unit = textOr(args, 1, name, 'day');
    const start = { ...parts, hour: 0, minute: 0, second: 0, millisecond: 0 };
    const months = new Map([
      ['year', 12],
      ['month', 1],
    ]).get(unit);
    if (months === undefined && unit !== 'day' && unit !== 'week')
      fail(`${name}: the unit is day, week, month or year.`);
    if (unit === 'year') start.month = 1;
    if (months !== undefined) start.day = 1;
    const first = utcTime(start) - (unit === 'week' ? (parts.weekday - 1) * 86_400_000 : 0);
    if (!atEnd) return toIso(first, name);
    const next =
      months === undefined ? first + (unit === 'week' ? 7 : 1) * 86_400_000 : utcTime(following(start, months));
    return toIso(next - 1, name);
  };
}

function following(parts: DateParts, months: number): DateParts {
  const month = parts.month - 1 + months;
  return { ...parts, year: parts.year + Math.floor(month / 12), month: (month % 12) + 1 };
}

function part(name: keyof DateParts): FunctionDefinition['call'] {
  return (run, args) => inZone(run, readTime(args[0], name), textOr(args, 1, name, 'UTC'), name)[name];
}

const DAY = "'2026-03-31T14:05:09Z'";

export const DATE_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction(
    'now()',
    'The moment the run started, as ISO text (UTC). The same in the whole run, so a repeated step sees the same time.',
    'now() // "2026-03-01T12:00:00.000Z"',
    [0, 0],
    (run) => now(run, 'now'),
    { readsRun: true },
  ),
  defineFunction(
    'today(zone?)',
    'The day the run started, as yyyy-MM-dd.',
    'today() // "2026-03-01"',
    [0, 1],
    (run, args) =>
      writePattern(
        inZone(run, readTime(now(run, 'today'), 'today'), textOr(args, 0, 'today', 'UTC'), 'today'),
        'yyyy-MM-dd',
      ),
    { readsRun: true },
  ),
  defineFunction(
    'parseDate(text, pattern?, zone?)',
    'ISO text of a date that is written by a pattern, in a time zone (UTC).',
    "parseDate('31.03.2026', 'dd.MM.yyyy') // \"2026-03-31T00:00:00.000Z\"",
    [1, 3],
    parseDate,
  ),
  defineFunction(
    'formatDate(date, pattern?, zone?)',
    'A date as text by a pattern (yyyy-MM-dd), in a time zone (UTC).',
    `formatDate(${DAY}, 'd MMM yyyy HH:mm', 'Europe/Berlin') // "31 Mar 2026 16:05"`,
    [1, 3],
    formatDate,
  ),
  defineFunction(
    'isDate(value)',
    'Whether a value is an ISO date text.',
    "isDate('2026-02-30') // false",
    [1, 1],
    (_run, args) => {
      if (typeof args[0] !== 'string' || args[0].length > 64) return false;
      try {
        return Number.isFinite(readTime(args[0], 'isDate'));
      } catch {
        return false;
      }
    },
  ),
  defineFunction(
    'addSeconds(date, count)',
    'That many seconds later.',
    `addSeconds(${DAY}, 51) // "2026-03-31T14:06:00.000Z"`,
    [2, 2],
    adder('addSeconds', 'seconds'),
  ),
  defineFunction(
    'addMinutes(date, count)',
    'That many minutes later.',
    `addMinutes(${DAY}, -5) // "2026-03-31T14:00:09.000Z"`,
    [2, 2],
    adder('addMinutes', 'minutes'),
  ),
  defineFunction(
    'addHours(date, count)',
    'That many hours later.',
    `addHours(${DAY}, 10) // "2026-04-01T00:05:09.000Z"`,
    [2, 2],
    adder('addHours', 'hours'),
  ),
  defineFunction(
    'addDays(date, count)',
    'That many days later.',
    'addDays(\'2026-02-28\', 1) // "2026-03-01T00:00:00.000Z"',
    [2, 2],
    adder('addDays', 'days'),
  ),
  defineFunction(
    'addWorkdays(date, count)',
    'That many days later, Saturdays and Sundays not counted.',
    'addWorkdays(\'2026-03-06\', 1) // "2026-03-09T00:00:00.000Z"',
    [2, 2],
    addWorkdays,
  ),
  defineFunction(
    'addMonths(date, count)',
    'That many months later, at most the last day of the month.',
    'addMonths(\'2026-01-31\', 1) // "2026-02-28T00:00:00.000Z"',
    [2, 2],
    (_run, args) => addMonths(args, 'addMonths', 1),
  ),
  defineFunction(
    'addYears(date, count)',
    'That many years later.',
    'addYears(\'2024-02-29\', 1) // "2025-02-28T00:00:00.000Z"',
    [2, 2],
    (_run, args) => addMonths(args, 'addYears', 12),
  ),
  defineFunction(
    'dateDiff(from, to, unit?)',
    'Time between two dates in milliseconds, seconds, minutes, hours, days (default) or weeks, with decimals.',
    "dateDiff('2026-03-01', '2026-03-02T12:00:00Z') // 1.5",
    [2, 3],
    (_run, args) => dateDiff(args),
  ),
  defineFunction(
    'startOf(date, unit?)',
    'The first moment of the day (default), week (Monday), month or year, in UTC.',
    `startOf(${DAY}, 'month') // "2026-03-01T00:00:00.000Z"`,
    [1, 2],
    edge('startOf', false),
  ),
  defineFunction(
    'endOf(date, unit?)',
    'The last moment of the day (default), week, month or year, in UTC.',
    `endOf(${DAY}, 'month') // "2026-03-31T23:59:59.999Z"`,
    [1, 2],
    edge('endOf', true),
  ),
  defineFunction('year(date, zone?)', 'The year.', `year(${DAY}) // 2026`, [1, 2], part('year')),
  defineFunction('month(date, zone?)', 'The month, 1 to 12.', `month(${DAY}) // 3`, [1, 2], part('month')),
  defineFunction('day(date, zone?)', 'The day of the month.', `day(${DAY}) // 31`, [1, 2], part('day')),
  defineFunction(
    'weekday(date, zone?)',
    'The day of the week, 1 (Monday) to 7 (Sunday).',
    `weekday(${DAY}) // 2`,
    [1, 2],
    part('weekday'),
  ),
  defineFunction('hour(date, zone?)', 'The hour, 0 to 23.', `hour(${DAY}) // 14`, [1, 2], part('hour')),
  defineFunction('minute(date, zone?)', 'The minute.', `minute(${DAY}) // 5`, [1, 2], part('minute')),
  defineFunction(
    'toTimestamp(date)',
    'Milliseconds since 1970.',
    "toTimestamp('1970-01-02') // 86400000",
    [1, 1],
    (_run, args) => readTime(args[0], 'toTimestamp'),
  ),
  defineFunction(
    'fromTimestamp(milliseconds)',
    'ISO text of milliseconds since 1970.',
    'fromTimestamp(86400000) // "1970-01-02T00:00:00.000Z"',
    [1, 1],
    (_run, args) => toIso(numberAt(args, 0, 'fromTimestamp'), 'fromTimestamp'),
  ),
];

import type { ScheduleTiming } from '../schedules.ts';
import { WEEKDAY_NAMES, WEEKDAYS } from './calendars.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
const MONTH_NAMES = [...MONTHS, 'November', 'December'];
const MONTH_KEYS = MONTH_NAMES.map((name) => name.slice(0, 3).toLowerCase());
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

const NICKNAMES: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** A timing as a sentence: "at 09:00 on weekdays, Europe/Berlin". */
export function describeTiming(timing: ScheduleTiming, timeZone: string): string {
  switch (timing.kind) {
    case 'cron':
      return `${describeCron(timing.expression)}, ${timeZone}`;
    case 'interval':
      return `every ${describeSeconds(timing.everySeconds)} from ${shortTime(timing.anchor)} on`;
    case 'once':
      return `once, at ${shortTime(timing.at)}`;
  }
}

function shortTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function describeSeconds(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, name] = units.find(([unit]) => seconds % unit === 0) ?? [1, 'second'];
  const n = seconds / size;
  return n === 1 ? name : `${n} ${name}s`;
}

export function describeCron(expression: string): string {
  const text = expression.trim().toLowerCase();
  const fields = (NICKNAMES[text] ?? text).split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 6) return `by "${expression.trim()}"`;
  const days = describeDays(day, weekday);
  const months = describeMonths(month);
  const isEveryDay = days === '';
  const time = describeTime(second, minute, hour);
  const everyDay = isEveryDay && time.startsWith('at ') && hour !== '*' ? 'every day' : '';
  return [time, days || everyDay, months].filter((part) => part !== '').join(' ');
}

function describeTime(second: string, minute: string, hour: string): string {
  const [seconds, minutes, hours] = [numbers(second), numbers(minute), numbers(hour)];
  if (seconds && minutes && hours && seconds.length * minutes.length * hours.length <= 6) {
    const times = hours.flatMap((h) =>
      minutes.flatMap((m) => seconds.map((s) => `${two(h)}:${two(m)}${s === 0 ? '' : `:${two(s)}`}`)),
    );
    return `at ${listed(times)}`;
  }
  const within = hour === '*' ? '' : ` ${describeHours(hour)}`;
  if (!seconds || seconds.length > 1) {
    const base = recurring(second, 'second') ?? `at seconds ${second}`;
    return `${base}${minute === '*' ? '' : ` ${recurring(minute, 'minute') ?? `at minutes ${minute}`}`}${within}`;
  }
  const atSecond = seconds[0] === 0 ? '' : ` at second ${seconds[0]}`;
  if (!minutes) return `${recurring(minute, 'minute') ?? `at minutes ${minute}`}${atSecond}${within}`;
  const everyHour = recurring(hour, 'hour');
  const atMinute = minutes.length === 1 && minutes[0] === 0 ? '' : ` at minute ${listed(minutes.map(String))}`;
  if (everyHour) return `${everyHour}${atMinute}${atSecond}`;
  const range = /^(\d+)-(\d+)(?:\/(\d+))?$/.exec(hour);
  if (range) {
    const step = range[3] === undefined || range[3] === '1' ? 'every hour' : `every ${range[3]} hours`;
    return `${step} from ${two(Number(range[1]))}:00 to ${two(Number(range[2]))}:00${atMinute}${atSecond}`;
  }
  return `at minute ${listed(minutes.map(String))}${atSecond} ${describeHours(hour)}`;
}

/** `*` and steps of it. */
function recurring(field: string, unit: string): string | undefined {
  if (field === '*' || field === '*/1') return `every ${unit}`;
  const step = /^\*\/(\d+)$/.exec(field);
  return step ? `every ${step[1]} ${unit}s` : undefined;
}

function describeHours(hour: string): string {
  const range = /^(\d+)-(\d+)$/.exec(hour);
  if (range) return `from ${two(Number(range[1]))}:00 to ${two(Number(range[2]))}:59`;
  const hours = numbers(hour);
  if (hours) return `in the hour${hours.length === 1 ? '' : 's'} ${listed(hours.map((h) => `${two(h)}:00`))}`;
  return `in the hours ${hour}`;
}

function describeDays(day: string, weekday: string): string {
  const isAny = (field: string) => field === '*' || field === '?';
  const byDate = isAny(day) ? '' : describeDates(day);
  const byWeekday = isAny(weekday) ? '' : describeWeekdays(weekday);
  if (byDate !== '' && byWeekday !== '') return `${byDate} or ${byWeekday}`;
  return byDate || byWeekday;
}

function describeDates(day: string): string {
  if (day === 'l') return 'on the last day of the month';
  if (day === 'lw') return 'on the last weekday of the month';
  const nearest = /^(\d+)w$/.exec(day);
  if (nearest) return `on the weekday nearest to day ${nearest[1]}`;
  const every = recurring(day, 'day');
  if (every) return day === '*/1' ? '' : `${every} from the first of the month on`;
  const range = /^(\d+)-(\d+)$/.exec(day);
  if (range) return `on days ${range[1]} to ${range[2]} of the month`;
  const days = numbers(day);
  return days ? `on day ${listed(days.map(String))} of the month` : `on days ${day} of the month`;
}

function describeWeekdays(weekday: string): string {
  const name = (text: string) => {
    const index = /^\d$/.test(text) ? Number(text) % 7 : (WEEKDAYS as readonly string[]).indexOf(text.slice(0, 3));
    return WEEKDAY_NAMES[index];
  };
  const nth = /^(\w+)#([1-5])$/.exec(weekday);
  if (nth) return `on the ${ORDINALS[Number(nth[2]) - 1]} ${name(nth[1] ?? '')} of the month`;
  const last = /^(\w+)(?:#l|l)$/.exec(weekday);
  if (last && name(last[1] ?? '')) return `on the last ${name(last[1] ?? '')} of the month`;
  const range = /^(\w+)-(\w+)$/.exec(weekday);
  if (range) {
    const [from, to] = [name(range[1] ?? ''), name(range[2] ?? '')];
    if (from === 'Monday' && to === 'Friday') return 'on weekdays';
    if (from && to) return `from ${from} to ${to}`;
  }
  const names = weekday.split(',').map(name);
  if (names.some((one) => one === undefined)) return `on days of the week ${weekday}`;
  if (names.length === 2 && names.includes('Saturday') && names.includes('Sunday')) return 'on weekends';
  return `on ${listed(names as string[])}`;
}

function describeMonths(month: string): string {
  if (month === '*') return '';
  const name = (text: string) =>
    MONTH_NAMES[/^\d+$/.test(text) ? Number(text) - 1 : MONTH_KEYS.indexOf(text.slice(0, 3))];
  const range = /^(\w+)-(\w+)$/.exec(month);
  if (range) return `from ${name(range[1] ?? '')} to ${name(range[2] ?? '')}`;
  const every = recurring(month, 'month');
  if (every) return `${every} from January on`;
  const names = month.split(',').map(name);
  return names.some((one) => one === undefined) ? `in months ${month}` : `in ${listed(names as string[])}`;
}

/** A number or a list of numbers. */
function numbers(field: string): number[] | undefined {
  return /^\d+(,\d+)*$/.test(field) ? field.split(',').map(Number) : undefined;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

import type { CalendarRules } from '../schedules.ts';

type Day = CalendarRules['days'][number];

export interface ImportedDates {
  readonly days: Day[];
  /** Lines that could not be read, by their number. */
  readonly faults: { line: number; text: string; message: string }[];
}

const date = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const lineForm = new RegExp(String.raw`^${date}(?:\s*(?:\.\.|–|/|to)\s*${date})?(?:[\s,;:\t]+(.*))?$`);

/**
 * Days from a list: a date a line, or the first and the last of a range, and what it is. Empty lines and those that begin with # are left out.
 * `2026-12-24..2026-12-26 Christmas`
 */
export function readDates(text: string): ImportedDates {
  const days: Day[] = [];
  const faults: ImportedDates['faults'] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const day = readLine(line);
    if (typeof day === 'string') faults.push({ line: i + 1, text: line.slice(0, 100), message: day });
    else days.push(day);
  });
  return { days, faults };
}

function readLine(line: string): Day | string {
  const found = lineForm.exec(line);
  if (!found) return 'A line begins with a date like 2026-12-25, or two with .. between them.';
  const [, y1, m1, d1, y2, m2, d2, label = ''] = found;
  const from = `${y1}-${m1}-${d1}`;
  const to = y2 === undefined ? from : `${y2}-${m2}-${d2}`;
  for (const day of [from, to]) if (!isDate(day)) return `There is no day ${day}.`;
  if (to < from) return 'The last day is before the first.';
  return { from, to: to === from ? null : to, yearly: false, label: label.replaceAll('"', '').trim().slice(0, 100) };
}

export function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

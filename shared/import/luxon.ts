import type { AnyNode } from 'acorn';
import { quoted } from './literal-text.ts';
import { numberOf, textOf, Untranslatable } from './rewrite.ts';

const ADDERS: Readonly<Record<string, { call: string; factor: number }>> = {
  second: { call: 'addSeconds', factor: 1 },
  minute: { call: 'addMinutes', factor: 1 },
  hour: { call: 'addHours', factor: 1 },
  day: { call: 'addDays', factor: 1 },
  week: { call: 'addDays', factor: 7 },
  month: { call: 'addMonths', factor: 1 },
  quarter: { call: 'addMonths', factor: 3 },
  year: { call: 'addYears', factor: 1 },
};

type Render = (node: AnyNode) => string;

/** A method of a Luxon date, called on an expression that is an ISO text here; undefined when it is none of them. */
export function luxonMethod(
  name: string,
  on: string,
  args: readonly AnyNode[],
  zone: string,
  render: Render,
): string | undefined {
  switch (name) {
    case 'toISO':
    case 'toUTC':
    case 'toJSON':
    case 'toISOString':
    case 'toDateTime':
      return on;
    case 'toISODate':
      return formatted(on, 'yyyy-MM-dd', zone);
    case 'toISOTime':
      return formatted(on, 'HH:mm:ss.SSS', zone);
    case 'toSQLDate':
      return formatted(on, 'yyyy-MM-dd', zone);
    case 'toFormat':
    case 'format':
      return formatted(on, patternOf(textOf(args[0])), zone);
    case 'setZone': {
      throw new Untranslatable('a date here has no time zone of its own; give formatDate the zone');
    }
    case 'plus':
    case 'minus':
      return moved(on, name === 'plus' ? 1 : -1, args, render);
    case 'startOf':
      if (textOf(args[0]) === 'day' && zone === '')
        return `parseDate(${formatted(on, 'yyyy-MM-dd', '')}, 'yyyy-MM-dd')`;
      throw new Untranslatable('only the start of a day (UTC) has a counterpart; use a "Move date" step');
    default:
      return undefined;
  }
}

/** What Luxon and our date patterns have in common; anything else would silently be text. */
export function patternOf(pattern: string | undefined): string {
  if (pattern === undefined) throw new Untranslatable('the date pattern is not written out');
  const letters = pattern.replaceAll(/'[^']*'/g, '').match(/[A-Za-z]+/g) ?? [];
  for (const letter of letters.flatMap((run) => run.match(/(.)\1*/g) ?? []))
    if (!/^(yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|m|ss|s|SSS|a|T)$/.test(letter))
      throw new Untranslatable(`the date pattern "${letter}" has no counterpart`);
  // A bare T stands for a time in Luxon; between date and time people mean the letter and write it in quotes.
  if (letters.some((run) => run === 'T')) throw new Untranslatable('the date pattern "T" has no counterpart');
  return pattern;
}

function formatted(on: string, pattern: string, zone: string): string {
  return `formatDate(${on}, ${quoted(pattern)}${zone === '' ? '' : `, ${quoted(zone)}`})`;
}

function moved(on: string, sign: number, args: readonly AnyNode[], render: Render): string {
  const [first, second] = args;
  if (first?.type === 'ObjectExpression') {
    return first.properties.reduce((date, property) => {
      if (property.type !== 'Property' || property.computed)
        throw new Untranslatable('the span of time is not written out');
      const unit = property.key.type === 'Identifier' ? property.key.name : textOf(property.key);
      return addUnit(date, unit, sign, property.value, render);
    }, on);
  }
  if (first && second) return addUnit(on, textOf(second), sign, first, render);
  throw new Untranslatable('the span of time is not written out');
}

function addUnit(on: string, unit: string | undefined, sign: number, amount: AnyNode, render: Render): string {
  const adder = ADDERS[(unit ?? '').toLowerCase().replace(/s$/, '')];
  if (!adder) throw new Untranslatable(`the unit of time "${unit ?? '?'}" has no counterpart`);
  const fixed = numberOf(amount);
  const count =
    fixed === undefined ? `${sign * adder.factor} * (${render(amount)})` : String(fixed * sign * adder.factor);
  return `${adder.call}(${on}, ${count})`;
}

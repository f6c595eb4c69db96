import { fail } from '../limits.ts';
import { typeName } from '../values.ts';
import { integerOr, numberAt, textAt, textOr } from './arguments.ts';
import { type FunctionDefinition, defineFunction } from './definition.ts';

function finite(name: string, value: number): number {
  return Number.isFinite(value) ? value : fail(`${name}: there is no such number.`);
}

function plain(name: string, compute: (value: number) => number): FunctionDefinition['call'] {
  return (_run, args) => finite(name, compute(numberAt(args, 0, name)));
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || value.length > 400) return undefined;
  const text = value.trim();
  // The host also reads '', '0x1f' and 'Infinity'; people do not mean those.
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function toNumber(args: unknown[], name: string, hasFallback: boolean): unknown {
  const number = readNumber(args[0]);
  if (number !== undefined) return number;
  if (hasFallback) return args[1];
  const what = typeof args[0] === 'string' ? `this text (${args[0].length} characters)` : typeName(args[0]);
  return fail(`${name}: ${what} is not a number. toNumber(value, 0) gives 0 instead; parseNumber reads '1.234,50'.`);
}

function parseNumber(args: unknown[]): number {
  const text = textAt(args, 0, 'parseNumber');
  const decimal = textOr(args, 1, 'parseNumber', '.');
  if (decimal !== '.' && decimal !== ',') fail("parseNumber: the decimal sign is '.' or ','.");
  if (text.length > 400) fail('parseNumber: the text is too long for a number.');
  const group = decimal === '.' ? ',' : '.';
  const bare = text
    .replaceAll(/[\s'\u00a0€$£%]/g, '')
    .replaceAll(group, '')
    .replace(decimal, '.');
  return readNumber(bare) ?? fail('parseNumber: the text is not a number in this notation.');
}

/** Rounds half away from zero on the decimal that a person sees: 1.005 to two places is 1.01. */
function roundTo(value: number, places: number): number {
  if (places < -15 || places > 15) fail('round: the places go from -15 to 15.');
  const shifted = Number(`${Math.abs(value)}e${places}`);
  if (!Number.isFinite(shifted)) return value;
  return Math.sign(value) * Number(`${Math.round(shifted)}e${-places}`);
}

function round(args: unknown[]): number {
  const value = numberAt(args, 0, 'round');
  const places = integerOr(args, 1, 'round', 0);
  // Numbers written with an exponent cannot take a second one; they have no decimals that matter.
  if (String(value).includes('e')) return Math.abs(value) < 1 ? 0 : value;
  return roundTo(value, places) || 0;
}

function formatNumber(args: unknown[]): string {
  const value = numberAt(args, 0, 'formatNumber');
  const places = integerOr(args, 1, 'formatNumber', 2);
  const decimal = textOr(args, 2, 'formatNumber', '.');
  const group = textOr(args, 3, 'formatNumber', decimal === ',' ? '.' : ',');
  if (places < 0 || places > 15) fail('formatNumber: the places go from 0 to 15.');
  if (decimal.length > 8 || group.length > 8) fail('formatNumber: the signs have at most 8 characters.');
  const [whole = '', fraction] = Math.abs(round([value, places]))
    .toFixed(places)
    .split('.');
  const grouped = whole.includes('e') ? whole : whole.replaceAll(/\B(?=(\d{3})+$)/g, () => group);
  const sign = value < 0 && Number(`${whole}.${fraction ?? 0}`) !== 0 ? '-' : '';
  return sign + grouped + (fraction === undefined ? '' : decimal + fraction);
}

function extreme(name: string, pick: (a: number, b: number) => number): FunctionDefinition['call'] {
  return (_run, args) =>
    args.reduce((best: number, _value, i) => pick(best, numberAt(args, i, name)), numberAt(args, 0, name));
}

export const NUMBER_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction(
    'Number(value)',
    'A text or true/false as a number; fails when the text is not a number.',
    "Number(' 12.5 ') // 12.5",
    [1, 1],
    (_run, args) => toNumber(args, 'Number', false),
  ),
  defineFunction(
    'toNumber(value, fallback?)',
    'Like Number, with a fallback instead of a failure.',
    "toNumber('n/a', 0) // 0",
    [1, 2],
    (_run, args) => toNumber(args, 'toNumber', args.length > 1),
  ),
  defineFunction(
    'parseNumber(text, decimal?)',
    "A number as people write it: group signs, blanks and € $ £ % are skipped. The decimal sign is '.' or ','.",
    "parseNumber('1.234,50 €', ',') // 1234.5",
    [1, 2],
    (_run, args) => parseNumber(args),
  ),
  defineFunction(
    'formatNumber(number, places?, decimal?, group?)',
    'A number as text with fixed places (2) and group signs.',
    "formatNumber(1234.5, 2, ',', '.') // \"1.234,50\"",
    [1, 4],
    (_run, args) => formatNumber(args),
  ),
  defineFunction(
    'isNumber(value)',
    'Whether a value is a number, or a text that Number can read.',
    "isNumber('12.5') // true",
    [1, 1],
    (_run, args) => typeof args[0] !== 'boolean' && readNumber(args[0]) !== undefined,
  ),
  defineFunction(
    'round(number, places?)',
    'Rounded to places (0), half away from zero.',
    'round(1.005, 2) // 1.01',
    [1, 2],
    (_run, args) => round(args),
  ),
  defineFunction(
    'clamp(number, low, high)',
    'The number, but not below low and not above high.',
    'clamp(12, 0, 10) // 10',
    [3, 3],
    (_run, args) =>
      Math.min(Math.max(numberAt(args, 0, 'clamp'), numberAt(args, 1, 'clamp')), numberAt(args, 2, 'clamp')),
  ),
  defineFunction(
    'Number.isInteger(value)',
    'Whether a value is a whole number.',
    'Number.isInteger(3) // true',
    [1, 1],
    (_run, args) => Number.isInteger(args[0]),
  ),
  defineFunction('Math.abs(number)', 'Without its sign.', 'Math.abs(-3) // 3', [1, 1], plain('Math.abs', Math.abs)),
  defineFunction(
    'Math.ceil(number)',
    'The next whole number upwards.',
    'Math.ceil(1.2) // 2',
    [1, 1],
    plain('Math.ceil', Math.ceil),
  ),
  defineFunction(
    'Math.floor(number)',
    'The next whole number downwards.',
    'Math.floor(1.8) // 1',
    [1, 1],
    plain('Math.floor', Math.floor),
  ),
  defineFunction(
    'Math.round(number)',
    'The nearest whole number, half upwards.',
    'Math.round(2.5) // 3',
    [1, 1],
    plain('Math.round', Math.round),
  ),
  defineFunction(
    'Math.trunc(number)',
    'Without its decimals.',
    'Math.trunc(-1.8) // -1',
    [1, 1],
    plain('Math.trunc', Math.trunc),
  ),
  defineFunction('Math.sign(number)', '-1, 0 or 1.', 'Math.sign(-9) // -1', [1, 1], plain('Math.sign', Math.sign)),
  defineFunction('Math.sqrt(number)', 'Square root.', 'Math.sqrt(9) // 3', [1, 1], plain('Math.sqrt', Math.sqrt)),
  defineFunction(
    'Math.log10(number)',
    'Logarithm to base 10.',
    'Math.log10(1000) // 3',
    [1, 1],
    plain('Math.log10', Math.log10),
  ),
  defineFunction(
    'Math.pow(base, exponent)',
    'Power; the same as base ** exponent.',
    'Math.pow(2, 10) // 1024',
    [2, 2],
    (_run, args) => finite('Math.pow', numberAt(args, 0, 'Math.pow') ** numberAt(args, 1, 'Math.pow')),
  ),
  defineFunction(
    'Math.min(...numbers)',
    'The smallest of the arguments.',
    'Math.min(3, 1, 2) // 1',
    [1, 100_000],
    extreme('Math.min', Math.min),
  ),
  defineFunction(
    'Math.max(...numbers)',
    'The biggest of the arguments.',
    'Math.max(...[3, 1, 2]) // 3',
    [1, 100_000],
    extreme('Math.max', Math.max),
  ),
];

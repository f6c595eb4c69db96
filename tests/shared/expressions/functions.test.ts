import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EMPTY_SCOPE, FUNCTIONS } from '../../../shared/index.ts';
import { evaluate, failureOf } from './evaluate.ts';

function splitExample(example: string): { source: string; result: unknown } {
  const at = example.lastIndexOf(' // ');
  return { source: example.slice(0, at), result: JSON.parse(example.slice(at + 4)) };
}

describe('every function gives what its example says', () => {
  test.each(FUNCTIONS.map(({ name, example }) => ({ name, example })))('$name', ({ example }) => {
    const { source, result } = splitExample(example);
    expect(evaluate(source)).toEqual(result);
  });
});

test('the reference page names every function with its signature', () => {
  const page = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8');
  const missing = FUNCTIONS.filter((entry) => !page.includes(`\`${entry.signature}\``));
  expect(missing.map((entry) => entry.name)).toEqual([]);
});

test('names are unique and every entry is complete', () => {
  expect(new Set(FUNCTIONS.map((entry) => entry.name)).size).toBe(FUNCTIONS.length);
  for (const entry of FUNCTIONS) {
    expect(entry.signature.startsWith(entry.name)).toBe(true);
    expect(entry.description.endsWith('.')).toBe(true);
  }
});

const RESULTS: [string, unknown][] = [
  // text
  ["String(null) + String([1, 'a'])", '[1,"a"]'],
  ["'ß'.toUpperCase()", 'SS'],
  ["'a,b,c'.split(',', 2)", ['a', 'b']],
  ["'abc'.split('')", ['a', 'b', 'c']],
  ["'abc'.split()", ['abc']],
  ["'a$b'.replace('$', '$&')", 'a$&b'],
  ["'aaa'.replaceAll('a', 'aa')", 'aaaaaa'],
  ["'ab'.replaceAll('', '-')", '-a-b-'],
  ["'ab'.replace('', '-')", '-ab'],
  ["'abcabc'.indexOf('c', 3)", 5],
  ["before('abc', 'x') + after('abc', 'x') + between('a[b', '[', ']')", ''],
  ["matches('report', '*')", true],
  ["matches('', '*')", true],
  ["matches('', '?')", false],
  ["matches('abcbd', '*b?')", true],
  ["matches('abc', 'a?')", false],
  ["matches('a.c', 'a.c') && !matches('abc', 'a.c')", true],
  ["lines('a\\nb\\r\\n')", ['a', 'b', '']],
  // numbers
  ['round(2.5) + round(-2.5)', 0],
  ['round(1234.5678, -2)', 1200],
  ['round(0.1 + 0.2, 2)', 0.3],
  ['round(1e21)', 1e21],
  ['formatNumber(-1234567.891, 1)', '-1,234,567.9'],
  ['formatNumber(-0.001)', '0.00'],
  ["formatNumber(999, 0, ',')", '999'],
  ["parseNumber('-1,234.5')", -1234.5],
  ["toNumber('', 7)", 7],
  ["toNumber('0x1f', 7)", 7],
  ["toNumber('1e3')", 1000],
  ["isNumber('Infinity') || isNumber(null) || isNumber(true)", false],
  ['Math.PI', Math.PI],
  // lists
  ['range(3)', [0, 1, 2]],
  ['range(5, 0, -2)', [5, 3, 1]],
  ['range(3, 1)', []],
  ["unique(vars.people, 'city').map(p => p.name)", ['Ann', 'Bob']],
  ['unique([{ a: 1 }, { a: 1 }, 1, "1"])', [{ a: 1 }, 1, '1']],
  ["max(vars.people, p => p.age).name + min(vars.people, 'age').name", 'CidBob'],
  ['min([])', undefined],
  ["sum(vars.people, 'age') + avg(vars.people, p => p.age)", 128],
  ["sortBy(vars.people, 'age', 'desc').map(p => p.name)", ['Cid', 'Ann', 'Bob']],
  ["sortBy([{ n: null }, { n: 2 }, {}, { n: 1 }], 'n').map(x => x.n ?? 0)", [1, 2, 0, 0]],
  ["groupBy(vars.people, p => p.age > 30 ? 'old' : 'young').old.length", 2],
  ["['b', 'a', 'C'].sort()", ['C', 'a', 'b']],
  ['[3, null, 1].sort()', [1, 3, null]],
  ["vars.list.sort((a, b) => b - a).join('')", '321'],
  ['[1, 2, 3].reduce((a, x) => a + x)', 6],
  ['[[1, 2], [3]].map(([a, b = 9]) => a + b)', [3, 12]],
  ['vars.people.map(({ name, ...rest }) => keys(rest).length)', [2, 2, 2]],
  ['[[1, 2, 3]].map(([a, ...others]) => others)', [[2, 3]]],
  ["['1', '2'].map(Number)", [1, 2]],
  ["[0, 1, '', 'a'].filter(Boolean)", [1, 'a']],
  ['[1, 2, 3, 4].slice(-2)', [3, 4]],
  ['[1, [2, [3, [4]]]].flat(2)', [1, 2, 3, [4]]],
  ['[1, 2].concat(3, [4, [5]])', [1, 2, 3, 4, [5]]],
  ['[1, null, "a", { b: 1 }].join("|")', '1||a|{"b":1}'],
  ['[1, 2, 3].every(x => x > 0) && [].every(x => false) && ![].some(x => true)', true],
  ['[1, 2, 3].map((x, i) => x * i)', [0, 2, 6]],
  ["first('abc', 2) + last('abc')", 'abc'],
  ['first(null)', undefined],
  // objects
  ["keys('a' in vars.object ? vars.object : {})", ['a', 'b']],
  ["get(vars.object, 'b.c') + get(vars.object, 'b.x.y', 10)", 12],
  ["pick(vars.object, ['a', 'zz'])", { a: 1 }],
  ['equals({ a: [1, { b: null }] }, { a: [1, { b: null }] })', true],
  ['equals({ a: 1 }, { a: 1, b: 2 }) || equals([1], { 0: 1 })', false],
  ["isEmpty({}) && isEmpty('') && isEmpty(null) && !isEmpty(0)", true],
  ['JSON.stringify({ a: [1, null] }, null, 1)', '{\n "a": [\n  1,\n  null\n ]\n}'],
  ['JSON.parse(\'{"a": {"b": 1}}\').a.b', 1],
  // dates
  ["parseDate('2026-03-29T02:30:00+02:00')", '2026-03-29T00:30:00.000Z'],
  ["parseDate('29.03.2026 12:00', 'dd.MM.yyyy HH:mm', 'Europe/Berlin')", '2026-03-29T10:00:00.000Z'],
  ["parseDate('3/1/26 2:05 PM', 'M/d/yy h:mm a')", '2026-03-01T14:05:00.000Z'],
  ["parseDate('1 March 2026', 'd MMMM yyyy')", '2026-03-01T00:00:00.000Z'],
  ["formatDate('2026-01-01T00:00:00Z', \"EEEE, d 'of' MMMM yy hh:mm a\")", 'Thursday, 1 of January 26 12:00 AM'],
  ["formatDate('2026-07-01T22:30:00Z', 'yyyy-MM-dd HH', 'Europe/Berlin')", '2026-07-02 00'],
  ["addMonths('2024-01-31', 1)", '2024-02-29T00:00:00.000Z'],
  ["addMonths('2026-01-15', -13)", '2024-12-15T00:00:00.000Z'],
  ["addWorkdays('2026-03-09', -1)", '2026-03-06T00:00:00.000Z'],
  ["dateDiff('2026-03-02', '2026-03-01', 'hours')", -24],
  ["startOf('2026-03-01', 'week')", '2026-02-23T00:00:00.000Z'],
  ["endOf('2026-12-05', 'year')", '2026-12-31T23:59:59.999Z'],
  ["hour(now(), 'Asia/Tokyo')", 21],
  ["isDate('2026-03-01') && !isDate('01.03.2026') && !isDate(5)", true],
];

describe('functions beyond their examples', () => {
  test.each(RESULTS)('%s', (source, result) => {
    expect(evaluate(source)).toEqual(result);
  });
});

const FAILURES: [string, RegExp][] = [
  ["Number('abc')", /not a number/],
  ['Number(null)', /not a number/],
  ["parseNumber('1.2.3,4,5', ',')", /not a number/],
  ['upper(5)', /argument 1 must be text, not a number/],
  ['vars.n.trim()', /vars\.n is a number; trim belongs to text/],
  ['vars.nothing.trim()', /vars\.nothing is null/],
  ['[1, "a"].sort()', /Cannot order/],
  ['[2, 1].sort((a, b) => a > b)', /must give a number/],
  ['sum([1, "2"])', /item 1 is text/],
  ['avg([])', /empty/],
  ['[].reduce((a, b) => a)', /empty/],
  ['range(0, 10, 0)', /step/],
  ["JSON.parse('{')", /not JSON/],
  ["parseDate('2026-02-30')", /not an ISO date/],
  ["parseDate('31.02.2026', 'dd.MM.yyyy')", /no such day/],
  ["formatDate(now(), 'HH', 'Mars/Olympus')", /no time zone/],
  ['addDays(now(), 1e15)', /out of range/],
  ['addYears(now(), 1e9)', /out of range/],
  ["decodeURIComponent('%')", /cannot be converted/],
  ["'a'.padStart(1.5)", /whole number/],
  ['[1].with(3, 0)', /no place/],
  ['Math.sqrt(-1)', /no such number/],
  ['Math.max(...[])', /wrong number of arguments/],
  ['Math.max(...5)', /needs a list/],
  ['(1.5).toFixed(101)', /0 to 100/],
];

describe('wrong arguments fail with a sentence', () => {
  test.each(FAILURES)('%s', (source, message) => {
    expect(failureOf(source)).toMatch(message);
  });
});

test('methods never change what they are called on', () => {
  const list = Object.freeze([3, 1, 2]);
  expect(evaluate('vars.l.sort().concat(vars.l.reverse(), vars.l.with(0, 9))', scopeWith(list))).toEqual([
    1, 2, 3, 2, 1, 3, 9, 1, 2,
  ]);
  expect(list).toEqual([3, 1, 2]);
});

test('now is the start of the run and fails where no run is', () => {
  expect(evaluate('now()')).toBe('2026-03-01T12:00:00.000Z');
  expect(failureOf('now()', { ...scopeWith(1), run: {} })).toMatch(/not known/);
});

function scopeWith(l: unknown) {
  return { ...EMPTY_SCOPE, vars: { l } };
}

import { type Run, charge, checkItems, fail } from '../limits.ts';
import { isRecord, jsonText, plainList, readOwn, typeName } from '../values.ts';
import { compareValues, integerAt, listAt, numberAt, selectorAt } from './arguments.ts';
import { type FunctionDefinition, defineFunction } from './definition.ts';

function len(run: Run, args: unknown[]): number {
  const value = args[0];
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isRecord(value)) {
    const count = Object.keys(value).length;
    charge(run, Math.floor(count / 16));
    return count;
  }
  return value === null || value === undefined ? 0 : fail(`len: ${typeName(value)} has no length.`);
}

function range(run: Run, args: unknown[]): number[] {
  const start = args.length === 1 ? 0 : integerAt(args, 0, 'range');
  const end = integerAt(args, args.length === 1 ? 0 : 1, 'range');
  const step = args.length === 3 ? integerAt(args, 2, 'range') : 1;
  if (step === 0) fail('range: the step cannot be 0.');
  const count = Math.max(0, Math.ceil((end - start) / step));
  checkItems(count);
  charge(run, Math.floor(count / 16));
  return Array.from({ length: count }, (_, i) => start + i * step);
}

function numbersOf(run: Run, args: unknown[], name: string): number[] {
  const list = listAt(args, 0, name);
  const select = selectorAt(args, 1, name);
  charge(run, list.length);
  return list.map((item, i) => {
    const value = select(item, i);
    return typeof value === 'number' ? value : fail(`${name}: item ${i} is ${typeName(value)}, not a number.`);
  });
}

function sum(run: Run, args: unknown[], name: string): number {
  const total = numbersOf(run, args, name).reduce((a, b) => a + b, 0);
  return Number.isFinite(total) ? total : fail(`${name}: the result is too big.`);
}

function average(run: Run, args: unknown[]): number {
  const count = listAt(args, 0, 'avg').length;
  return count === 0 ? fail('avg: the list is empty.') : sum(run, args, 'avg') / count;
}

/** The item with the smallest or biggest value; with a field or arrow, by that. */
function extreme(run: Run, args: unknown[], name: string, sign: number): unknown {
  const list = listAt(args, 0, name);
  const select = selectorAt(args, 1, name);
  let best: unknown;
  let bestValue: unknown;
  for (let i = 0; i < list.length; i++) {
    charge(run, 1);
    const item = readOwn(list, i);
    const value = select(item, i);
    if (value === null || value === undefined) continue;
    if (bestValue === undefined || sign * compareValues(run, value, bestValue) < 0) {
      best = item;
      bestValue = value;
    }
  }
  return best;
}

/** Text that is the same for equal values, so that a Set finds them; lists and objects count by content. */
function identityOf(run: Run, value: unknown): unknown {
  charge(run, 1);
  if (typeof value === 'string') {
    charge(run, Math.floor(value.length / 1024));
    return `t${value}`;
  }
  return typeof value === 'object' && value !== null ? `j${jsonText(run, value)}` : value;
}

function unique(run: Run, args: unknown[]): unknown[] {
  const select = selectorAt(args, 1, 'unique');
  const seen = new Set<unknown>();
  return listAt(args, 0, 'unique').filter((item, i) => {
    const identity = identityOf(run, select(item, i));
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

/** Keeps the items of the first list whose presence in the second is as wanted. */
function compareLists(name: string, present: boolean): FunctionDefinition['call'] {
  return (run, args) => {
    const others = new Set(listAt(args, 1, name).map((item) => identityOf(run, item)));
    return listAt(args, 0, name).filter((item) => others.has(identityOf(run, item)) === present);
  };
}

function chunk(run: Run, args: unknown[]): unknown[][] {
  const list = listAt(args, 0, 'chunk');
  const size = integerAt(args, 1, 'chunk');
  if (size < 1) fail('chunk: the size must be 1 or more.');
  charge(run, list.length);
  checkItems(list.length);
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function zip(run: Run, args: unknown[]): unknown[][] {
  const left = listAt(args, 0, 'zip');
  const right = listAt(args, 1, 'zip');
  const count = Math.min(left.length, right.length);
  charge(run, count);
  checkItems(count);
  return left.slice(0, count).map((item, i) => [item, readOwn(right, i)]);
}

function take(run: Run, args: unknown[], name: string, fromEnd: boolean): unknown {
  const value = args[0];
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string' && !Array.isArray(value))
    return fail(`${name}: needs a list or a text, not ${typeName(value)}.`);
  if (args[1] === undefined) return readOwn(value, fromEnd ? value.length - 1 : 0);
  const count = Math.max(0, numberAt(args, 1, name));
  const whole = typeof value === 'string' ? value : plainList(value);
  const part = fromEnd ? whole.slice(Math.max(0, whole.length - count)) : whole.slice(0, count);
  if (Array.isArray(part)) checkItems(part.length);
  charge(run, Math.floor(part.length / 16));
  return part;
}

export const LIST_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction(
    'len(value)',
    'Characters of a text, items of a list, names of an object; 0 for null and undefined.',
    "len('abc') // 3",
    [1, 1],
    len,
  ),
  defineFunction(
    'Array.isArray(value)',
    'Whether a value is a list.',
    'Array.isArray([1]) // true',
    [1, 1],
    (_run, args) => Array.isArray(args[0]),
  ),
  defineFunction(
    'first(list, count?)',
    'The first item, or a list of the first ones; the same for characters of a text.',
    'first([3, 1, 2]) // 3',
    [1, 2],
    (run, args) => take(run, args, 'first', false),
  ),
  defineFunction(
    'last(list, count?)',
    'The last item, or a list of the last ones; the same for characters of a text.',
    'last([3, 1, 2], 2) // [1, 2]',
    [1, 2],
    (run, args) => take(run, args, 'last', true),
  ),
  defineFunction(
    'range(end) or range(start, end, step?)',
    'Whole numbers from start (0) up to, but without, end.',
    'range(1, 4) // [1, 2, 3]',
    [1, 3],
    range,
  ),
  defineFunction(
    'sum(list, field?)',
    'Sum of numbers, or of a field or an arrow function of each item.',
    "sum([{ n: 1 }, { n: 2 }], 'n') // 3",
    [1, 2],
    (run, args) => sum(run, args, 'sum'),
    { callback: 1, fieldAllowed: true },
  ),
  defineFunction(
    'avg(list, field?)',
    'Average of numbers, or of a field or an arrow function of each item.',
    'avg([1, 2, 3]) // 2',
    [1, 2],
    average,
    { callback: 1, fieldAllowed: true },
  ),
  defineFunction(
    'min(list, field?)',
    'The smallest item, or the item whose field or arrow function is smallest; empty ones are skipped.',
    'min([3, 1, 2]) // 1',
    [1, 2],
    (run, args) => extreme(run, args, 'min', 1),
    { callback: 1, fieldAllowed: true },
  ),
  defineFunction(
    'max(list, field?)',
    'The biggest item, or the item whose field or arrow function is biggest; empty ones are skipped.',
    'max([{ n: 1 }, { n: 2 }], \'n\') // {"n": 2}',
    [1, 2],
    (run, args) => extreme(run, args, 'max', -1),
    { callback: 1, fieldAllowed: true },
  ),
  defineFunction(
    'unique(list, field?)',
    'Without repeated items; lists and objects count by content.',
    'unique([1, 2, 1]) // [1, 2]',
    [1, 2],
    unique,
    { callback: 1, fieldAllowed: true },
  ),
  defineFunction(
    'compact(list)',
    'Without null, undefined and empty texts.',
    "compact([1, null, '', 0]) // [1, 0]",
    [1, 1],
    (run, args) => {
      const list = listAt(args, 0, 'compact');
      charge(run, list.length);
      return list.filter((item) => item !== null && item !== undefined && item !== '');
    },
  ),
  defineFunction(
    'difference(list, others)',
    'Items of the first list that are not in the second.',
    'difference([1, 2, 3], [2]) // [1, 3]',
    [2, 2],
    compareLists('difference', false),
  ),
  defineFunction(
    'intersection(list, others)',
    'Items of the first list that are in the second too.',
    'intersection([1, 2, 3], [2, 3]) // [2, 3]',
    [2, 2],
    compareLists('intersection', true),
  ),
  defineFunction(
    'chunk(list, size)',
    'Cut into lists of that size.',
    'chunk([1, 2, 3], 2) // [[1, 2], [3]]',
    [2, 2],
    chunk,
  ),
  defineFunction(
    'zip(list, others)',
    'Pairs of the items that stand at the same place.',
    'zip([1, 2], [\'a\', \'b\']) // [[1, "a"], [2, "b"]]',
    [2, 2],
    zip,
  ),
];

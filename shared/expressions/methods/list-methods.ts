import { type Run, LIMITS, charge, checkItems, fail } from '../limits.ts';
import { type MethodDefinition, defineMethod } from '../functions/definition.ts';
import { integerAt, integerOr, textOr } from '../functions/arguments.ts';
import { joinList } from '../searching.ts';
import { plainList, readOwn, toText } from '../values.ts';

type ListCall = (run: Run, list: unknown[], args: unknown[]) => unknown;

/** Items are compared as == compares texts and numbers: no conversion, lists and objects only when the same one. */
function position(run: Run, list: unknown[], wanted: unknown, from: number, step: 1 | -1): number {
  for (let i = from; i >= 0 && i < list.length; i += step) {
    charge(run, typeof wanted === 'string' ? 0.25 + wanted.length / 4096 : 0.0625);
    if (list[i] === wanted) return i;
  }
  return -1;
}

function start(list: unknown[], args: unknown[], name: string): number {
  const from = integerOr(args, 1, name, 0);
  return from < 0 ? Math.max(0, list.length + from) : from;
}

function copy(run: Run, items: unknown[]): unknown[] {
  checkItems(items.length);
  charge(run, Math.floor(items.length / 16));
  return items;
}

function slice(run: Run, list: unknown[], args: unknown[]): unknown[] {
  const end = args[1] === undefined ? undefined : integerAt(args, 1, 'slice');
  return copy(run, list.slice(integerOr(args, 0, 'slice', 0), end));
}

function concat(run: Run, list: unknown[], args: unknown[]): unknown[] {
  const result: unknown[] = copy(run, list.slice());
  for (const arg of args) {
    const items: unknown[] = Array.isArray(arg) ? plainList(arg) : [arg];
    checkItems(result.length + items.length);
    charge(run, 1 + Math.floor(items.length / 16));
    for (const item of items) result.push(item);
  }
  return result;
}

function join(run: Run, list: unknown[], args: unknown[]): string {
  const texts = Array.from({ length: Math.min(list.length, LIMITS.operations + 1) }, (_, i) => {
    charge(run, 1);
    return toText(run, readOwn(list, i));
  });
  return joinList(run, texts, textOr(args, 0, 'join', ','));
}

function flat(run: Run, list: unknown[], args: unknown[]): unknown[] {
  const result: unknown[] = [];
  const depth = integerOr(args, 0, 'flat', 1);
  if (depth > LIMITS.depth) fail(`flat: the depth is at most ${LIMITS.depth}.`);
  flattenInto(run, result, list, depth);
  return result;
}

function flattenInto(run: Run, result: unknown[], list: unknown[], depth: number): void {
  for (const item of list) {
    charge(run, 1);
    if (Array.isArray(item) && depth > 0) flattenInto(run, result, plainList(item), depth - 1);
    else result.push(item);
  }
  checkItems(result.length);
}

const reverse: ListCall = (run, list) => copy(run, list.slice()).reverse();

function replaceAt(run: Run, list: unknown[], args: unknown[]): unknown[] {
  const at = integerAt(args, 0, 'with');
  const place = at < 0 ? list.length + at : at;
  if (place < 0 || place >= list.length) fail(`with: the list has no place ${at}.`);
  const result = copy(run, list.slice());
  result[place] = args[1];
  return result;
}

export const LIST_METHODS: readonly MethodDefinition[] = [
  defineMethod(
    'list.at(place)',
    'One item; negative places count from the end.',
    '[1, 2, 3].at(-1) // 3',
    [1, 1],
    (_run, list: unknown[], args) => {
      const at = integerAt(args, 0, 'at');
      return readOwn(list, at < 0 ? list.length + at : at);
    },
  ),
  defineMethod(
    'list.includes(value, from?)',
    'Whether a value is in the list.',
    '[1, 2].includes(2) // true',
    [1, 2],
    (run, list: unknown[], args) => position(run, list, args[0], start(list, args, 'includes'), 1) >= 0,
  ),
  defineMethod(
    'list.indexOf(value, from?)',
    'Where a value first is, -1 when it is not there.',
    "['a', 'b'].indexOf('b') // 1",
    [1, 2],
    (run, list: unknown[], args) => position(run, list, args[0], start(list, args, 'indexOf'), 1),
  ),
  defineMethod(
    'list.lastIndexOf(value)',
    'Where a value last is, -1 when it is not there.',
    '[1, 2, 1].lastIndexOf(1) // 2',
    [1, 1],
    (run, list: unknown[], args) => position(run, list, args[0], list.length - 1, -1),
  ),
  defineMethod(
    'list.slice(start?, end?)',
    'A part as a new list; negative places count from the end.',
    '[1, 2, 3].slice(1) // [2, 3]',
    [0, 2],
    slice,
  ),
  defineMethod(
    'list.concat(...values)',
    'A new list with values, or the items of lists, added.',
    '[1].concat([2, 3], 4) // [1, 2, 3, 4]',
    [0, 1000],
    concat,
  ),
  defineMethod(
    'list.join(separator?)',
    "The items as one text, with a separator (',').",
    '[1, 2].join(\'; \') // "1; 2"',
    [0, 1],
    join,
  ),
  defineMethod(
    'list.flat(depth?)',
    'Lists in the list replaced by their items, to a depth (1).',
    '[1, [2, [3]]].flat() // [1, 2, [3]]',
    [0, 1],
    flat,
  ),
  defineMethod(
    'list.reverse()',
    'A new list, last item first. The list itself stays as it is.',
    '[1, 2, 3].reverse() // [3, 2, 1]',
    [0, 0],
    reverse,
  ),
  defineMethod('list.toReversed()', 'The same as reverse.', '[1, 2].toReversed() // [2, 1]', [0, 0], reverse),
  defineMethod(
    'list.with(place, value)',
    'A new list with one item replaced.',
    '[1, 2, 3].with(1, 9) // [1, 9, 3]',
    [2, 2],
    replaceAt,
  ),
];

import { type Run, charge, checkItems } from '../limits.ts';
import { readOwn } from '../values.ts';
import { compareValues, keyText, listAt, recordAt, selectorAt, textOr } from './arguments.ts';
import { type FunctionDefinition, defineFunction } from './definition.ts';

const BY_FIELD = { callback: 1, fieldAllowed: true } as const;

/** Walks a list once and hands each item with its key to `put`. */
function byKey(
  run: Run,
  args: unknown[],
  name: string,
  put: (result: Record<string, unknown>, key: string, item: unknown) => void,
): Record<string, unknown> {
  const list = listAt(args, 0, name);
  const select = selectorAt(args, 1, name);
  checkItems(list.length);
  const result: Record<string, unknown> = {};
  for (let i = 0; i < list.length; i++) {
    charge(run, 1);
    const item = readOwn(list, i);
    put(result, keyText(select(item, i), name), item);
  }
  return result;
}

function groupBy(run: Run, args: unknown[]): Record<string, unknown> {
  return byKey(run, args, 'groupBy', (groups, key, item) => {
    if (Object.hasOwn(groups, key)) (groups[key] as unknown[]).push(item);
    else groups[key] = [item];
  });
}

function countBy(run: Run, args: unknown[]): Record<string, unknown> {
  return byKey(run, args, 'countBy', (counts, key) => {
    counts[key] = Object.hasOwn(counts, key) ? (counts[key] as number) + 1 : 1;
  });
}

function keyBy(run: Run, args: unknown[]): Record<string, unknown> {
  return byKey(run, args, 'keyBy', (result, key, item) => {
    result[key] = item;
  });
}

function sortBy(run: Run, args: unknown[]): unknown[] {
  const list = listAt(args, 0, 'sortBy');
  const select = selectorAt(args, 1, 'sortBy');
  const direction = textOr(args, 2, 'sortBy', 'asc') === 'desc' ? -1 : 1;
  checkItems(list.length);
  const pairs = list.map((item, i) => {
    charge(run, 1);
    return { item, value: select(item, i) };
  });
  pairs.sort((a, b) => {
    charge(run, 0.0625);
    return direction * compareValues(run, a.value, b.value);
  });
  return pairs.map((pair) => pair.item);
}

function mapValues(run: Run, args: unknown[]): Record<string, unknown> {
  const source = recordAt(args, 0, 'mapValues');
  const change = selectorAt(args, 1, 'mapValues');
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    charge(run, 1);
    result[keyText(key, 'mapValues')] = change(readOwn(source, key), key);
  }
  return result;
}

export const GROUP_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction(
    'groupBy(list, field)',
    'An object with a list of items for each value of a field or arrow function.',
    'groupBy([{ c: \'x\' }, { c: \'y\' }, { c: \'x\' }], \'c\') // {"x": [{"c": "x"}, {"c": "x"}], "y": [{"c": "y"}]}',
    [2, 2],
    groupBy,
    BY_FIELD,
  ),
  defineFunction(
    'countBy(list, field)',
    'How many items there are for each value of a field or arrow function.',
    "countBy(['a', 'b', 'a'], x => x) // {\"a\": 2, \"b\": 1}",
    [2, 2],
    countBy,
    BY_FIELD,
  ),
  defineFunction(
    'keyBy(list, field)',
    'An object that finds each item by a field or arrow function; the last one wins.',
    'keyBy([{ id: 7 }], \'id\') // {"7": {"id": 7}}',
    [2, 2],
    keyBy,
    BY_FIELD,
  ),
  defineFunction(
    'sortBy(list, field, direction?)',
    "A sorted copy by a field or arrow function; direction 'asc' or 'desc'. Empty values come last ('asc').",
    'sortBy([{ n: 2 }, { n: 1 }], \'n\') // [{"n": 1}, {"n": 2}]',
    [2, 3],
    sortBy,
    BY_FIELD,
  ),
  defineFunction(
    'mapValues(object, change)',
    'The same names, each value changed by an arrow function (value, name).',
    'mapValues({ a: 1, b: 2 }, v => v * 10) // {"a": 10, "b": 20}',
    [2, 2],
    mapValues,
    { ...BY_FIELD, keepsResults: true },
  ),
];

import { type Callback, type Run, charge, checkItems, fail } from '../limits.ts';
import { type MethodDefinition, defineMethod } from '../functions/definition.ts';
import { callbackAt, compareValues } from '../functions/arguments.ts';
import { plainList, readOwn, typeName } from '../values.ts';

const ARROW = { callback: 0 } as const;
const KEEPS = { callback: 0, keepsResults: true } as const;

type ListCall = (run: Run, list: unknown[], args: unknown[]) => unknown;

function map(_run: Run, list: unknown[], args: unknown[]): unknown[] {
  const change = callbackAt(args, 0);
  checkItems(list.length);
  const result: unknown[] = [];
  for (let i = 0; i < list.length; i++) result.push(change(list[i], i, list));
  return result;
}

function filter(_run: Run, list: unknown[], args: unknown[]): unknown[] {
  const test = callbackAt(args, 0);
  const result: unknown[] = [];
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (test(item, i, list)) result.push(item);
  }
  checkItems(result.length);
  return result;
}

/** First or last place where the test holds, -1 when it holds nowhere. */
function place(list: unknown[], test: Callback, fromEnd: boolean): number {
  for (let n = 0; n < list.length; n++) {
    const i = fromEnd ? list.length - 1 - n : n;
    if (test(list[i], i, list)) return i;
  }
  return -1;
}

function flatMap(run: Run, list: unknown[], args: unknown[]): unknown[] {
  const change = callbackAt(args, 0);
  const result: unknown[] = [];
  for (let i = 0; i < list.length; i++) {
    const made = change(list[i], i, list);
    const items: unknown[] = Array.isArray(made) ? plainList(made) : [made];
    charge(run, Math.floor(items.length / 4));
    checkItems(result.length + items.length);
    for (const item of items) result.push(item);
  }
  return result;
}

function reducer(name: string, fromEnd: boolean): ListCall {
  return (_run, list, args) => {
    const combine = callbackAt(args, 0);
    const items = fromEnd ? list.toReversed() : list;
    if (items.length === 0 && args.length < 2)
      fail(`${name}: the list is empty; give a start value as second argument.`);
    let result = args.length < 2 ? readOwn(items, 0) : args[1];
    for (let n = args.length < 2 ? 1 : 0; n < items.length; n++) {
      result = combine(result, items[n], fromEnd ? items.length - 1 - n : n);
    }
    return result;
  };
}

/** Without a function numbers go by size and texts by character code, not, as in JavaScript, everything as text. */
const sort: ListCall = (run, list, args) => {
  checkItems(list.length);
  charge(run, Math.floor(list.length / 4));
  const compare = args[0] === undefined ? undefined : callbackAt(args, 0);
  return list.slice().sort((a, b) => {
    if (compare === undefined) {
      charge(run, 0.0625);
      return compareValues(run, a, b);
    }
    const order = compare(a, b);
    if (typeof order !== 'number') fail(`sort: the function must give a number, not ${typeName(order)}.`);
    return order;
  });
};

export const LIST_CALLBACK_METHODS: readonly MethodDefinition[] = [
  defineMethod(
    'list.map(change)',
    'A new list of what an arrow function (item, place) makes of each item.',
    '[1, 2].map(x => x * 2) // [2, 4]',
    [1, 1],
    map,
    KEEPS,
  ),
  defineMethod(
    'list.filter(test)',
    'The items for which a test holds.',
    '[1, 2, 3].filter(x => x > 1) // [2, 3]',
    [1, 1],
    filter,
    ARROW,
  ),
  defineMethod(
    'list.find(test)',
    'The first item for which a test holds.',
    '[1, 2, 3].find(x => x > 1) // 2',
    [1, 1],
    (_run, list: unknown[], args) => readOwn(list, place(list, callbackAt(args, 0), false)),
    ARROW,
  ),
  defineMethod(
    'list.findLast(test)',
    'The last item for which a test holds.',
    '[1, 2, 3].findLast(x => x > 1) // 3',
    [1, 1],
    (_run, list: unknown[], args) => readOwn(list, place(list, callbackAt(args, 0), true)),
    ARROW,
  ),
  defineMethod(
    'list.findIndex(test)',
    'The place of the first item for which a test holds, or -1.',
    '[1, 2, 3].findIndex(x => x > 1) // 1',
    [1, 1],
    (_run, list: unknown[], args) => place(list, callbackAt(args, 0), false),
    ARROW,
  ),
  defineMethod(
    'list.findLastIndex(test)',
    'The place of the last item for which a test holds, or -1.',
    '[1, 2, 3].findLastIndex(x => x > 1) // 2',
    [1, 1],
    (_run, list: unknown[], args) => place(list, callbackAt(args, 0), true),
    ARROW,
  ),
  defineMethod(
    'list.some(test)',
    'Whether a test holds for at least one item.',
    '[1, 2].some(x => x > 1) // true',
    [1, 1],
    (_run, list: unknown[], args) => place(list, callbackAt(args, 0), false) >= 0,
    ARROW,
  ),
  defineMethod(
    'list.every(test)',
    'Whether a test holds for all items.',
    '[1, 2].every(x => x > 1) // false',
    [1, 1],
    (_run, list: unknown[], args) => {
      const test = callbackAt(args, 0);
      return place(list, (item, i) => !test(item, i, list), false) < 0;
    },
    ARROW,
  ),
  defineMethod(
    'list.flatMap(change)',
    'Like map, but lists that the arrow function gives are replaced by their items.',
    '[1, 2].flatMap(x => [x, x]) // [1, 1, 2, 2]',
    [1, 1],
    flatMap,
    KEEPS,
  ),
  defineMethod(
    'list.reduce(combine, start?)',
    'One value from all items: (result, item, place) gives the next result.',
    '[1, 2, 3].reduce((a, x) => a + x, 0) // 6',
    [1, 2],
    reducer('reduce', false),
    KEEPS,
  ),
  defineMethod(
    'list.reduceRight(combine, start?)',
    'Like reduce, from the last item to the first.',
    "['a', 'b'].reduceRight((a, x) => a + x, '') // \"ba\"",
    [1, 2],
    reducer('reduceRight', true),
    KEEPS,
  ),
  defineMethod(
    'list.sort(compare?)',
    'A sorted copy: numbers by size, texts by character code, or by an arrow function. The list itself stays as it is.',
    '[10, 9, 1].sort() // [1, 9, 10]',
    [0, 1],
    sort,
    ARROW,
  ),
  defineMethod(
    'list.toSorted(compare?)',
    'The same as sort.',
    '[3, 1].toSorted((a, b) => b - a) // [3, 1]',
    [0, 1],
    sort,
    ARROW,
  ),
];

import { AppError } from '@casare/shared';
import { asNumber, asText, compareValues, identityOf, valueAt } from './paths.ts';

export interface ListParams {
  list: unknown[];
  field: string;
  items: unknown[];
  index: number;
  start: number;
  end?: number;
  size: number;
  depth: number;
  separator: string;
  descending: boolean;
  value?: unknown;
}

/** What the list node can do; each takes the list and gives the result. None changes the list it was given. */
export const listOperations = {
  create: ({ items }: ListParams) => items,
  append: ({ list, items }: ListParams) => [...list, ...items],
  insert: ({ list, items, index }: ListParams) => list.toSpliced(index, 0, ...items),
  removeAt: ({ list, index }: ListParams) => list.toSpliced(index, 1),
  get: ({ list, index }: ListParams) => list.at(index) ?? null,
  slice: ({ list, start, end }: ListParams) => list.slice(start, end),
  indexOf: ({ list, field, value }: ListParams) => {
    const wanted = identityOf(value);
    return list.findIndex((item) => identityOf(valueAt(item, field)) === wanted);
  },
  unique: ({ list, field }: ListParams) => {
    const seen = new Set<string>();
    return list.filter((item) => {
      const key = identityOf(valueAt(item, field));
      return !seen.has(key) && seen.add(key);
    });
  },
  sort: ({ list, field, descending }: ListParams) =>
    list.toSorted((a, b) => compareValues(valueAt(a, field), valueAt(b, field)) * (descending ? -1 : 1)),
  reverse: ({ list }: ListParams) => list.toReversed(),
  map: ({ list, field }: ListParams) => list.map((item) => valueAt(item, field) ?? null),
  flatten: ({ list, depth }: ListParams) => list.flat(depth),
  chunk: ({ list, size }: ListParams) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_none, i) => list.slice(i * size, (i + 1) * size)),
  join: ({ list, field, separator }: ListParams) => list.map((item) => asText(valueAt(item, field))).join(separator),
  count: ({ list }: ListParams) => list.length,
  sum: (params: ListParams) => numbersOf(params).reduce((total, number) => total + number, 0),
  average: (params: ListParams) => {
    const numbers = numbersOf(params);
    return numbers.length === 0 ? null : numbers.reduce((total, number) => total + number, 0) / numbers.length;
  },
  min: ({ list, field }: ListParams) => outermost(list, field, -1),
  max: ({ list, field }: ListParams) => outermost(list, field, 1),
} satisfies Record<string, (params: ListParams) => unknown>;

export type ListOperation = keyof typeof listOperations;

/** Empty cells do not count; anything else that is no number is a fault the author wants to know. */
function numbersOf({ list, field }: ListParams): number[] {
  const values = list.map((item) => valueAt(item, field));
  return values.flatMap((value, i) => {
    if (value === null || value === undefined || value === '') return [];
    const number = asNumber(value);
    if (number !== undefined) return [number];
    throw new AppError(
      'DATA_FORMAT',
      `Item ${i + 1} of the list${field ? ` has in "${field}"` : ' is'} "${asText(value).slice(0, 50)}", which is not a number. Filter the list or convert it first.`,
      { details: { index: i, field } },
    );
  });
}

function outermost(list: readonly unknown[], field: string, sign: 1 | -1): unknown {
  const values = list.map((item) => valueAt(item, field)).filter((value) => value !== undefined && value !== null);
  if (values.length === 0) return null;
  return values.reduce((best, value) => (compareValues(value, best) * sign > 0 ? value : best));
}

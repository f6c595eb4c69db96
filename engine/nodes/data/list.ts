import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { conditionSchema, testItems } from './conditions.ts';
import { type ListOperation, listOperations } from './list-operations.ts';

const operations = [...(Object.keys(listOperations) as ListOperation[]), 'filter'] as const;
const only = (...names: (typeof operations)[number][]) => ({ 'x-show-if': { operation: names } });

export const list = defineNode({
  type: 'data.list',
  version: 1,
  title: 'List',
  category: 'data',
  icon: 'list',
  description: 'Makes a list or works on one: append, slice, sort, filter, map, flatten, join, sum and more.',
  synonyms: ['array', 'collection', 'items', 'reduce', 'length', 'contains', 'average', 'chunk', 'batch'],
  params: z.strictObject({
    operation: z.enum(operations).default('create').meta({ title: 'Operation' }),
    list: z.array(z.unknown()).max(1_000_000).default([]).meta({ title: 'List', 'x-widget': 'json' }),
    items: z
      .array(z.unknown())
      .max(100_000)
      .default([])
      .meta({ title: 'Items', 'x-widget': 'list', ...only('create', 'append', 'insert') }),
    field: z
      .string()
      .max(500)
      .default('')
      .meta({
        title: 'Field',
        description: 'Field of each item; empty takes the item itself.',
        placeholder: 'customer.name',
        ...only('unique', 'sort', 'map', 'join', 'sum', 'average', 'min', 'max', 'indexOf'),
      }),
    index: z
      .int()
      .default(0)
      .meta({ title: 'Position', description: 'From 0; -1 is the last.', ...only('get', 'insert', 'removeAt') }),
    start: z
      .int()
      .default(0)
      .meta({ title: 'From', ...only('slice') }),
    end: z
      .int()
      .optional()
      .meta({ title: 'Up to, not with', ...only('slice') }),
    size: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(100)
      .meta({ title: 'Size of a part', ...only('chunk') }),
    depth: z
      .int()
      .min(1)
      .max(20)
      .default(1)
      .meta({ title: 'Levels', ...only('flatten') }),
    separator: z
      .string()
      .max(1000)
      .default(', ')
      .meta({ title: 'Between items', ...only('join') }),
    descending: z
      .boolean()
      .default(false)
      .meta({ title: 'Largest first', ...only('sort') }),
    value: z
      .unknown()
      .optional()
      .meta({ title: 'Value', ...only('indexOf') }),
    conditions: z
      .array(conditionSchema)
      .max(50)
      .default([])
      .meta({ title: 'Conditions', 'x-widget': 'list', ...only('filter') }),
    match: z
      .enum(['all', 'any'])
      .default('all')
      .meta({ title: 'Must fit', ...only('filter') }),
    ignoreCase: z
      .boolean()
      .default(false)
      .meta({ title: 'Ignore upper and lower case', ...only('filter') }),
  }),
  output: z.object({ result: z.unknown(), count: z.int() }),
  effect: 'pure',
  examples: [
    { title: 'A new list', params: { operation: 'create', items: ['red', 'green'] } },
    { title: 'A sum', params: { operation: 'sum', list: [{ price: 2 }, { price: 3 }], field: 'price' } },
    {
      title: 'Only what fits',
      params: { operation: 'filter', list: [1, 5, 9], conditions: [{ operator: 'greater', value: 4 }] },
    },
  ],
  async run(ctx, params) {
    const result = params.operation === 'filter' ? await filter() : listOperations[params.operation](params);
    return { output: { result, count: Array.isArray(result) ? result.length : params.list.length } };

    async function filter() {
      const fits = await testItems(ctx, params.list, params.conditions, params);
      return params.list.filter((_item, i) => fits[i]);
    }
  },
});

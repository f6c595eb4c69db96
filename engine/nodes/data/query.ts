import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { queryJson } from '../../formats/json-path.ts';

export const query = defineNode({
  type: 'data.query',
  version: 1,
  title: 'Find in data',
  category: 'data',
  icon: 'text-search',
  description: 'Fetches values out of nested data by a JSONPath, also from all items of a list and by conditions.',
  synonyms: ['jsonpath', 'json path', 'select', 'extract', 'get property'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Data', 'x-widget': 'json', placeholder: '${steps.fetch.output.body}' }),
    path: z.string().min(1).max(2000).meta({
      title: 'Path',
      description: '$.orders[*].id, $..price, $.orders[?(@.total > 100)], $.list[-1], $.list[0:3]',
      placeholder: '$.orders[*].id',
      'x-raw': true,
    }),
    required: z.boolean().default(false).meta({ title: 'Error when nothing is found' }),
  }),
  output: z.object({ values: z.array(z.unknown()), first: z.unknown(), count: z.int() }),
  effect: 'pure',
  examples: [{ title: 'All numbers', params: { value: { orders: [{ id: 1 }, { id: 2 }] }, path: '$.orders[*].id' } }],
  run(_ctx, { value, path, required }) {
    const values = queryJson(value, path).map((found) => found ?? null);
    if (required && values.length === 0)
      throw new AppError(
        'DATA_FORMAT',
        `Nothing in the data fits "${path.slice(0, 100)}". Check the path, or allow that nothing is found.`,
      );
    return { output: { values, first: values[0] ?? null, count: values.length } };
  },
});

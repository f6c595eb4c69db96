import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { conditionSchema, testItems } from './conditions.ts';
import { rowsSchema } from './rows.ts';

export const filterRows = defineNode({
  type: 'data.filterRows',
  version: 1,
  title: 'Filter rows',
  category: 'data',
  icon: 'filter',
  description: 'Keeps the rows of a table that fit the conditions and hands out the others apart.',
  synonyms: ['where', 'select', 'search table', 'data table'],
  params: z.strictObject({
    rows: rowsSchema.meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    conditions: z.array(conditionSchema).min(1).max(50).meta({ title: 'Conditions', 'x-widget': 'list' }),
    match: z.enum(['all', 'any']).default('all').meta({ title: 'Must fit' }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case' }),
  }),
  output: z.object({ rows: rowsSchema, removed: rowsSchema, count: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'Open orders above 100',
      params: {
        rows: [{ id: 1, state: 'open', total: 120 }],
        conditions: [
          { field: 'state', operator: 'equals', value: 'open' },
          { field: 'total', operator: 'greater', value: 100 },
        ],
      },
    },
  ],
  async run(ctx, { rows, conditions, match, ignoreCase }) {
    const fits = await testItems(ctx, rows, conditions, { match, ignoreCase });
    const kept = rows.filter((_row, i) => fits[i]);
    return { output: { rows: kept, removed: rows.filter((_row, i) => !fits[i]), count: kept.length } };
  },
});

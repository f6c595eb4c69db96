import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { compareValues, isEmpty, valueAt } from './paths.ts';
import { fieldSchema, rowsSchema } from './rows.ts';

export const sortRows = defineNode({
  type: 'data.sortRows',
  version: 1,
  title: 'Sort rows',
  category: 'data',
  icon: 'arrow-up-down',
  description:
    'Sorts a table by one or more columns. Numbers sort by size, also when they are written as text; empty cells come last.',
  synonyms: ['order by', 'arrange', 'rank', 'data table'],
  params: z.strictObject({
    rows: rowsSchema.meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    by: z
      .array(
        z.strictObject({
          field: fieldSchema.meta({ title: 'Column' }),
          direction: z.enum(['ascending', 'descending']).default('ascending').meta({ title: 'Direction' }),
        }),
      )
      .min(1)
      .max(20)
      .meta({ title: 'Sort by', 'x-widget': 'list' }),
    limit: z.int().min(1).max(1_000_000).optional().meta({ title: 'Only the first', unit: 'rows', 'x-advanced': true }),
  }),
  output: z.object({ rows: rowsSchema, count: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'Largest first',
      params: { rows: [{ total: 5 }, { total: 20 }], by: [{ field: 'total', direction: 'descending' }] },
    },
  ],
  run(_ctx, { rows, by, limit }) {
    const sorted = rows.toSorted((a, b) => {
      for (const { field, direction } of by) {
        const [left, right] = [valueAt(a, field), valueAt(b, field)];
        const order = compareValues(left, right);
        // Empty cells stay last whichever way the rest is turned.
        if (order !== 0) return direction === 'ascending' || isEmpty(left) || isEmpty(right) ? order : -order;
      }
      return 0;
    });
    const result = limit === undefined ? sorted : sorted.slice(0, limit);
    return { output: { rows: result, count: result.length } };
  },
});

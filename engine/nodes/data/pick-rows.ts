import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { rowsSchema } from './rows.ts';
import { rowsField } from './rows-field.ts';

export const pickRows = defineNode({
  type: 'data.pickRows',
  version: 1,
  title: 'Pick rows',
  category: 'data',
  icon: 'list-filter',
  description: 'Takes the first, the last, a random sample or some rows of a table, or cuts it into batches.',
  synonyms: ['limit', 'top', 'sample', 'batch', 'chunk', 'skip', 'page', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    operation: z.enum(['first', 'last', 'sample', 'range', 'batches']).default('first').meta({ title: 'Take' }),
    count: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10)
      .meta({ title: 'How many', description: 'For batches: the size of each.' }),
    start: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .meta({ title: 'From row', description: 'The first is 1.', 'x-show-if': { operation: ['range'] } }),
  }),
  output: z.object({ rows: rowsSchema, batches: z.array(rowsSchema), rest: z.int() }),
  effect: 'idempotent',
  examples: [
    { title: 'The first ten', params: { rows: [{ id: 1 }] } },
    { title: 'In hundreds', params: { rows: [{ id: 1 }], operation: 'batches', count: 100 } },
  ],
  run(ctx, { rows, operation, count, start }) {
    if (operation === 'batches') {
      const batches = Array.from({ length: Math.ceil(rows.length / count) }, (_none, i) =>
        rows.slice(i * count, (i + 1) * count),
      );
      return { output: { rows: [], batches, rest: 0 } };
    }
    const picked =
      operation === 'first'
        ? rows.slice(0, count)
        : operation === 'last'
          ? rows.slice(-count)
          : operation === 'range'
            ? rows.slice(start - 1, start - 1 + count)
            : sample(rows, count, () => ctx.random());
    return { output: { rows: picked, batches: [], rest: rows.length - picked.length } };
  },
});

/** Each row with the same chance, in the order of the table. */
function sample<Row>(rows: readonly Row[], count: number, random: () => number): Row[] {
  const picked: Row[] = [];
  for (const [i, row] of rows.entries()) {
    const needed = count - picked.length;
    if (needed > 0 && random() * (rows.length - i) < needed) picked.push(row);
  }
  return picked;
}

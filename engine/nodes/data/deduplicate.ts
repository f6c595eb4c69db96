import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText, identityOf, valueAt } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';

export const deduplicate = defineNode({
  type: 'data.deduplicate',
  version: 1,
  title: 'Remove duplicates',
  category: 'data',
  icon: 'copy-minus',
  description: 'Keeps one row of those that are equal, or equal in the chosen columns.',
  synonyms: ['distinct', 'unique rows', 'double', 'data table'],
  params: z.strictObject({
    rows: rowsSchema.meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    by: z
      .array(fieldSchema)
      .max(50)
      .default([])
      .meta({ title: 'Columns', description: 'Empty: the whole row counts.', 'x-widget': 'list' }),
    keep: z.enum(['first', 'last']).default('first').meta({ title: 'Keep' }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case and outer spaces' }),
  }),
  output: z.object({ rows: rowsSchema, duplicates: rowsSchema, count: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'One row per address',
      params: { rows: [{ mail: 'a@b.c' }, { mail: 'A@b.c' }], by: ['mail'], ignoreCase: true },
    },
  ],
  run(_ctx, { rows, by, keep, ignoreCase }) {
    const seen = new Set<string>();
    const isNew = (row: Row) => {
      const key = keyOf(row);
      return !seen.has(key) && seen.add(key) !== undefined;
    };
    const ordered = keep === 'first' ? rows : rows.toReversed();
    const kept = new Set(ordered.filter(isNew));
    return {
      output: {
        rows: rows.filter((row) => kept.has(row)),
        duplicates: rows.filter((row) => !kept.has(row)),
        count: kept.size,
      },
    };

    function keyOf(row: Row): string {
      const key = by.length === 0 ? identityOf(row) : identityOf(by.map((field) => cell(valueAt(row, field))));
      return by.length === 0 && ignoreCase ? key.toLowerCase() : key;
    }
    function cell(value: unknown): unknown {
      return ignoreCase && typeof value === 'string' ? asText(value).trim().toLowerCase() : value;
    }
  },
});

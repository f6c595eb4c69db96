import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText, identityOf, valueAt } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';

const changeSchema = z.object({
  key: z.record(z.string(), z.unknown()),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
  columns: z.array(z.string()),
});

export const compareTables = defineNode({
  type: 'data.compareTables',
  version: 1,
  title: 'Compare tables',
  category: 'data',
  icon: 'diff',
  description: 'Finds the rows that were added, removed or changed between two tables, by their key columns.',
  synonyms: ['difference', 'reconcile', 'match', 'delta', 'data table'],
  params: z.strictObject({
    before: rowsSchema.meta({ title: 'First table', 'x-widget': 'json' }),
    after: rowsSchema.meta({ title: 'Second table', 'x-widget': 'json' }),
    keys: z.array(fieldSchema).min(1).max(20).meta({ title: 'Key columns', 'x-widget': 'list' }),
    columns: z
      .array(fieldSchema)
      .max(1000)
      .default([])
      .meta({ title: 'Columns to compare', description: 'Empty: all columns of both.', 'x-widget': 'list' }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case' }),
  }),
  output: z.object({
    added: rowsSchema,
    removed: rowsSchema,
    changed: z.array(changeSchema),
    same: rowsSchema,
    isEqual: z.boolean(),
  }),
  effect: 'pure',
  examples: [
    {
      title: 'What changed since yesterday',
      params: {
        before: [{ id: 1, price: 5 }],
        after: [
          { id: 1, price: 6 },
          { id: 2, price: 1 },
        ],
        keys: ['id'],
      },
    },
  ],
  run(_ctx, { before, after, keys, columns, ignoreCase }) {
    const text = (value: unknown) => (ignoreCase ? asText(value).trim().toLowerCase() : asText(value));
    const keyOf = (row: Row) => JSON.stringify(keys.map((key) => text(valueAt(row, key))));
    const old = new Map(before.map((row) => [keyOf(row), row]));
    const seen = new Set<string>();
    const added: Row[] = [];
    const same: Row[] = [];
    const changed: z.output<typeof changeSchema>[] = [];
    for (const row of after) {
      const key = keyOf(row);
      seen.add(key);
      const previous = old.get(key);
      if (!previous) added.push(row);
      else {
        const differing = columnsOf(previous, row).filter((column) => differ(previous, row, column));
        if (differing.length === 0) same.push(row);
        else {
          const keyFields = Object.fromEntries(keys.map((name) => [name, valueAt(row, name) ?? null]));
          changed.push({ key: keyFields, before: previous, after: row, columns: differing });
        }
      }
    }
    const removed = before.filter((row) => !seen.has(keyOf(row)));
    const isEqual = added.length + removed.length + changed.length === 0;
    return { output: { added, removed, changed, same, isEqual } };

    function columnsOf(a: Row, b: Row): string[] {
      return columns.length > 0 ? columns : [...new Set([...Object.keys(a), ...Object.keys(b)])];
    }
    function differ(a: Row, b: Row, column: string): boolean {
      const [left, right] = [valueAt(a, column), valueAt(b, column)];
      const isNested = (value: unknown) => value !== null && typeof value === 'object';
      return isNested(left) || isNested(right) ? identityOf(left) !== identityOf(right) : text(left) !== text(right);
    }
  },
});

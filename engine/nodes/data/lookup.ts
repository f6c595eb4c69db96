import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText, setOwn, valueAt } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';
import { rowsField } from './rows-field.ts';

export const lookup = defineNode({
  type: 'data.lookup',
  version: 1,
  title: 'Look up values',
  category: 'data',
  icon: 'search-check',
  description: 'Adds columns of another table to each row, found by a key, like VLOOKUP. The number of rows stays.',
  synonyms: ['vlookup', 'xlookup', 'enrich', 'master data', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    key: fieldSchema.meta({ title: 'Key column', placeholder: 'customer' }),
    table: rowsField('Look up in'),
    tableKey: z.string().max(500).default('').meta({ title: 'Its key column', description: 'Empty: the same name.' }),
    columns: z
      .array(fieldSchema)
      .max(500)
      .default([])
      .meta({ title: 'Columns to add', description: 'Empty: all but its key.', 'x-widget': 'list' }),
    prefix: z.string().max(100).default('').meta({ title: 'Put before their names', 'x-advanced': true }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case and outer spaces' }),
    fallback: z.unknown().optional().meta({ title: 'Where nothing is found', 'x-advanced': true }),
  }),
  output: z.object({ rows: rowsSchema, missing: rowsSchema, found: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'Names of customers',
      params: {
        rows: [{ order: 1, customer: 7 }],
        key: 'customer',
        table: [{ id: 7, name: 'Ada' }],
        tableKey: 'id',
        columns: ['name'],
      },
    },
  ],
  run(_ctx, { rows, key, table, tableKey, columns, prefix, ignoreCase, fallback }) {
    const keyOf = (row: Row, field: string) => {
      const text = asText(valueAt(row, field));
      return ignoreCase ? text.trim().toLowerCase() : text;
    };
    const other = tableKey === '' ? key : tableKey;
    const byKey = new Map<string, Row>();
    // The first row counts, as in a spreadsheet.
    for (const row of table) if (!byKey.has(keyOf(row, other))) byKey.set(keyOf(row, other), row);
    const names =
      columns.length > 0 ? columns : [...new Set(table.flatMap(Object.keys))].filter((name) => name !== other);
    const missing: Row[] = [];
    const result = rows.map((row) => {
      const match = byKey.get(keyOf(row, key));
      if (!match) missing.push(row);
      const made: Row = {};
      for (const [name, value] of Object.entries(row)) setOwn(made, name, value);
      for (const name of names) setOwn(made, prefix + name, (match ? valueAt(match, name) : fallback) ?? null);
      return made;
    });
    return { output: { rows: result, missing, found: rows.length - missing.length } };
  },
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { setOwn } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';
import { rowsField } from './rows-field.ts';
import { columnsOf } from './table-columns.ts';

export const fillMissing = defineNode({
  type: 'data.fillMissing',
  version: 1,
  title: 'Fill empty cells',
  category: 'data',
  icon: 'text-cursor-input',
  description:
    'Fills the empty cells of a table with a value or with the one above or below, or removes rows that have any.',
  synonyms: ['missing values', 'null', 'default', 'fill down', 'clean', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    columns: z
      .array(fieldSchema)
      .max(2000)
      .default([])
      .meta({ title: 'Columns', description: 'Empty: all.', 'x-widget': 'list' }),
    by: z.enum(['value', 'above', 'below', 'removeRow']).default('value').meta({ title: 'With' }),
    value: z
      .unknown()
      .optional()
      .meta({ title: 'Value', 'x-show-if': { by: ['value'] } }),
    spaces: z.boolean().default(true).meta({ title: 'A text of spaces is empty too', 'x-advanced': true }),
  }),
  output: z.object({ rows: rowsSchema, filled: z.int(), removed: z.int() }),
  effect: 'pure',
  examples: [{ title: 'Zeros', params: { rows: [{ a: 1 }, { a: null }], by: 'value', value: 0 } }],
  run(_ctx, { rows, columns, by, value, spaces }) {
    const names = columns.length > 0 ? columns : columnsOf(rows);
    const isMissing = (cell: unknown) =>
      cell === null || cell === undefined || cell === '' || (spaces && typeof cell === 'string' && cell.trim() === '');
    const cellOf = (row: Row, name: string) => (Object.hasOwn(row, name) ? row[name] : undefined);
    if (by === 'removeRow') {
      const kept = rows.filter((row) => !names.some((name) => isMissing(cellOf(row, name))));
      return { output: { rows: kept, filled: 0, removed: rows.length - kept.length } };
    }
    const last = new Map<string, unknown>();
    let filled = 0;
    const ordered = by === 'below' ? rows.toReversed() : rows;
    const result = ordered.map((row) => {
      const made: Row = {};
      for (const [name, cell] of Object.entries(row)) setOwn(made, name, cell);
      for (const name of names) {
        const cell = cellOf(row, name);
        if (!isMissing(cell)) last.set(name, cell);
        else if (by === 'value' || last.has(name)) {
          setOwn(made, name, by === 'value' ? (value ?? null) : last.get(name));
          filled++;
        }
      }
      return made;
    });
    return { output: { rows: by === 'below' ? result.toReversed() : result, filled, removed: 0 } };
  },
});

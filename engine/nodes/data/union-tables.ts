import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { setOwn } from './paths.ts';
import { type Row, rowsSchema } from './rows.ts';
import { columnsOf } from './table-columns.ts';

export const unionTables = defineNode({
  type: 'data.unionTables',
  version: 1,
  title: 'Append tables',
  category: 'data',
  icon: 'git-merge',
  description: 'Puts the rows of several tables under each other. Columns that one of them lacks are empty there.',
  synonyms: ['union', 'concatenate', 'merge tables', 'stack', 'data table'],
  params: z.strictObject({
    tables: z
      .array(rowsSchema)
      .max(1000)
      .meta({ title: 'Tables', 'x-widget': 'json', placeholder: '${[steps.a.output.rows, steps.b.output.rows]}' }),
    sourceColumn: z
      .string()
      .max(500)
      .default('')
      .meta({ title: 'Number of the table into column', 'x-advanced': true }),
    strict: z.boolean().default(false).meta({ title: 'Error when columns differ', 'x-advanced': true }),
  }),
  output: z.object({ rows: rowsSchema, columns: z.array(z.string()), count: z.int() }),
  effect: 'pure',
  examples: [{ title: 'Two months', params: { tables: [[{ id: 1 }], [{ id: 2, note: 'new' }]] } }],
  run(_ctx, { tables, sourceColumn, strict }) {
    const columns = columnsOf(tables.flat());
    if (strict)
      for (const [i, table] of tables.entries()) {
        const own = new Set(columnsOf(table));
        const missing = table.length > 0 ? columns.find((name) => !own.has(name)) : undefined;
        if (missing !== undefined)
          throw new AppError('DATA_FORMAT', `Table ${i + 1} has no column "${missing}". Rename its columns first.`);
      }
    const names = sourceColumn === '' ? columns : [...columns, sourceColumn];
    const rows = tables.flatMap((table, i) =>
      table.map((row) => {
        const made: Row = {};
        for (const name of columns) setOwn(made, name, Object.hasOwn(row, name) ? row[name] : null);
        if (sourceColumn !== '') setOwn(made, sourceColumn, i + 1);
        return made;
      }),
    );
    if (rows.length > 1_000_000)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        'Together the tables have more than a million rows. Work on them one by one.',
      );
    return { output: { rows, columns: names, count: rows.length } };
  },
});

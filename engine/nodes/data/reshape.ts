import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText, setOwn } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';
import { rowsField } from './rows-field.ts';
import { columnsOf, requireColumns } from './table-columns.ts';

const show = (operation: 'unpivot' | 'transpose') => ({ 'x-show-if': { operation: [operation] } });

export const reshape = defineNode({
  type: 'data.reshape',
  version: 1,
  title: 'Turn table',
  category: 'data',
  icon: 'rotate-cw',
  description:
    'Makes rows of columns (unpivot), or exchanges rows and columns. The way back is "Group rows" with "Spread by".',
  synonyms: ['unpivot', 'melt', 'transpose', 'wide to long', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    operation: z.enum(['unpivot', 'transpose']).default('unpivot').meta({ title: 'Do' }),
    fixed: z
      .array(fieldSchema)
      .max(200)
      .default([])
      .meta({
        title: 'Columns to keep',
        description: 'All others become rows.',
        'x-widget': 'list',
        ...show('unpivot'),
      }),
    nameColumn: fieldSchema.default('name').meta({ title: 'Column for the names', ...show('unpivot') }),
    valueColumn: fieldSchema.default('value').meta({ title: 'Column for the values', ...show('unpivot') }),
    skipEmpty: z
      .boolean()
      .default(false)
      .meta({ title: 'Leave out empty cells', ...show('unpivot') }),
    headerColumn: z
      .string()
      .max(500)
      .default('')
      .meta({
        title: 'Column with the new names',
        description: 'Empty: the new columns are numbered.',
        ...show('transpose'),
      }),
  }),
  output: z.object({ rows: rowsSchema, count: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'Months to rows',
      params: { rows: [{ shop: 'A', jan: 1, feb: 2 }], fixed: ['shop'], nameColumn: 'month', valueColumn: 'sales' },
    },
    {
      title: 'Exchange',
      params: { rows: [{ field: 'name', value: 'Ada' }], operation: 'transpose', headerColumn: 'field' },
    },
  ],
  run(_ctx, params) {
    const rows = params.operation === 'unpivot' ? unpivot(params) : transpose(params.rows, params.headerColumn);
    return { output: { rows, count: rows.length } };
  },
});

function unpivot(params: {
  rows: Row[];
  fixed: string[];
  nameColumn: string;
  valueColumn: string;
  skipEmpty: boolean;
}): Row[] {
  requireColumns(params.rows, params.fixed);
  const names = columnsOf(params.rows).filter((name) => !params.fixed.includes(name));
  return params.rows.flatMap((row) =>
    names.flatMap((name) => {
      const value = Object.hasOwn(row, name) ? row[name] : null;
      if (params.skipEmpty && (value === null || value === '' || value === undefined)) return [];
      const made: Row = {};
      for (const fixed of params.fixed) setOwn(made, fixed, row[fixed] ?? null);
      setOwn(made, params.nameColumn, name);
      setOwn(made, params.valueColumn, value);
      return [made];
    }),
  );
}

function transpose(rows: Row[], headerColumn: string): Row[] {
  if (headerColumn !== '') requireColumns(rows, [headerColumn]);
  const heads = rows.map((row, i) =>
    headerColumn === '' ? `column${i + 1}` : asText(row[headerColumn]) || `column${i + 1}`,
  );
  return columnsOf(rows)
    .filter((name) => name !== headerColumn)
    .map((name) => {
      const made: Row = {};
      setOwn(made, headerColumn === '' ? 'name' : headerColumn, name);
      for (const [i, row] of rows.entries())
        setOwn(made, heads[i] as string, Object.hasOwn(row, name) ? row[name] : null);
      return made;
    });
}

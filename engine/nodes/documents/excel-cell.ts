import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { acceptLossField, datesField, fileField, formulasField, passwordField, sheetField } from './fields.ts';
import { changeOnce, loadWorkbook, optionsOf, tellLosses } from './files.ts';

const show = (operation: 'read' | 'write') => ({ 'x-show-if': { operation: [operation] } });

export const excelCell = defineNode({
  type: 'excel.cell',
  version: 1,
  title: 'Excel cells',
  category: 'documents',
  icon: 'grid-3x3',
  description: 'Reads one cell of a workbook, or writes values into single cells and keeps everything else.',
  synonyms: ['read cell', 'write cell', 'set value', 'xlsx', 'formula'],
  params: z.strictObject({
    path: fileField('Workbook', 'output/orders.xlsx'),
    operation: z.enum(['read', 'write']).default('read').meta({ title: 'Do' }),
    sheet: sheetField,
    cell: z
      .string()
      .max(300)
      .default('A1')
      .meta({ title: 'Cell', description: 'B2, Sheet1!B2 or a name.', ...show('read') }),
    values: z
      .record(z.string().max(300), z.unknown())
      .default({})
      .meta({
        title: 'Cells',
        description: 'Cell (B2, Sheet1!B2 or a name) and its value.',
        'x-widget': 'keyvalue',
        ...show('write'),
      }),
    dates: datesField,
    formulas: formulasField,
    acceptLoss: acceptLossField,
    password: passwordField,
  }),
  output: z.object({ value: z.unknown(), formula: z.string().nullable(), cells: z.array(z.string()) }),
  effect: 'idempotent',
  examples: [
    { title: 'Read a total', params: { path: 'output/orders.xlsx', cell: 'D20' } },
    {
      title: 'Write two cells',
      params: { path: 'output/orders.xlsx', operation: 'write', values: { B2: 'Ada', C2: 36 } },
    },
  ],
  async run(ctx, { path, operation, password, cell, sheet, ...params }) {
    if (operation === 'read') {
      const source = await loadWorkbook(ctx, path, password);
      const found = await ctx.documents.run('readCell', { source, sheet, cell }, optionsOf(ctx));
      return { output: { value: found.value, formula: found.formula, cells: [`${found.sheet}!${found.cell}`] } };
    }
    const cells = await changeOnce(ctx, path, async () => {
      const source = await loadWorkbook(ctx, path, password);
      const {
        bytes,
        lost,
        cells: changed,
      } = await ctx.documents.run('writeCells', { ...params, source, sheet }, optionsOf(ctx));
      tellLosses(ctx, path, lost);
      return { old: source.bytes, bytes, output: changed };
    });
    return { output: { value: null, formula: null, cells } };
  },
});

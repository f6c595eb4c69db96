import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { acceptLossField, datesField, fileField, formulasField, passwordField, sheetField } from './fields.ts';
import { changeOnce, loadWorkbook, optionsOf, tellLosses } from './files.ts';

export const excelAppend = defineNode({
  type: 'excel.append',
  version: 1,
  title: 'Append to Excel',
  category: 'documents',
  icon: 'list-plus',
  description: 'Adds rows at the end of a sheet or a table, under the right columns and looking like the row above.',
  synonyms: ['add row', 'insert row', 'xlsx', 'log into excel'],
  params: z.strictObject({
    path: fileField('Workbook', 'output/orders.xlsx'),
    sheet: sheetField,
    table: z
      .string()
      .max(255)
      .default('')
      .meta({ title: 'Table', description: 'Empty: the end of the sheet.', placeholder: 'Orders' }),
    rows: z
      .array(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]))
      .max(1_000_000)
      .meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    headerRow: z.int().min(1).max(1000).default(1).meta({ title: 'Column names stand in row', 'x-advanced': true }),
    copyFormulas: z.boolean().default(true).meta({
      title: 'Copy formulas from the row above',
      description: 'For columns that the new rows say nothing about.',
      'x-advanced': true,
    }),
    dates: datesField,
    formulas: formulasField,
    acceptLoss: acceptLossField,
    password: passwordField,
  }),
  output: z.object({ path: z.string(), sheet: z.string(), range: z.string(), firstRow: z.int(), count: z.int() }),
  effect: 'idempotent',
  examples: [{ title: 'One order', params: { path: 'output/orders.xlsx', rows: [{ id: 17, total: 12.5 }] } }],
  async run(ctx, { path, password, ...params }) {
    const output = await changeOnce(ctx, path, async () => {
      const source = await loadWorkbook(ctx, path, password);
      const { bytes, lost, ...told } = await ctx.documents.run('appendExcel', { ...params, source }, optionsOf(ctx));
      tellLosses(ctx, path, lost);
      return { old: source.bytes, bytes, output: told };
    });
    return { output: { path: await ctx.files.readable(path), ...output } };
  },
});

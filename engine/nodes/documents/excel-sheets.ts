import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { acceptLossField, fileField, passwordField } from './fields.ts';
import { changeOnce, loadWorkbook, optionsOf, tellLosses } from './files.ts';

export const excelSheets = defineNode({
  type: 'excel.sheets',
  version: 1,
  title: 'Excel sheets',
  category: 'documents',
  icon: 'layers',
  description: 'Lists the sheets, tables and names of a workbook, or adds, renames, copies or deletes a sheet.',
  synonyms: ['worksheet', 'tab', 'add sheet', 'delete sheet', 'rename sheet', 'xlsx'],
  params: z.strictObject({
    path: fileField('Workbook', 'output/orders.xlsx'),
    operation: z.enum(['list', 'add', 'rename', 'copy', 'delete']).default('list').meta({ title: 'Do' }),
    sheet: z
      .string()
      .max(31)
      .default('')
      .meta({ title: 'Sheet', 'x-show-if': { operation: ['rename', 'copy', 'delete'] } }),
    newName: z
      .string()
      .max(31)
      .default('')
      .meta({ title: 'New name', 'x-show-if': { operation: ['add', 'rename', 'copy'] } }),
    acceptLoss: acceptLossField,
    password: passwordField,
  }),
  output: z.object({
    names: z.array(z.string()),
    sheets: z.array(
      z.object({
        name: z.string(),
        rows: z.int(),
        columns: z.int(),
        range: z.string(),
        isHidden: z.boolean(),
        tables: z.array(z.object({ name: z.string(), range: z.string() })),
      }),
    ),
    definedNames: z.array(z.object({ name: z.string(), range: z.string() })),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'What is in it?', params: { path: 'output/orders.xlsx' } },
    {
      title: 'A sheet per month',
      params: { path: 'output/orders.xlsx', operation: 'copy', sheet: 'May', newName: 'June' },
    },
  ],
  async run(ctx, { path, operation, password, ...params }) {
    if (operation === 'list') {
      const source = await loadWorkbook(ctx, path, password);
      const { sheets, names } = await ctx.documents.run('listSheets', { source }, optionsOf(ctx));
      return { output: { names: sheets.map(({ name }) => name), sheets, definedNames: names } };
    }
    const names = await changeOnce(ctx, path, async () => {
      const source = await loadWorkbook(ctx, path, password);
      const changed = await ctx.documents.run('changeSheets', { ...params, operation, source }, optionsOf(ctx));
      tellLosses(ctx, path, changed.lost);
      return { old: source.bytes, bytes: changed.bytes, output: changed.names };
    });
    return { output: { names, sheets: [], definedNames: [] } };
  },
});

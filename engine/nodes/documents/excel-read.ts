import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, passwordField, sheetField } from './fields.ts';
import { loadWorkbook, optionsOf } from './files.ts';

export const excelRead = defineNode({
  type: 'excel.read',
  version: 1,
  title: 'Read Excel',
  category: 'documents',
  icon: 'file-spreadsheet',
  description: 'Reads a sheet, a range or a table of an Excel workbook as rows. Needs no Excel.',
  synonyms: ['excel', 'spreadsheet', 'xlsx', 'workbook', 'get range', 'import', 'table'],
  params: z.strictObject({
    path: fileField('Workbook', 'input/orders.xlsx'),
    sheet: sheetField,
    range: z.string().max(300).default('').meta({
      title: 'Range',
      description: 'Cells (B2:E20), columns (A:C), a table or a name. Empty: all that is used.',
      placeholder: 'A1:E20',
    }),
    header: z.boolean().default(true).meta({ title: 'First row holds the column names' }),
    as: z
      .enum(['rows', 'lists'])
      .default('rows')
      .meta({ title: 'Give', description: 'rows: objects with the column names; lists: plain lists of cells.' }),
    formulas: z.boolean().default(false).meta({ title: 'Give formulas instead of their results', 'x-advanced': true }),
    skipEmpty: z.boolean().default(true).meta({ title: 'Leave out empty rows', 'x-advanced': true }),
    maxRows: z
      .int()
      .min(1)
      .max(1_048_576)
      .default(200_000)
      .meta({ title: 'At most', unit: 'rows', 'x-advanced': true }),
    password: passwordField,
  }),
  output: z.object({
    rows: z.array(z.unknown()),
    columns: z.array(z.string()),
    count: z.int(),
    sheet: z.string(),
    sheets: z.array(z.string()),
    range: z.string(),
    uncomputed: z.int(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'The first sheet', params: { path: 'input/orders.xlsx' } },
    {
      title: 'A range as lists',
      params: { path: 'input/orders.xlsx', sheet: 'May', range: 'B2:D10', header: false, as: 'lists' },
    },
  ],
  async run(ctx, { path, password, ...params }) {
    const source = await loadWorkbook(ctx, path, password);
    const output = await ctx.documents.run('readExcel', { ...source, ...params }, optionsOf(ctx));
    if (output.uncomputed > 0 && !params.formulas)
      ctx.log(
        'warn',
        `${output.uncomputed} formulas in "${path}" have no result yet and are empty here. Open and save it in a spreadsheet program to compute them.`,
      );
    return { output };
  },
});

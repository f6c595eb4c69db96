import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { acceptLossField, datesField, fileField, formulasField, passwordField } from './fields.ts';
import { loadWorkbook, optionsOf, tellLosses } from './files.ts';

export const excelWrite = defineNode({
  type: 'excel.write',
  version: 1,
  title: 'Write Excel',
  category: 'documents',
  icon: 'sheet',
  description: 'Writes a table into a new workbook, a new sheet, or cells of a sheet that is there.',
  synonyms: ['xlsx', 'export', 'save table', 'workbook', 'create', 'spreadsheet'],
  params: z.strictObject({
    path: fileField('Workbook', 'output/orders.xlsx'),
    sheet: z.string().min(1).max(31).default('Sheet1').meta({ title: 'Sheet' }),
    rows: z
      .array(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]))
      .max(1_048_575)
      .meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    columns: z
      .array(z.string().max(500))
      .max(16_384)
      .default([])
      .meta({ title: 'Columns', description: 'Empty: all, as they come.', 'x-widget': 'list' }),
    existing: z.enum(['replaceSheet', 'overwriteCells', 'newFile', 'fail']).default('replaceSheet').meta({
      title: 'If the workbook is there',
      description:
        'replaceSheet: this sheet anew, the others stay; overwriteCells: only the cells written; newFile: everything anew; fail: an error.',
    }),
    startCell: z.string().max(10).default('A1').meta({ title: 'From cell' }),
    header: z.boolean().default(true).meta({ title: 'Write the column names' }),
    table: z.string().max(255).default('').meta({
      title: 'As table named',
      description: 'Makes it a table with filters, which formulas and "Append to Excel" know by its name.',
      placeholder: 'Orders',
    }),
    numberFormats: z.record(z.string().max(500), z.string().max(200)).default({}).meta({
      title: 'Number formats',
      description: 'Column and format, such as #,##0.00 or dd.mm.yyyy.',
      'x-widget': 'keyvalue',
      'x-advanced': true,
    }),
    widths: z.record(z.string().max(500), z.number().min(0).max(255)).default({}).meta({
      title: 'Column widths',
      description: 'Column and width in characters.',
      'x-widget': 'keyvalue',
      'x-advanced': true,
    }),
    freezeHeader: z.boolean().default(false).meta({ title: 'Keep the header in view', 'x-advanced': true }),
    dates: datesField,
    formulas: formulasField,
    acceptLoss: acceptLossField,
    password: passwordField,
  }),
  output: z.object({
    path: z.string(),
    size: z.int(),
    range: z.string(),
    columns: z.array(z.string()),
    count: z.int(),
  }),
  effect: 'once',
  effectOf: ({ existing }) => (existing === 'fail' ? 'once' : 'idempotent'),
  examples: [
    {
      title: 'Two rows',
      params: {
        path: 'output/people.xlsx',
        rows: [
          { name: 'Ada', born: '1815-12-10' },
          { name: 'Alan', born: '1912-06-23' },
        ],
      },
    },
    {
      title: 'Prices as a table',
      params: {
        path: 'output/prices.xlsx',
        sheet: 'Prices',
        rows: [{ item: 'Pen', price: 1.5 }],
        table: 'Prices',
        numberFormats: { price: '#,##0.00' },
        widths: { item: 30 },
      },
    },
  ],
  async run(ctx, { path, existing, password, ...params }) {
    const isThere = existing !== 'newFile' && (await exists(ctx, path));
    if (isThere && existing === 'fail')
      throw new AppError('FILE_EXISTS', `"${path}" exists already. Choose another name or what to do with it.`, {
        details: { path },
      });
    if (!isThere && password !== '')
      throw new AppError(
        'PARAMS_INVALID',
        'A password is for a protected workbook that is there; a new one is written without. Leave it empty.',
      );
    const source = isThere ? await loadWorkbook(ctx, path, password) : undefined;
    const input = {
      ...params,
      existing: existing === 'overwriteCells' ? existing : ('replaceSheet' as const),
      ...(source && { source }),
    };
    const { bytes, lost, ...output } = await ctx.documents.run('writeExcel', input, optionsOf(ctx));
    tellLosses(ctx, path, lost);
    const written = await ctx.files.write(path, bytes, { overwrite: existing !== 'fail', signal: ctx.signal });
    return { output: { ...written, ...output } };
  },
});

async function exists(ctx: NodeContext, path: string): Promise<boolean> {
  try {
    await ctx.files.readable(path);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_NOT_FOUND') return false;
    throw error;
  }
}

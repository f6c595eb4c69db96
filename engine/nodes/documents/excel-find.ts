import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, passwordField } from './fields.ts';
import { loadWorkbook, optionsOf } from './files.ts';

export const excelFind = defineNode({
  type: 'excel.find',
  version: 1,
  title: 'Find in Excel',
  category: 'documents',
  icon: 'file-search',
  description: 'Finds the cells of a workbook that hold a text or a value and tells where they are.',
  synonyms: ['search', 'lookup', 'locate cell', 'xlsx'],
  params: z.strictObject({
    path: fileField('Workbook', 'input/orders.xlsx'),
    search: z.string().min(1).max(10_000).meta({ title: 'Look for', placeholder: 'Total' }),
    match: z.enum(['contains', 'equals', 'startsWith']).default('contains').meta({ title: 'The cell' }),
    sheet: z.string().max(31).default('').meta({ title: 'Sheet', description: 'Empty: all sheets.' }),
    ignoreCase: z.boolean().default(true).meta({ title: 'Ignore upper and lower case' }),
    inFormulas: z.boolean().default(false).meta({ title: 'Look into formulas instead of results', 'x-advanced': true }),
    limit: z.int().min(1).max(100_000).default(1000).meta({ title: 'At most', unit: 'cells', 'x-advanced': true }),
    password: passwordField,
  }),
  output: z.object({
    found: z.array(
      z.object({ sheet: z.string(), cell: z.string(), row: z.int(), column: z.int(), value: z.unknown() }),
    ),
    first: z.string().nullable(),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'Where is the total?', params: { path: 'input/orders.xlsx', search: 'Total', match: 'startsWith' } },
  ],
  async run(ctx, { path, password, ...params }) {
    const source = await loadWorkbook(ctx, path, password);
    const { found, count } = await ctx.documents.run('findInExcel', { source, ...params }, optionsOf(ctx));
    return { output: { found, first: found[0]?.cell ?? null, count } };
  },
});

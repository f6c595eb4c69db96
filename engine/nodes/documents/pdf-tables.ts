import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, pagesField, passwordField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfTables = defineNode({
  type: 'pdf.tables',
  version: 1,
  title: 'Read PDF tables',
  category: 'documents',
  icon: 'table-2',
  description: 'Finds the tables of a PDF by where its words stand and gives them as rows.',
  synonyms: ['extract table', 'invoice lines', 'bank statement', 'pdf to excel'],
  params: z.strictObject({
    path: fileField('PDF', 'input/invoice.pdf'),
    pages: pagesField,
    header: z.boolean().default(true).meta({ title: 'First row holds the column names' }),
    joinPages: z
      .boolean()
      .default(true)
      .meta({ title: 'Join tables over pages', description: 'A table that goes on on the next page becomes one.' }),
    minRows: z.int().min(1).max(1000).default(2).meta({ title: 'At least', unit: 'rows', 'x-advanced': true }),
    minColumns: z.int().min(2).max(100).default(2).meta({ title: 'And at least', unit: 'columns', 'x-advanced': true }),
    password: passwordField,
  }),
  output: z.object({
    tables: z.array(
      z.object({
        page: z.int(),
        columns: z.array(z.string()),
        rows: z.array(z.record(z.string(), z.unknown())),
        cells: z.array(z.array(z.string())),
      }),
    ),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'All tables', params: { path: 'input/invoice.pdf' } }],
  async run(ctx, { path, password, ...params }) {
    const source = await loadPdf(ctx, path, password);
    return { output: await ctx.documents.run('readPdfTables', { ...source, ...params }, optionsOf(ctx)) };
  },
});

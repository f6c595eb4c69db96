import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, pagesField, passwordField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfText = defineNode({
  type: 'pdf.text',
  version: 1,
  title: 'Read PDF text',
  category: 'documents',
  icon: 'file-text',
  description: 'Reads the text of a PDF, all pages or some. A scan holds no text: make pictures and recognise that.',
  synonyms: ['pdf', 'read pdf', 'extract text', 'invoice', 'document'],
  params: z.strictObject({
    path: fileField('PDF', 'input/invoice.pdf'),
    pages: pagesField,
    layout: z
      .boolean()
      .default(false)
      .meta({ title: 'Keep the layout', description: 'Spaces keep columns under each other.' }),
    separator: z.string().max(100).default('\n\n').meta({ title: 'Between pages', 'x-advanced': true }),
    password: passwordField,
  }),
  output: z.object({
    text: z.string(),
    pages: z.array(z.object({ page: z.int(), text: z.string() })),
    pageCount: z.int(),
    hasText: z.boolean(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'The first page', params: { path: 'input/invoice.pdf', pages: '1', layout: true } }],
  async run(ctx, { path, password, ...params }) {
    const source = await loadPdf(ctx, path, password);
    return { output: await ctx.documents.run('readPdfText', { ...source, ...params }, optionsOf(ctx)) };
  },
});

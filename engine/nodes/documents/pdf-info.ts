import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, passwordField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

const text = z.string().nullable();

export const pdfInfo = defineNode({
  type: 'pdf.info',
  version: 1,
  title: 'PDF information',
  category: 'documents',
  icon: 'info',
  description: 'Tells the number of pages, title, author, dates and form fields of a PDF, and whether it is protected.',
  synonyms: ['page count', 'metadata', 'form fields', 'encrypted'],
  params: z.strictObject({ path: fileField('PDF', 'input/invoice.pdf'), password: passwordField }),
  output: z.object({
    pageCount: z.int(),
    title: text,
    author: text,
    subject: text,
    keywords: text,
    creator: text,
    producer: text,
    createdAt: text,
    modifiedAt: text,
    version: text,
    isEncrypted: z.boolean(),
    pageWidth: z.number(),
    pageHeight: z.number(),
    fields: z.array(z.object({ name: z.string(), kind: z.string(), value: z.unknown(), choices: z.array(z.string()) })),
  }),
  effect: 'idempotent',
  examples: [{ title: 'How many pages?', params: { path: 'input/invoice.pdf' } }],
  async run(ctx, { path, password }) {
    return { output: await ctx.documents.run('readPdfInfo', await loadPdf(ctx, path, password), optionsOf(ctx)) };
  },
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, overwriteField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfMerge = defineNode({
  type: 'pdf.merge',
  version: 1,
  title: 'Merge PDFs',
  category: 'documents',
  icon: 'combine',
  description: 'Puts PDF files, or some of their pages, one after the other into one file.',
  synonyms: ['combine', 'join', 'append pages', 'concatenate'],
  params: z.strictObject({
    files: z.array(z.string().min(1).max(4096)).min(1).max(1000).meta({
      title: 'PDF files',
      description: 'In this order. Pages may follow a #, such as terms.pdf#1-2.',
      'x-widget': 'list',
    }),
    path: fileField('Into', 'output/all.pdf'),
    overwrite: overwriteField,
  }),
  output: z.object({ path: z.string(), size: z.int(), pageCount: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    { title: 'A letter and its terms', params: { files: ['letter.pdf', 'terms.pdf#1-2'], path: 'output/all.pdf' } },
  ],
  async run(ctx, { files, path, overwrite }) {
    await ctx.files.writable(path, { overwrite });
    const parts = [];
    for (const file of files) {
      const [, name = file, pages = ''] = /^(.*\.pdf)#([\d\s,-]*)$/i.exec(file) ?? [];
      parts.push({ ...(await loadPdf(ctx, name)), pages });
    }
    const { bytes, pageCount } = await ctx.documents.run('mergePdfs', { parts }, optionsOf(ctx));
    return { output: { ...(await ctx.files.write(path, bytes, { overwrite, signal: ctx.signal })), pageCount } };
  },
});

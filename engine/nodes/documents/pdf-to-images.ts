import { basename, extname } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, folderField, overwriteField, pagesField, passwordField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfToImages = defineNode({
  type: 'pdf.toImages',
  version: 1,
  title: 'PDF to pictures',
  category: 'documents',
  icon: 'image',
  description: 'Makes a picture of every page of a PDF, for recognising text or for showing.',
  synonyms: ['render', 'png', 'jpeg', 'screenshot of pdf', 'convert', 'ocr'],
  params: z.strictObject({
    path: fileField('PDF', 'input/invoice.pdf'),
    folder: folderField('Into folder', 'output/pages'),
    pages: pagesField,
    dpi: z.int().min(18).max(600).default(150).meta({ title: 'Sharpness', unit: 'dpi' }),
    format: z.enum(['png', 'jpeg']).default('png').meta({ title: 'Format' }),
    quality: z
      .int()
      .min(1)
      .max(100)
      .default(85)
      .meta({ title: 'Quality', unit: '%', 'x-show-if': { format: ['jpeg'] } }),
    overwrite: overwriteField,
    password: passwordField,
  }),
  output: z.object({
    files: z.array(z.object({ path: z.string(), page: z.int(), width: z.int(), height: z.int() })),
    paths: z.array(z.string()),
    pageCount: z.int(),
  }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'For reading text', params: { path: 'input/scan.pdf', folder: 'output/pages', dpi: 300 } }],
  async run(ctx, { path, folder, password, overwrite, ...params }) {
    const source = await loadPdf(ctx, path, password);
    const { files, pageCount } = await ctx.documents.run('renderPdf', { ...source, ...params }, optionsOf(ctx));
    const written = [];
    for (const { bytes, ...file } of files) {
      ctx.signal.throwIfAborted();
      const number = String(file.page).padStart(String(pageCount).length, '0');
      const target = `${folder}/${basename(path, extname(path))}-${number}.${params.format === 'png' ? 'png' : 'jpg'}`;
      written.push({ ...file, path: (await ctx.files.write(target, bytes, { overwrite, signal: ctx.signal })).path });
    }
    return { output: { files: written, paths: written.map((file) => file.path), pageCount } };
  },
});

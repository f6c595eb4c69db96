import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, overwriteField } from './fields.ts';
import { loadFile, optionsOf, sizeLimits } from './files.ts';

export const pdfCreate = defineNode({
  type: 'pdf.create',
  version: 1,
  title: 'Make PDF',
  category: 'documents',
  icon: 'file-plus-2',
  description:
    'Makes a PDF of a text, of pictures (one per page), or both. For a designed page use "Page as PDF" of the browser.',
  synonyms: ['images to pdf', 'text to pdf', 'scan', 'print'],
  params: z.strictObject({
    path: fileField('Save as', 'output/letter.pdf'),
    text: z.string().max(10_000_000).default('').meta({ title: 'Text', 'x-widget': 'textarea' }),
    images: z.array(z.string().min(1).max(4096)).max(1000).default([]).meta({ title: 'Pictures', 'x-widget': 'list' }),
    paper: z
      .enum(['A4', 'A5', 'A3', 'letter', 'image'])
      .default('A4')
      .meta({ title: 'Paper', description: 'image: each page as large as its picture.' }),
    landscape: z.boolean().default(false).meta({ title: 'Landscape' }),
    fontSize: z.number().min(4).max(200).default(11).meta({ title: 'Text size', unit: 'pt', 'x-advanced': true }),
    margin: z.number().min(0).max(200).default(56).meta({ title: 'Margin', unit: 'pt', 'x-advanced': true }),
    title: z.string().max(500).default('').meta({ title: 'Title', 'x-advanced': true }),
    overwrite: overwriteField,
  }),
  output: z.object({ path: z.string(), size: z.int(), pageCount: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    { title: 'A note', params: { path: 'output/note.pdf', text: 'Received on Monday.' } },
    { title: 'Scans', params: { path: 'output/scan.pdf', images: ['scan-1.jpg', 'scan-2.jpg'] } },
  ],
  async run(ctx, { path, images, overwrite, ...params }) {
    if (params.text === '' && images.length === 0)
      throw new AppError('PARAMS_INVALID', 'There is nothing to put into the PDF. Give a text or pictures.');
    await ctx.files.writable(path, { overwrite });
    const pictures = [];
    for (const image of images) pictures.push(await loadFile(ctx, image, sizeLimits.image));
    const { bytes, pageCount } = await ctx.documents.run('makePdf', { ...params, images: pictures }, optionsOf(ctx));
    return { output: { ...(await ctx.files.write(path, bytes, { overwrite, signal: ctx.signal })), pageCount } };
  },
});

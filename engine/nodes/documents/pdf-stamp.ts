import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { stampPlaces } from '../../formats/pdf/stamp.ts';
import { fileField, overwriteField, pagesField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfStamp = defineNode({
  type: 'pdf.stamp',
  version: 1,
  title: 'Stamp PDF',
  category: 'documents',
  icon: 'badge-check',
  description: 'Writes a text over the pages of a PDF: a watermark, "PAID", page numbers.',
  synonyms: ['watermark', 'page numbers', 'header', 'footer', 'overlay'],
  params: z.strictObject({
    path: fileField('PDF', 'input/invoice.pdf'),
    target: fileField('Save as', 'output/invoice.pdf'),
    text: z.string().min(1).max(1000).meta({
      title: 'Text',
      description: '{page} and {pages} become numbers.',
      placeholder: 'Page {page} of {pages}',
    }),
    place: z.enum(stampPlaces).default('bottomRight').meta({ title: 'Where' }),
    pages: pagesField,
    fontSize: z.number().min(4).max(300).default(12).meta({ title: 'Text size', unit: 'pt' }),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'a colour like #C00000')
      .default('#000000')
      .meta({ title: 'Colour' }),
    opacity: z
      .number()
      .min(0.05)
      .max(1)
      .default(1)
      .meta({ title: 'Opacity', description: '1 covers what is below.', 'x-advanced': true }),
    angle: z.number().min(-180).max(180).default(0).meta({ title: 'Turned by', unit: '°', 'x-advanced': true }),
    overwrite: overwriteField,
  }),
  output: z.object({ path: z.string(), size: z.int(), pages: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    {
      title: 'Page numbers',
      params: { path: 'input/report.pdf', target: 'output/report.pdf', text: '{page} / {pages}', place: 'bottom' },
    },
    {
      title: 'A watermark',
      params: {
        path: 'input/offer.pdf',
        target: 'output/offer.pdf',
        text: 'DRAFT',
        place: 'center',
        fontSize: 90,
        color: '#C00000',
        opacity: 0.2,
        angle: 45,
      },
    },
  ],
  async run(ctx, { path, target, overwrite, ...params }) {
    const source = await loadPdf(ctx, path);
    const { bytes, pages } = await ctx.documents.run('stampPdf', { ...source, ...params }, optionsOf(ctx));
    return { output: { ...(await ctx.files.write(target, bytes, { overwrite, signal: ctx.signal })), pages } };
  },
});

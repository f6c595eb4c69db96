import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, overwriteField } from './fields.ts';
import { loadPdf, optionsOf } from './files.ts';

export const pdfFill = defineNode({
  type: 'pdf.fill',
  version: 1,
  title: 'Fill PDF form',
  category: 'documents',
  icon: 'form-input',
  description: 'Fills the fields of a PDF form. "PDF information" lists their names and choices.',
  synonyms: ['form', 'acroform', 'fields', 'contract', 'template'],
  params: z.strictObject({
    path: fileField('Form', 'input/form.pdf'),
    values: z.record(z.string().max(1000), z.unknown()).default({}).meta({
      title: 'Fields',
      description: 'Name of the field and its value; yes or no for a box to tick.',
      'x-widget': 'keyvalue',
    }),
    target: fileField('Save as', 'output/form.pdf'),
    flatten: z
      .boolean()
      .default(false)
      .meta({ title: 'Make it unchangeable', description: 'The fields become plain text.' }),
    overwrite: overwriteField,
  }),
  output: z.object({ path: z.string(), size: z.int(), filled: z.int(), fields: z.array(z.string()) }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    {
      title: 'A name',
      params: { path: 'input/form.pdf', values: { name: 'Ada', agree: true }, target: 'output/form.pdf' },
    },
  ],
  async run(ctx, { path, values, target, flatten, overwrite }) {
    const source = await loadPdf(ctx, path);
    const { bytes, ...output } = await ctx.documents.run('fillPdf', { ...source, values, flatten }, optionsOf(ctx));
    return { output: { ...(await ctx.files.write(target, bytes, { overwrite, signal: ctx.signal })), ...output } };
  },
});

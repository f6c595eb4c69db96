import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { languageFields } from './fields.ts';
import { loadFile } from './load-file.ts';
import { layoutField, textOutput } from './text-output.ts';

export const readImageText = defineNode({
  type: 'image.ocr',
  version: 1,
  title: 'Read text in a picture',
  category: 'documents',
  icon: 'scan-text',
  description: 'Reads what is written in a picture, such as a scan or a photo, with the place of each word.',
  synonyms: ['ocr', 'text recognition', 'scan', 'receipt', 'tesseract'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'Picture', 'x-widget': 'file', placeholder: 'input/scan.png' }),
    ...languageFields,
    ...layoutField,
    characters: z.string().max(500).default('').meta({
      title: 'Only these characters',
      description: 'Such as 0123456789,. for amounts. Empty: all.',
      'x-advanced': true,
    }),
  }),
  output: textOutput,
  effect: 'idempotent',
  examples: [{ title: 'A scan', params: { path: 'input/scan.png' } }],
  async run(ctx, { path, languages, layout, scale, characters }) {
    const input = { source: await loadFile(ctx, path), languages, layout, scale, characters };
    return { output: await ctx.documents.run('readPictureText', input, { signal: ctx.signal }) };
  },
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField } from './fields.ts';
import { loadFile, optionsOf, sizeLimits } from './files.ts';

export const imageInfo = defineNode({
  type: 'image.info',
  version: 1,
  title: 'Picture information',
  category: 'documents',
  icon: 'scan',
  description: 'Tells the size, format, resolution and colours of a picture.',
  synonyms: ['width', 'height', 'dimensions', 'dpi'],
  params: z.strictObject({ path: fileField('Picture', 'input/photo.jpg') }),
  output: z.object({
    width: z.int(),
    height: z.int(),
    format: z.string(),
    channels: z.int(),
    hasAlpha: z.boolean(),
    dpi: z.number().nullable(),
    frames: z.int(),
    colors: z.string(),
    size: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'How large is it?', params: { path: 'input/photo.jpg' } }],
  async run(ctx, { path }) {
    const source = await loadFile(ctx, path, sizeLimits.image);
    const size = source.bytes.byteLength;
    return { output: { ...(await ctx.documents.run('describeImage', source, optionsOf(ctx))), size } };
  },
});

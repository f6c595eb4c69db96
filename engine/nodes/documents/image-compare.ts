import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField } from './fields.ts';
import { loadFile, optionsOf, sizeLimits } from './files.ts';

export const imageCompare = defineNode({
  type: 'image.compare',
  version: 1,
  title: 'Compare pictures',
  category: 'documents',
  icon: 'diff',
  description: 'Tells how alike two pictures are, and makes a picture of the differences if you want it.',
  synonyms: ['difference', 'similarity', 'screenshot test', 'visual check'],
  params: z.strictObject({
    a: fileField('Picture', 'output/page.png'),
    b: fileField('Compare with', 'input/expected.png'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .meta({ title: 'Tolerance for a colour', description: '0: not at all; 1: everything is alike.' }),
    minSimilarity: z.number().min(0).max(1).default(0.99).meta({ title: 'Alike from', description: '1: every pixel.' }),
    resize: z.boolean().default(false).meta({ title: 'Bring to the same size', 'x-advanced': true }),
    target: z.string().max(4096).default('').meta({
      title: 'Picture of the differences',
      'x-widget': 'file',
      placeholder: 'output/diff.png',
      'x-advanced': true,
    }),
  }),
  output: z.object({
    similarity: z.number(),
    isMatch: z.boolean(),
    different: z.int(),
    total: z.int(),
    width: z.int(),
    height: z.int(),
    path: z.string().nullable(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Does the page look right?', params: { a: 'output/page.png', b: 'input/expected.png' } }],
  async run(ctx, { a, b, threshold, minSimilarity, resize, target }) {
    const [first, second] = [await loadFile(ctx, a, sizeLimits.image), await loadFile(ctx, b, sizeLimits.image)];
    const input = { a: first, b: second, threshold, resize, withPicture: target !== '' };
    const { bytes, ...output } = await ctx.documents.run('compareImages', input, optionsOf(ctx));
    const path = bytes ? (await ctx.files.write(target, bytes, { signal: ctx.signal })).path : null;
    return { output: { ...output, isMatch: output.similarity >= minSimilarity, path } };
  },
});

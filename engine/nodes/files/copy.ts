import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { copyTree } from './copy-tree.ts';
import { fileField, overwriteField } from './path-field.ts';

export const copy = defineNode({
  type: 'files.copy',
  version: 1,
  title: 'Copy file or folder',
  category: 'files',
  icon: 'copy',
  description: 'Copies a file, or a folder with everything in it.',
  synonyms: ['duplicate', 'backup'],
  params: z.strictObject({
    from: fileField('From', 'input/letter.txt'),
    to: fileField('To', 'archive/letter.txt'),
    overwrite: overwriteField(false),
  }),
  output: z.object({ path: z.string(), files: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'Into a folder', params: { from: 'input/letter.txt', to: 'archive/', overwrite: true } }],
  run: async (ctx, { from, to, overwrite }) => ({ output: await copyTree(ctx, from, to, overwrite) }),
});

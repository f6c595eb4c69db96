import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileField, overwriteField } from './path-field.ts';

export const writeJson = defineNode({
  type: 'files.writeJson',
  version: 1,
  title: 'Write JSON file',
  category: 'files',
  icon: 'file-braces',
  description: 'Writes data into a JSON file.',
  synonyms: ['save json', 'export', 'settings'],
  params: z.strictObject({
    path: fileField('File', 'output/order.json'),
    data: z.unknown().meta({ title: 'Data', 'x-widget': 'json' }),
    indent: z.int().min(0).max(10).default(2).meta({ title: 'Indent', unit: 'spaces' }),
    overwrite: overwriteField(true),
  }),
  output: z.object({ path: z.string(), size: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'An order', params: { path: 'output/order.json', data: { id: 7, lines: [] } } }],
  run: async (ctx, { path, data, indent, overwrite }) => ({
    output: await ctx.files.write(path, `${JSON.stringify(data ?? null, null, indent)}\n`, {
      overwrite,
      signal: ctx.signal,
    }),
  }),
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { buildXml } from '../../formats/xml-build.ts';
import { fileField, overwriteField } from './path-field.ts';

export const writeXml = defineNode({
  type: 'files.writeXml',
  version: 1,
  title: 'Write XML file',
  category: 'files',
  icon: 'file-code',
  description: 'Writes data into an XML file: fields become elements, fields with an @ before their name attributes.',
  synonyms: ['save xml', 'json to xml', 'export'],
  params: z.strictObject({
    path: fileField('File', 'output/orders.xml'),
    data: z.unknown().meta({ title: 'Data', 'x-widget': 'json' }),
    root: z
      .string()
      .max(200)
      .default('')
      .meta({ title: 'Outermost element', description: 'Empty: the data has one field, which is it.' }),
    pretty: z.boolean().default(true).meta({ title: 'Lines and indents' }),
    overwrite: overwriteField(true),
  }),
  output: z.object({ path: z.string(), size: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    { title: 'An order', params: { path: 'output/order.xml', data: { order: { '@id': 7, line: ['pens', 'ink'] } } } },
  ],
  async run(ctx, { path, data, root, pretty, overwrite }) {
    const text = buildXml(data, { root, pretty, declaration: true });
    return { output: await ctx.files.write(path, text, { overwrite, signal: ctx.signal }) };
  },
});

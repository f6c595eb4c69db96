import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { buildXml } from '../../formats/xml-build.ts';

export const xmlBuild = defineNode({
  type: 'data.xmlBuild',
  version: 1,
  title: 'Write XML',
  category: 'data',
  icon: 'square-code',
  description: 'Turns data into XML text: fields become elements, fields with an @ before their name attributes.',
  synonyms: ['json to xml', 'make xml', 'serialize', 'soap'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Data', 'x-widget': 'json' }),
    root: z.string().max(200).default('').meta({
      title: 'Outermost element',
      description: 'Empty: the data has one field, which is it.',
      placeholder: 'orders',
    }),
    pretty: z.boolean().default(true).meta({ title: 'Lines and indents' }),
    declaration: z.boolean().default(true).meta({ title: 'Begin with <?xml …?>', 'x-advanced': true }),
  }),
  output: z.object({ text: z.string() }),
  effect: 'pure',
  examples: [{ title: 'An order', params: { value: { order: { '@id': 7, line: ['pens', 'ink'] } } } }],
  run: (_ctx, { value, ...options }) => ({ output: { text: buildXml(value, options) } }),
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const xmlParse = defineNode({
  type: 'data.xmlParse',
  version: 1,
  title: 'Read XML',
  category: 'data',
  icon: 'code-xml',
  description: 'Turns XML text into data: elements become fields, attributes fields with an @ before their name.',
  synonyms: ['xml', 'parse xml', 'soap', 'rss'],
  params: z.strictObject({
    text: z
      .string()
      .max(64 * 1024 * 1024)
      .meta({ title: 'XML text', 'x-widget': 'textarea' }),
    lists: z.array(z.string().max(200)).max(200).default([]).meta({
      title: 'Always lists',
      description: 'Elements that become a list even where only one is there.',
      'x-widget': 'list',
    }),
    typed: z.boolean().default(false).meta({ title: 'Turn numbers and true/false into values' }),
  }),
  output: z.object({ value: z.unknown() }),
  effect: 'pure',
  examples: [
    { title: 'An order', params: { text: '<order id="7"><line>pens</line></order>', lists: ['line'], typed: true } },
  ],
  run: async (ctx, { text, lists, typed }) => ({
    output: await ctx.documents.run('parseXmlText', { text, what: 'The text', lists, typed }, { signal: ctx.signal }),
  }),
});

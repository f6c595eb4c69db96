import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const xmlQuery = defineNode({
  type: 'data.xmlQuery',
  version: 1,
  title: 'Find in XML',
  category: 'data',
  icon: 'file-code',
  description: 'Fetches elements, attributes and texts out of XML by an XPath, with their attributes.',
  synonyms: ['xpath', 'get element', 'get attribute', 'select nodes', 'invoice'],
  params: z.strictObject({
    text: z
      .string()
      .max(64 * 1024 * 1024)
      .meta({ title: 'XML text', 'x-widget': 'textarea' }),
    path: z.string().min(1).max(2000).meta({
      title: 'Path',
      description:
        '//order[@id="7"]/line, /orders/order[2]/@total, //item[contains(name,"pen")]. A name without prefix fits every namespace.',
      placeholder: '//order/@id',
      'x-raw': true,
    }),
    limit: z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most', unit: 'elements', 'x-advanced': true }),
    required: z.boolean().default(false).meta({ title: 'Error when nothing is found' }),
  }),
  output: z.object({
    items: z.array(
      z.object({ name: z.string(), text: z.string(), attributes: z.record(z.string(), z.string()), children: z.int() }),
    ),
    texts: z.array(z.string()),
    first: z.string().nullable(),
    count: z.int(),
  }),
  effect: 'pure',
  examples: [{ title: 'Numbers of orders', params: { text: '<orders><order id="7"/></orders>', path: '//order/@id' } }],
  async run(ctx, { text, path, limit, required }) {
    const found = await ctx.documents.run('queryXml', { text, what: 'The text', path, limit }, { signal: ctx.signal });
    if (required && found.count === 0)
      throw new AppError(
        'DATA_FORMAT',
        `Nothing in the XML fits "${path.slice(0, 100)}". Check the path, or allow that nothing is found.`,
      );
    return { output: { ...found, texts: found.items.map((item) => item.text) } };
  },
});

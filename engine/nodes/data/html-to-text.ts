import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const htmlToText = defineNode({
  type: 'data.htmlToText',
  version: 1,
  title: 'HTML to text',
  category: 'data',
  icon: 'pilcrow',
  description: 'Gives the text of HTML as it is read, without tags, scripts and styles.',
  synonyms: ['strip tags', 'plain text', 'mail body'],
  params: z.strictObject({
    html: z
      .string()
      .max(32 * 1024 * 1024)
      .meta({ title: 'HTML', 'x-widget': 'textarea' }),
    links: z.boolean().default(false).meta({ title: 'Keep the addresses of links' }),
  }),
  output: z.object({ text: z.string() }),
  effect: 'pure',
  examples: [{ title: 'A mail', params: { html: '<h1>Order</h1><p>Two <b>pens</b></p>' } }],
  run: async (ctx, params) => ({ output: await ctx.documents.run('htmlToText', params, { signal: ctx.signal }) }),
});

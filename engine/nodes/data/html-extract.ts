import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const htmlExtract = defineNode({
  type: 'data.htmlExtract',
  version: 1,
  title: 'Extract from HTML',
  category: 'data',
  icon: 'code',
  description: 'Fetches texts, attributes, links, tables or records out of HTML by a CSS selector, without a browser.',
  synonyms: ['scrape', 'css selector', 'parse html', 'html table', 'links', 'cheerio'],
  params: z.strictObject({
    html: z
      .string()
      .max(32 * 1024 * 1024)
      .meta({ title: 'HTML', 'x-widget': 'textarea', placeholder: '${steps.fetch.output.body}' }),
    selector: z
      .string()
      .min(1)
      .max(5000)
      .meta({ title: 'Selector', placeholder: 'table.orders, .price', 'x-raw': true }),
    what: z
      .enum(['text', 'attribute', 'html', 'table', 'links', 'fields'])
      .default('text')
      .meta({ title: 'Give', description: 'fields: one record per element that fits.' }),
    attribute: z
      .string()
      .max(200)
      .default('href')
      .meta({ title: 'Attribute', 'x-show-if': { what: ['attribute'] } }),
    fields: z
      .record(z.string().max(200), z.string().max(5000))
      .default({})
      .meta({
        title: 'Fields',
        description: 'Name and selector inside the element; @ and an attribute may follow: a@href',
        'x-widget': 'keyvalue',
        'x-raw': true,
        'x-show-if': { what: ['fields'] },
      }),
    header: z
      .boolean()
      .default(true)
      .meta({ title: 'First row holds the column names', 'x-show-if': { what: ['table'] } }),
    limit: z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most', unit: 'elements', 'x-advanced': true }),
  }),
  output: z.object({ items: z.array(z.unknown()), first: z.unknown(), count: z.int() }),
  effect: 'pure',
  examples: [
    { title: 'Prices', params: { html: '<b class="price">12</b>', selector: '.price' } },
    {
      title: 'Records',
      params: {
        html: '<li><a href="/1">Pen</a></li>',
        selector: 'li',
        what: 'fields',
        fields: { name: 'a', link: 'a@href' },
      },
    },
  ],
  run: async (ctx, params) => ({ output: await ctx.documents.run('extractHtml', params, { signal: ctx.signal }) }),
});

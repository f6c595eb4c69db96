import { z } from 'zod';
import { resolveAddress } from './address.ts';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { visit, waitUntilParam } from './visit.ts';

export const gotoPage = defineBrowserNode({
  type: 'browser.goto',
  version: 1,
  title: 'Go to page',
  icon: 'compass',
  description: 'Opens an address in the current tab and waits until the page has loaded.',
  synonyms: ['navigate', 'url', 'address', 'visit'],
  params: z.strictObject({
    url: z.string().min(1).max(10_000).meta({
      title: 'Address',
      description: 'A full address, or one relative to the current page (/products, ?page=2).',
      placeholder: 'https://example.com',
    }),
    acceptErrorPages: z.boolean().default(false).meta({
      title: 'Accept error pages',
      description: 'Go on although the site answers 404, 500 …',
      'x-advanced': true,
    }),
    referer: z
      .string()
      .max(10_000)
      .optional()
      .meta({ title: 'Coming from', description: 'The address the site is told.', 'x-advanced': true }),
    ...waitUntilParam,
    ...timeoutParam,
  }),
  output: z.object({ url: z.string(), title: z.string(), status: z.number() }),
  effect: 'idempotent',
  examples: [{ title: 'A page', params: { url: 'https://example.com' } }],
  async run(step, params) {
    const page = await step.page();
    const status = await visit(page, resolveAddress(params.url, page.url()), {
      wait: step.wait,
      waitUntil: params.waitUntil,
      ...(params.referer ? { referer: resolveAddress(params.referer, page.url()) } : {}),
      acceptErrorPages: params.acceptErrorPages,
    });
    return { output: { url: page.url(), title: await page.title(), status } };
  },
});

import { AppError } from '@casare/shared';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { resolveAddress } from './address.ts';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { visit } from './visit.ts';

const only = (...names: string[]) => ({ 'x-show-if': { action: names } });

export const manageTabs = defineBrowserNode({
  type: 'browser.tabs',
  version: 1,
  title: 'Tabs',
  icon: 'panels-top-left',
  description: 'Opens a tab, goes to another one, closes one, or lists them.',
  synonyms: ['new tab', 'switch tab', 'close tab', 'window', 'popup'],
  params: z.strictObject({
    action: z.enum(['list', 'new', 'switch', 'close']).default('list').meta({ title: 'Action' }),
    url: z
      .string()
      .max(10_000)
      .optional()
      .meta({ title: 'Address', placeholder: 'https://example.com', ...only('new') }),
    tab: z
      .union([z.int().min(-100).max(1000), z.string().max(2000)])
      .optional()
      .meta({
        title: 'Tab',
        description: 'Its number from 0 (-1 is the last), or a part of its title or address. Empty: the current one.',
        ...only('switch', 'close'),
      }),
    ...timeoutParam,
  }),
  output: z.object({
    current: z.int(),
    tabs: z.array(z.object({ index: z.int(), title: z.string(), url: z.string() })),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'A new tab', params: { action: 'new', url: 'https://example.com' } },
    { title: 'Back to the first', params: { action: 'switch', tab: 0 } },
  ],
  async run(step, params) {
    let current = await step.page();
    const context = current.context();
    switch (params.action) {
      case 'list':
        break;
      case 'new': {
        const address = params.url ? resolveAddress(params.url, current.url()) : undefined;
        current = await context.newPage();
        step.browser.usePage(current);
        if (address) await visit(current, address, { wait: step.wait });
        break;
      }
      case 'switch':
        current = await findTab(context.pages(), params.tab, current);
        step.browser.usePage(current);
        await current.bringToFront();
        break;
      case 'close':
        await (await findTab(context.pages(), params.tab, current)).close();
        current = await step.page();
    }
    const pages = context.pages();
    const tabs = await Promise.all(
      pages.map(async (page, index) => ({ index, title: await page.title(), url: page.url() })),
    );
    return { output: { current: pages.indexOf(current), tabs } };
  },
});

async function findTab(pages: Page[], wanted: number | string | undefined, current: Page): Promise<Page> {
  if (wanted === undefined || wanted === '') return current;
  const index = typeof wanted === 'number' ? wanted : /^-?\d+$/.test(wanted) ? Number(wanted) : undefined;
  const found = index === undefined ? await byName(pages, String(wanted)) : pages.at(index);
  if (found) return found;
  throw new AppError(
    'NODE_FAILED',
    `There is no tab "${wanted}". ${pages.length} are open, from 0 to ${pages.length - 1}.`,
    {
      details: { tabs: pages.map((page) => page.url()) },
    },
  );
}

async function byName(pages: Page[], part: string): Promise<Page | undefined> {
  for (const page of pages) {
    if (page.url().includes(part) || (await page.title()).includes(part)) return page;
  }
  return undefined;
}

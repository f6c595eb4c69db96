import { AppError } from '@casare/shared';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { resolveAddress } from './address.ts';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { pollUntil } from './poll-until.ts';
import { timeoutParam } from './target.ts';
import { visit } from './visit.ts';

const only = (...names: string[]) => ({ 'x-show-if': { action: names } });

export const manageTabs = defineBrowserNode({
  type: 'browser.tabs',
  version: 1,
  title: 'Tabs',
  icon: 'panels-top-left',
  description: 'Opens a tab, goes to another one or waits for one that opens by itself, closes tabs, or lists them.',
  synonyms: ['tab', 'new tab', 'switch tab', 'close tab', 'window', 'popup'],
  params: z.strictObject({
    action: z.enum(['list', 'new', 'switch', 'wait', 'close', 'closeOthers']).default('list').meta({ title: 'Action' }),
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
        ...only('switch', 'wait', 'close'),
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
      case 'wait':
        current = await waitForTab(step, params.tab, current);
        step.browser.usePage(current);
        await current.waitForLoadState('load', step.wait);
        await current.bringToFront();
        break;
      case 'closeOthers':
        for (const page of context.pages()) if (page !== current) await page.close();
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

/** One that fits, or without a name the newest that is not the current one: it may have opened before this step began. */
async function waitForTab(step: BrowserStep, wanted: number | string | undefined, current: Page): Promise<Page> {
  const context = current.context();
  const look = async () => {
    if (wanted === undefined || wanted === '') return context.pages().findLast((page) => page !== current);
    const index = indexOf(wanted);
    return index === undefined ? await byName(context.pages(), String(wanted)) : context.pages().at(index);
  };
  const found = await pollUntil(look, step.wait);
  if (found) return found;
  throw new AppError('NODE_TIMEOUT', `No tab ${wanted ? `"${wanted}"` : ''} opened within ${step.wait.timeout} ms.`, {
    retryable: true,
    details: { tabs: context.pages().map((page) => page.url()) },
  });
}

function indexOf(wanted: number | string): number | undefined {
  if (typeof wanted === 'number') return wanted;
  return /^-?\d+$/.test(wanted) ? Number(wanted) : undefined;
}

async function findTab(pages: Page[], wanted: number | string | undefined, current: Page): Promise<Page> {
  if (wanted === undefined || wanted === '') return current;
  const index = indexOf(wanted);
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

import { AppError } from '@casare/shared';
import type { Locator } from 'playwright-core';
import { z } from 'zod';
import type { BrowserStep } from './define-browser-node.ts';
import { pollUntil } from './poll-until.ts';
import { targetParams } from './target.ts';

/** For steps that read what goes on over several pages. */
export const nextPageParams = {
  next: targetParams.target.optional().meta({
    title: 'Next page',
    description: 'Element that leads to the next page; reading ends when it is missing, hidden or disabled.',
    placeholder: 'a.next',
    'x-widget': 'selector',
  }),
  maxPages: z.int().min(1).max(10_000).default(1000).meta({ title: 'Pages at most', 'x-advanced': true }),
};

interface Paging {
  next?: z.output<typeof nextPageParams.next>;
  maxPages: number;
  frame?: string | string[] | undefined;
}

/**
 * Reads page after page. The next one counts as there when the first thing of it differs from that of the page before: sites that exchange
 * only a part of the page tell nobody when they have done so.
 */
export async function readPages<T>(
  step: BrowserStep,
  { next, maxPages, frame }: Paging,
  read: () => Promise<T[]>,
  maxRows: number,
): Promise<{ rows: T[]; pages: number }> {
  const rows = await read();
  let pages = 1;
  let last = JSON.stringify(rows);
  while (next && pages < maxPages && rows.length < maxRows) {
    step.ctx.signal.throwIfAborted();
    const button = (await step.elements({ target: next, frame })).first();
    if (!(await leadsOn(button))) break;
    await button.click(step.wait);
    const fresh = await pollUntil(async () => {
      const now = await read().catch(() => []);
      return now.length > 0 && JSON.stringify(now) !== last ? now : undefined;
    }, step.wait);
    if (!fresh) {
      if (!(await leadsOn(button))) break;
      throw new AppError(
        'NODE_TIMEOUT',
        `"Next page" was clicked, but nothing else stood there within ${step.wait.timeout} ms. Check the element, or lower "Pages at most".`,
        { retryable: true, details: { pages, rows: rows.length } },
      );
    }
    last = JSON.stringify(fresh);
    rows.push(...fresh);
    pages += 1;
    step.ctx.progress(Math.min(0.99, pages / maxPages), `${pages} pages, ${rows.length} rows`);
  }
  return { rows: rows.slice(0, maxRows), pages };
}

async function leadsOn(button: Locator): Promise<boolean> {
  if ((await button.count()) === 0) return false;
  return await button.evaluate((element) => {
    const isOff =
      element.matches(':disabled, [aria-disabled="true"], .disabled') || element.closest('.disabled') !== null;
    return !isOff && element.checkVisibility({ visibilityProperty: true });
  });
}

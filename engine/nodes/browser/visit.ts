import { AppError } from '@casare/shared';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { explainFailure } from './explain-failure.ts';

export const waitUntilParam = {
  waitUntil: z
    .enum(['load', 'domcontentloaded', 'networkidle', 'commit'])
    .default('load')
    .meta({ title: 'Until', description: 'When the page counts as opened.', 'x-advanced': true }),
};

interface VisitOptions {
  wait: { timeout: number; signal: AbortSignal };
  referer?: string;
  waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
  /** Pages with an HTTP error status count as opened. */
  acceptErrorPages?: boolean;
}

/** Opens an address in a page and gives the HTTP status, 0 where there was no answer to speak of (`about:blank`). */
export async function visit(page: Page, url: string, options: VisitOptions): Promise<number> {
  const { wait, waitUntil = 'load', acceptErrorPages = false, referer } = options;
  let status: number;
  try {
    status = await goTo(page, url, { ...wait, waitUntil, ...(referer ? { referer } : {}) });
  } catch (error) {
    wait.signal.throwIfAborted();
    throw explainFailure(error, { url, timeoutMs: wait.timeout });
  }
  if (status >= 400 && !acceptErrorPages) {
    throw new AppError(
      'NAVIGATION_FAILED',
      `${url} answered with the status ${status}. Set "Accept error pages" if that is expected.`,
      { retryable: status >= 500 || status === 408 || status === 429, details: { url, status } },
    );
  }
  return status;
}

/** Chromium shows its own page when an address cannot be opened, a moment after the navigation has failed. */
const errorPage = 'chrome-error://chromewebdata/';
/** Longer than that moment is, even on a busy machine; only ever waited after a failure. */
const errorPageMs = 2000;

/**
 * A failed visit ends when the error page is there: it would otherwise land in the middle of whatever the page does next, which
 * would then count as interrupted.
 */
async function goTo(page: Page, url: string, options: Parameters<Page['goto']>[1]): Promise<number> {
  try {
    return (await page.goto(url, options))?.status() ?? 0;
  } catch (error) {
    if (error instanceof Error && /net::ERR_(?!ABORTED)/.test(error.message) && page.url() !== errorPage) {
      await page.waitForURL(errorPage, { waitUntil: 'commit', timeout: errorPageMs }).catch(() => undefined);
    }
    throw error;
  }
}

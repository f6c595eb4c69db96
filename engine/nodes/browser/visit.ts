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
  waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
  /** Pages with an HTTP error status count as opened. */
  acceptErrorPages?: boolean;
}

/** Opens an address in a page and gives the HTTP status, 0 where there was no answer to speak of (`about:blank`). */
export async function visit(page: Page, url: string, options: VisitOptions): Promise<number> {
  const { wait, waitUntil = 'load', acceptErrorPages = false } = options;
  let status: number;
  try {
    status = (await page.goto(url, { ...wait, waitUntil }))?.status() ?? 0;
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

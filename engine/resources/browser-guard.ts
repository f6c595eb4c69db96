import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AppError, type LogLevel } from '@casare/shared';
import type { BrowserContext, Page } from 'playwright-core';
import { checkUrl, isMetadataAddress, type MayConnect } from './http-policy.ts';

/** Where the pages of a run may lead. */
export interface PagePolicy {
  /** Throws unless the run may read this file. */
  checkFile(path: string): Promise<unknown>;
  /** Asked for every request of every page. Absent: all but metadata addresses, which no run reaches. */
  mayConnect?: MayConnect;
  /** Addresses no page may have been answered from. */
  isDeniedAddress?(address: string, host: string): boolean;
}

const DOCUMENT_SCHEMES = new Set(['http:', 'https:', 'about:', 'data:', 'blob:']);

/**
 * Keeps pages inside the web. The browser's own rules stop a page from leading to files and to the pages of the browser itself, and
 * flags make metadata addresses lead nowhere (chromium-flags.ts); what is left is what we ask for ourselves, names that turn out to
 * be metadata addresses, and the settings of the machine. Asking about every single request costs each a round trip and the cache
 * (docs/decisions/0009-browsers-of-a-run.md), so that happens only where such settings exist.
 */
export async function guardContext(
  context: BrowserContext,
  policy: PagePolicy,
  log: (level: LogLevel, message: string) => void,
): Promise<void> {
  const { isDeniedAddress = isMetadataAddress, mayConnect } = policy;

  function leave(page: Page, why: string): void {
    log('warn', why);
    void closeForSure(page);
  }

  function guardPage(page: Page): void {
    const open = page.goto.bind(page);
    page.goto = async (url, options) => {
      await checkAddress(url, policy);
      return await open(url, options);
    };
    page.on('response', (response) => {
      void response.serverAddr().then(
        (server) => {
          const { hostname, host } = new URL(response.url());
          if (!server || !isDeniedAddress(server.ipAddress, hostname)) return;
          leave(page, `A page was closed because a run must not connect to ${host} (${server.ipAddress}).`);
        },
        // The page has gone.
        () => undefined,
      );
    });
    page.on('framenavigated', (frame) => {
      const url = URL.parse(frame.url());
      if (!url || DOCUMENT_SCHEMES.has(url.protocol) || url.protocol === 'chrome-error:') return;
      if (url.protocol !== 'file:') return leave(page, `A page was closed because it led to ${url.protocol}`);
      policy.checkFile(fileURLToPath(url)).catch(() => leave(page, 'A page was closed because it led to a file.'));
    });
  }

  for (const page of context.pages()) guardPage(page);
  context.on('page', guardPage);
  if (mayConnect) {
    await context.route('**/*', async (route) => {
      const url = route.request().url();
      const isAllowed = !/^https?:/i.test(url) || (await checkUrl(url, { mayConnect }).catch(() => undefined));
      await (isAllowed ? route.fallback() : route.abort('blockedbyclient')).catch(() => undefined);
    });
  }
}

/** Chromium forgets the wish to close a page that is just changing to another address, and Playwright says it once only. */
async function closeForSure(page: Page): Promise<void> {
  void page.close().catch(() => undefined);
  for (let tries = 0; tries < 20 && !page.isClosed(); tries++) {
    await delay(100, undefined, { ref: false });
    if (page.isClosed()) return;
    const devtools = await page
      .context()
      .newCDPSession(page)
      .catch(() => undefined);
    void devtools?.send('Page.close').catch(() => undefined);
  }
}

/** What is asked for by name: the browser opens such addresses as if a person had typed them, its own pages and files included. */
async function checkAddress(given: string, policy: PagePolicy): Promise<void> {
  const url = URL.parse(given);
  // The browser says itself what is wrong with it.
  if (!url) return;
  if (url.protocol === 'file:') await policy.checkFile(fileURLToPath(url));
  else if (!DOCUMENT_SCHEMES.has(url.protocol) || (url.protocol === 'about:' && url.pathname !== 'blank'))
    throw new AppError(
      'NAVIGATION_FAILED',
      `A run must not open ${url.protocol} addresses. Use one that starts with https:// or http://.`,
      { details: { url: given.slice(0, 2000) } },
    );
  else if (isMetadataAddress(url.hostname))
    throw new AppError('NAVIGATION_FAILED', `A run must not open "${url.host}": it is a cloud metadata address.`, {
      details: { url: given.slice(0, 2000), denied: true },
    });
}

import type { Page } from 'playwright-core';
import type { BrowserSession } from '../../../engine/resources/browser.ts';
import { createBrowserPool } from '../../../engine/resources/browser-pool.ts';
import { createBrowserSession } from '../../../engine/resources/browser-session.ts';
import { createFileAccess } from '../../../engine/resources/file-access.ts';
import { findBrowser } from '../../../engine/resources/find-browser.ts';

/** One session of a run, with a browser that goes when it closes. */
export function createSession(
  folder: string,
  findExecutable: () => string | undefined = () => findBrowser()?.executablePath,
): BrowserSession {
  return createBrowserSession({
    findExecutable,
    browsers: createBrowserPool({ findExecutable, keepIdle: false }),
    holder: 'the test',
    pages: { checkFile: (path) => createFileAccess({ folder }).readable(path) },
    maxDownloadBytes: 1024 ** 3,
    downloadsFolder: `${folder}/.downloads`,
    defaults: { headless: true },
    log: () => undefined,
  });
}

/** Process id of the browser, from the browser itself. */
export async function processIdOf(session: BrowserSession): Promise<number> {
  const browser = (await session.context()).browser();
  if (!browser) throw new Error('The context has no browser.');
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo.find((entry) => entry.type === 'browser')?.id ?? 0;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends the process of a page as a fault in it would. */
export async function crashRenderer(page: Page): Promise<void> {
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const devtools = await page.context().newCDPSession(page);
  // There is nobody left to answer.
  void devtools.send('Page.crash').catch(() => undefined);
  await crashed;
}

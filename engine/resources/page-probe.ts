import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** A page answers in a few ms; a machine under load may take longer, and a browser is not given up lightly. */
const FIRST_MS = 1000;
const LAST_MS = 2000;

/** Whether a page still reacts. */
export async function responds(page: Page): Promise<boolean> {
  if (await answersWithin(page, FIRST_MS)) return true;
  // While an address that never answers is being opened no script runs, and yet nothing hangs.
  const stopped = await stopLoading(page);
  return stopped && (await answersWithin(page, LAST_MS));
}

function answersWithin(page: Page, ms: number): Promise<boolean> {
  // A refusal is an answer too.
  const probe = page.evaluate('1').then(
    () => true,
    () => true,
  );
  return Promise.race([probe, delay(ms, false, { ref: false })]);
}

/** Only Chromium can be told to. */
async function stopLoading(page: Page): Promise<boolean> {
  const stopping = page
    .context()
    .newCDPSession(page)
    .then(async (devtools) => {
      await devtools.send('Page.stopLoading');
      await devtools.detach();
      return true;
    });
  return await Promise.race([stopping.catch(() => false), delay(FIRST_MS, false, { ref: false })]);
}

import { type Browser, type LaunchOptions, chromium } from 'playwright-core';
import { chromiumFlags, runsAsRoot } from '../../engine/resources/chromium-flags.ts';
import { findBrowser } from '../../engine/resources/find-browser.ts';

/** How tests start Chromium, for Playwright's own launcher and for playwright.config.ts: as the product does. */
export function browserOptions(): LaunchOptions {
  const found = findBrowser();
  if (!found) throw new Error('No Chromium, Chrome or Edge was found. "npm test" installs one, or set CASARE_BROWSER.');
  return { executablePath: found.executablePath, chromiumSandbox: !runsAsRoot(), args: chromiumFlags(runsAsRoot()) };
}

/** The caller closes it (`await using browser = await launchBrowser()` does). */
export function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({ ...browserOptions(), ...options });
}

import { AppError } from '@casare/shared';
import type { Browser } from 'playwright-core';
import type { BrowserProcess } from './browser-process.ts';

const ATTACH_MS = 15_000;

/**
 * A browser that a person started with a debugging port, used as it is. Whoever reaches such a port controls that browser and reads all it
 * is signed in to; so only this machine itself is asked, and the answer may name no other one either.
 */
export async function attachToBrowser(address: string): Promise<BrowserProcess> {
  const url = loopback(address);
  const endpoint = url.protocol.startsWith('ws') ? url.href : await debuggerAddress(url);
  const { chromium } = await import('playwright-core');
  let browser: Browser;
  try {
    browser = await chromium.connectOverCDP(endpoint, { timeout: ATTACH_MS });
  } catch (error) {
    throw unreachable(url, error);
  }
  const context = browser.contexts()[0];
  /** Lets go of it: the person's windows stay, and one that hangs is for the person to end. */
  const letGo = () => browser.close().catch(() => undefined);
  return { browser, ...(context ? { context } : {}), stop: letGo, kill: letGo };
}

/** The address with its host as a number: a name could lead elsewhere. */
function loopback(address: string): URL {
  const url = URL.parse(/^\d+$/.test(address) ? `http://127.0.0.1:${address}` : address);
  const isWanted = url !== null && ['http:', 'ws:'].includes(url.protocol);
  if (!isWanted || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new AppError(
      'FORBIDDEN',
      `"${address.slice(0, 200)}" is not a browser of this machine. Only http://127.0.0.1:<port> can be attached to.`,
      { details: { address: address.slice(0, 200) } },
    );
  }
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  return url;
}

async function debuggerAddress(url: URL): Promise<string> {
  let told: unknown;
  try {
    const answer = await fetch(new URL('/json/version', url), {
      redirect: 'error',
      signal: AbortSignal.timeout(ATTACH_MS),
    });
    told = await answer.json();
  } catch (error) {
    throw unreachable(url, error);
  }
  const { webSocketDebuggerUrl } = (told ?? {}) as { webSocketDebuggerUrl?: unknown };
  if (typeof webSocketDebuggerUrl !== 'string') throw unreachable(url, undefined);
  return loopback(webSocketDebuggerUrl).href;
}

function unreachable(url: URL, cause: unknown): AppError {
  return new AppError(
    'BROWSER_NOT_OPEN',
    `No browser answers at ${url.origin}. Start Chrome, Edge or Chromium with --remote-debugging-port=${url.port || '9222'} and a --user-data-dir of its own.`,
    { retryable: true, details: { address: url.origin }, cause },
  );
}

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@casare/shared';
import type { Browser, BrowserContext, BrowserContextOptions, BrowserType, LaunchOptions } from 'playwright-core';
import type { BrowserEngine } from './browser.ts';
import { openProfile } from './browser-profile.ts';
import { browserEnvironment, chromiumFlags, runsAsRoot } from './chromium-flags.ts';

export interface LaunchRequest {
  engine: BrowserEngine;
  headless: boolean;
  proxyServer?: string;
  slowMoMs?: number;
  /** A profile that stays, with what its one context is opened with. */
  profile?: { folder: string; context: BrowserContextOptions };
  /** Downloads wait in a folder of their own in here until a step saves them; that folder goes with the browser. */
  downloadsFolder: string;
  /** Chromium, Chrome or Edge of this machine. */
  findExecutable(): string | undefined;
}

/** A running browser and the way to be rid of it, whatever it does. */
export interface BrowserProcess {
  readonly browser: Browser;
  /** Of a browser that has one of its own: a profile that stays, or a browser that was running already. */
  readonly context?: BrowserContext;
  /** Absent where it is not known. */
  readonly pid?: number;
  /** Where its files wait until a step saves them; absent where it is not ours to say. */
  readonly downloads?: string;
  /** In place of the browser's own `newContext`: one that stands ready already, where it fits. */
  newContext?(options: BrowserContextOptions): Promise<BrowserContext>;
  /** Asks first; a browser that has not gone soon is killed with all its processes. Never throws. */
  stop(): Promise<void>;
  /** Without asking, with all its processes. Never throws. */
  kill(): Promise<void>;
}

/** How long a browser has to close by itself: together with the kill it stays below the 2 s a cancelled run has. */
const POLITE_MS = 800;
const LAUNCH_MS = 30_000;

export async function launchBrowserProcess(request: LaunchRequest): Promise<BrowserProcess> {
  // Loaded on first use: it costs 0.2 s, which runs without a browser need not pay.
  const playwright = await import('playwright-core');
  const type = playwright[request.engine];
  const executablePath = executableOf(request, type);
  await mkdir(request.downloadsFolder, { recursive: true });
  const downloads = await mkdtemp(join(request.downloadsFolder, '.downloads-'));
  const options: LaunchOptions = {
    executablePath,
    headless: request.headless,
    downloadsPath: downloads,
    timeout: LAUNCH_MS,
    // oxlint-disable-next-line node/no-process-env -- a browser needs the screen, fonts and folders of the machine; none of it is a setting of ours.
    env: browserEnvironment(process.env),
    // Only main.ts handles signals.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
  if (request.proxyServer) options.proxy = { server: request.proxyServer };
  if (request.engine === 'chromium') {
    const isRoot = runsAsRoot();
    options.chromiumSandbox = !isRoot;
    options.args = chromiumFlags(isRoot);
  }
  if (request.slowMoMs) options.slowMo = request.slowMoMs;
  let browser: Browser;
  let context: BrowserContext | undefined;
  try {
    if (request.profile) {
      context = await openProfile(type, options, request.profile);
      const owner = context.browser();
      if (!owner) throw new Error('the profile was opened without a browser');
      browser = owner;
    } else browser = await type.launch(options);
  } catch (error) {
    await removeFolder(downloads);
    if (error instanceof AppError) throw error;
    throw launchFailure(error, request);
  }
  const pid = request.engine === 'chromium' ? await processIdOf(browser) : undefined;
  return {
    browser,
    ...(context ? { context } : {}),
    ...(pid === undefined ? {} : { pid }),
    downloads,
    async stop() {
      await stopBrowser(browser, pid);
      await removeFolder(downloads);
    },
    async kill() {
      if (pid !== undefined) killTree(pid);
      await isSettled(
        browser.close().catch(() => undefined),
        POLITE_MS,
      );
      await removeFolder(downloads);
    },
  };
}

/** A folder that cannot be removed now goes with the run's folder later. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

/** Firefox and WebKit come in builds of Playwright's own, which knows where they would be. */
function executableOf({ engine, findExecutable }: LaunchRequest, type: BrowserType): string {
  if (engine === 'chromium') {
    const found = findExecutable();
    if (found !== undefined) return found;
    throw new AppError(
      'BROWSER_MISSING',
      'No Chromium, Chrome or Edge was found on this machine. Install one, or set CASARE_BROWSER to the program.',
    );
  }
  const path = type.executablePath();
  if (existsSync(path)) return path;
  throw new AppError(
    'BROWSER_MISSING',
    `${engine === 'webkit' ? 'WebKit' : 'Firefox'} is not installed for automation on this machine. Run "npx playwright-core install ${engine}", or choose Chromium in "Open browser".`,
    { details: { engine } },
  );
}

function launchFailure(error: unknown, request: LaunchRequest): AppError {
  const text = error instanceof Error ? error.message : String(error);
  const details = { engine: request.engine };
  if (/missing x server|cannot open display|without having a xserver/i.test(text)) {
    return new AppError(
      'BROWSER_MISSING',
      'The browser cannot show a window because this machine has no screen. Set "Window" of "Open browser" to hidden.',
      { details, cause: error },
    );
  }
  return new AppError('BROWSER_CRASHED', `The browser did not start: ${firstLine(text)}`, {
    retryable: true,
    details,
    cause: error,
  });
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}

/** Playwright hides the process it started; Chromium itself tells, over the pipe. */
async function processIdOf(browser: Browser): Promise<number | undefined> {
  try {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.find((entry) => entry.type === 'browser')?.id;
  } catch {
    // It died at once; the first step that uses it says so.
    return undefined;
  }
}

async function stopBrowser(browser: Browser, pid: number | undefined): Promise<void> {
  const closed = browser.close().catch(() => undefined);
  if (await isSettled(closed, POLITE_MS)) return;
  if (pid === undefined) return;
  killTree(pid);
  await isSettled(closed, 700);
}

function isSettled(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  return Promise.race([work.then(() => true), late]).finally(() => timer.abort());
}

/** Playwright makes the browser the leader of its process group, so that renderers go with it. */
function killTree(pid: number): void {
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => undefined);
    return;
  }
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // Gone already, or not a group leader: the other form of the number does it.
    }
  }
}

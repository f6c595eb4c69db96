import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import type { BrowserEngine } from './browser.ts';
import { type BrowserProcess, launchBrowserProcess } from './browser-process.ts';
import { createLeasePool, type Lease, type LeasePoolStats } from './lease-pool.ts';

export interface BrowserPoolOptions {
  /** Path of Chromium, Chrome or Edge; asked once per launch. */
  findExecutable(): string | undefined;
  /** Browsers of this process at once, idle ones counted. Default 6. */
  max?: number;
  /** False: one that is given back closes. Default true. */
  keepIdle?: boolean;
  /** How long an idle one is kept. Default 30 min. */
  idleMs?: number;
  /** How long a run waits for one. Default 60 s. */
  waitMs?: number;
}

/** What tells browsers apart that cannot stand in for each other. */
export interface BrowserKind {
  engine: BrowserEngine;
  headless: boolean;
  proxyServer?: string;
}

export interface BrowserPool {
  /** A browser for one user alone, as new: no page, no cookie and no setting of whoever had it before. `stop` gives it back. */
  take(kind: BrowserKind, holder: string, signal: AbortSignal): Promise<BrowserProcess>;
  stats(): LeasePoolStats;
  close(): Promise<void>;
}

interface WarmBrowser {
  process: BrowserProcess;
  downloads: string;
  /** Only Chromium can be asked whether it still reacts. */
  devtools: CDPSession | undefined;
  /** A context with an empty page, opened while nobody waits for it, for the next one who wants these options. */
  spare: { options: BrowserContextOptions; context: Promise<BrowserContext | undefined> } | undefined;
  uses: number;
  hangs: boolean;
}

/** How long contexts have to close before the browser is taken for hanging; with the kill it stays below the 2 s of a cancelled run. */
const CLOSE_MS = 800;
const HEALTH_MS = 500;
/** A browser gathers memory over its life; a fresh one every so often costs half a second. */
const MOST_USES = 50;

/**
 * Browsers kept warm between the runs of one process. A run has its browser processes for itself: a page that takes its browser
 * down, or all its memory, does so to nobody else. Nothing is passed on but the process: every user gets contexts of his own,
 * which hold what they know in memory and are gone when they close.
 */
export function createBrowserPool(options: BrowserPoolOptions): BrowserPool {
  const pool = createLeasePool<WarmBrowser>({
    name: 'browsers',
    max: options.max ?? 6,
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
    ...(options.waitMs === undefined ? {} : { waitMs: options.waitMs }),
    describe: (key) => {
      const { engine, headless } = JSON.parse(key) as BrowserKind;
      return `${engine}, ${headless ? 'hidden' : 'visible'}`;
    },
    open: (key) => openWarm(JSON.parse(key) as BrowserKind, options.findExecutable),
    close: closeWarm,
    isHealthy,
  });

  return {
    async take(kind, holder, signal) {
      const { engine, headless, proxyServer } = kind;
      const key = JSON.stringify({ engine, headless, ...(proxyServer ? { proxyServer } : {}) });
      const lease = await pool.lease(key, holder, signal);
      lease.resource.uses++;
      return lent(lease, { keepIdle: options.keepIdle ?? true, headless });
    },
    stats: pool.stats,
    close: pool.close,
  };
}

async function openWarm(kind: BrowserKind, findExecutable: () => string | undefined): Promise<WarmBrowser> {
  // Files wait here until a step saves them into the folder of its run; nothing else of a run leads here.
  const downloads = await mkdtemp(join(tmpdir(), 'casare-browser-'));
  try {
    const browserProcess = await launchBrowserProcess({ ...kind, downloadsFolder: downloads, findExecutable });
    const devtools =
      kind.engine === 'chromium'
        ? await browserProcess.browser.newBrowserCDPSession().catch(() => undefined)
        : undefined;
    return { process: browserProcess, downloads, devtools, spare: undefined, uses: 0, hangs: false };
  } catch (error) {
    await rm(downloads, { recursive: true, force: true });
    throw error;
  }
}

async function closeWarm(warm: WarmBrowser): Promise<void> {
  await (warm.hangs ? warm.process.kill() : warm.process.stop());
  await rm(warm.downloads, { recursive: true, force: true });
}

async function isHealthy({ process: { browser }, devtools }: WarmBrowser): Promise<boolean> {
  if (!browser.isConnected()) return false;
  return devtools === undefined || (await isInTime(devtools.send('Browser.getVersion'), HEALTH_MS));
}

function lent(
  lease: Lease<WarmBrowser>,
  { keepIdle, headless }: { keepIdle: boolean; headless: boolean },
): BrowserProcess {
  const warm = lease.resource;
  const { browser, pid, downloads } = warm.process;
  let wanted: BrowserContextOptions | undefined;
  let stopped: Promise<void> | undefined;

  async function giveBack(): Promise<void> {
    warm.spare = undefined;
    if (!keepIdle) return lease.discard();
    warm.hangs = !(await isInTime(Promise.all(browser.contexts().map((context) => context.close())), CLOSE_MS));
    if (warm.hangs || !browser.isConnected() || warm.uses >= MOST_USES) return lease.discard();
    // The window of a visible browser would stand on the screen with nobody behind it.
    if (headless && wanted) warm.spare = { options: wanted, context: openSpare(warm, wanted) };
    lease.release();
  }

  return {
    browser,
    ...(pid === undefined ? {} : { pid }),
    ...(downloads === undefined ? {} : { downloads }),
    async newContext(contextOptions) {
      const { storageState: _, ...plain } = contextOptions;
      wanted = plain;
      const { spare } = warm;
      warm.spare = undefined;
      const context = await spare?.context;
      const [page] = context?.pages() ?? [];
      if (page && context && isDeepStrictEqual(spare?.options, contextOptions)) {
        page.off('crash', closeContext);
        return context;
      }
      // Its page would be taken for one of the run's own.
      await context?.close();
      return await browser.newContext(contextOptions);
    },
    stop: () => (stopped ??= giveBack()),
    kill() {
      warm.hangs = true;
      return (stopped ??= lease.discard());
    },
  };
}

async function openSpare({ process: { browser } }: WarmBrowser, options: BrowserContextOptions) {
  try {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('crash', closeContext);
    return context;
  } catch {
    // Whoever takes this browser next sees what is wrong with it.
    return undefined;
  }
}

/** A spare whose page died on the shelf is none; without pages it is not handed out. */
function closeContext(page: Page): void {
  void page
    .context()
    .close()
    .catch(() => undefined);
}

async function isInTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const done = work.then(
    () => true,
    () => false,
  );
  return await Promise.race([done, late]).finally(() => timer.abort());
}

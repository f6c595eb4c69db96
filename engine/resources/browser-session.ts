import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type LogLevel } from '@casare/shared';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { BrowserSession, BrowserState, DialogAnswer, OpenBrowserOptions, SeenDialog } from './browser.ts';
import { attachToBrowser } from './attach-browser.ts';
import { createBrowserExtras } from './browser-extras.ts';
import type { BrowserGate } from './browser-gate.ts';
import { guardContext, type PagePolicy } from './browser-guard.ts';
import type { BrowserPool } from './browser-pool.ts';
import { type BrowserProcess, launchBrowserProcess } from './browser-process.ts';
import { type BrowserTrace, startTrace } from './browser-trace.ts';
import { limitDownloads } from './download-limit.ts';
import { readForm, writeForm } from './form-state.ts';
import { responds } from './page-probe.ts';

export interface BrowserSessionOptions {
  /** Path of Chromium, Chrome or Edge; asked once per launch. */
  findExecutable(): string | undefined;
  downloadsFolder: string;
  defaults: { headless: boolean };
  log(level: LogLevel, message: string): void;
  /** Where browsers come from and go back to. */
  browsers: BrowserPool;
  /** The run, for whoever waits for a browser that it holds. */
  holder: string;
  /** Where its pages may lead. */
  pages: PagePolicy;
  /** Bytes that may wait to be saved. */
  maxDownloadBytes: number;
  /** What browsers connect through where the machine limits what runs may reach. */
  gate?: BrowserGate;
  /** Record what browsers do, so that the last minutes can be written down. Default: no. */
  trace?: boolean;
}

interface OpenBrowser {
  process: BrowserProcess;
  context: BrowserContext;
  options: OpenBrowserOptions;
  current: Page;
  /** Pages whose renderer died; everything else of the browser still works. */
  crashed: WeakSet<Page>;
  trace: BrowserTrace | undefined;
}

const SNAPSHOT_MS = 2000;
const DEFAULT_VIEWPORT = { width: 1280, height: 800 };

/** The browser of one run: one process, one context, started when a step first needs it. */
export function createBrowserSession(settings: BrowserSessionOptions): BrowserSession {
  let open: OpenBrowser | undefined;
  let opening: Promise<OpenBrowser> | undefined;
  /** What the next `page()` opens again: given by `restore`, or left by a crash. */
  let kept: BrowserState | undefined;
  /** The newest state that could be read, for the time after a crash. */
  let known: BrowserState | undefined;
  const extras = createBrowserExtras();
  let answer: DialogAnswer = { action: 'dismiss' };
  let dialogs: SeenDialog[] = [];
  /** Counts closings: a browser whose start was overtaken by one must not stay. */
  let generation = 0;
  /** Ends the wait for a browser that nobody wants any more. */
  let leaving = new AbortController();

  function start(options: OpenBrowserOptions, mine: number, state?: BrowserState): Promise<OpenBrowser> {
    const started = launch(options, mine, state).finally(() => {
      if (opening === started) opening = undefined;
    });
    opening = started;
    return started;
  }

  async function launch(options: OpenBrowserOptions, mine: number, state?: BrowserState): Promise<OpenBrowser> {
    checkGeneration(mine);
    const browserProcess = await startProcess(options);
    try {
      const context = browserProcess.context ?? (await newContext(browserProcess, contextOptions(options, state)));
      await extras.attach(context);
      // The tabs of a person's browser are theirs.
      if (!options.attachTo) await guardContext(context, settings.pages, settings.log);
      limitDownloads(context, browserProcess.downloads, settings.maxDownloadBytes, settings.log);
      const made: OpenBrowser = {
        process: browserProcess,
        context,
        options,
        current: await firstPage(context, options, state),
        crashed: new WeakSet(),
        trace: settings.trace && !options.attachTo ? await startTrace(context) : undefined,
      };
      checkGeneration(mine);
      watch(made);
      open = made;
      kept = undefined;
      return made;
    } catch (error) {
      await browserProcess.stop();
      throw error;
    }
  }

  async function startProcess(options: OpenBrowserOptions): Promise<BrowserProcess> {
    if (options.attachTo) {
      await settings.gate?.check(options.attachTo);
      return await attachToBrowser(options.attachTo);
    }
    const profile = options.profileFolder
      ? { folder: options.profileFolder, context: contextOptions(options, undefined) }
      : undefined;
    const headless = options.headless ?? settings.defaults.headless;
    const proxyServer = settings.gate ? await settings.gate.proxyFor(options.proxyServer) : options.proxyServer;
    if (!profile && !options.slowMoMs) {
      const { engine } = options;
      const kind = { engine, headless, ...(proxyServer ? { proxyServer } : {}) };
      return await settings.browsers.take(kind, settings.holder, leaving.signal);
    }
    return await launchBrowserProcess({
      engine: options.engine,
      headless,
      downloadsFolder: settings.downloadsFolder,
      findExecutable: settings.findExecutable,
      ...(proxyServer ? { proxyServer } : {}),
      ...(options.slowMoMs ? { slowMoMs: options.slowMoMs } : {}),
      ...(profile ? { profile } : {}),
    });
  }

  function checkGeneration(mine: number): void {
    if (mine === generation) return;
    throw new AppError('RUN_CANCELLED', 'The browser was closed, or opened again, while it was starting.');
  }

  function watch(made: OpenBrowser): void {
    const watchPage = (page: Page) => {
      page.on('crash', () => {
        made.crashed.add(page);
        settings.log('warn', 'The page crashed.');
      });
      page.on('dialog', (dialog) => {
        // "Leave this page?" is no question to a run that goes elsewhere.
        const action = dialog.type() === 'beforeunload' ? 'accept' : answer.action;
        dialogs.push({ kind: dialog.type(), message: dialog.message().slice(0, 10_000), action });
        dialogs = dialogs.slice(-100);
        const reply = action === 'accept' ? dialog.accept(answer.text) : dialog.dismiss();
        // The page may have gone meanwhile.
        void reply.catch(() => undefined);
      });
    };
    for (const page of made.context.pages()) watchPage(page);
    made.context.on('page', watchPage);
    // The browser itself is passed on to other runs and must keep no listener of this one.
    made.context.on('close', () => {
      made.trace?.stop();
      if (open !== made) return;
      settings.log('warn', 'The browser went away.');
      kept = stateAt(made, known);
      open = undefined;
      // It is gone already, but not the folder it had.
      void made.process.stop();
    });
  }

  /** The open browser, started again when there is a state to go on from. */
  async function running(): Promise<OpenBrowser> {
    // While it is opened again, `open` stands already but its page is still on the way.
    if (opening) return opening;
    if (open) return open;
    if (!kept) {
      throw new AppError('BROWSER_NOT_OPEN', 'No browser is open. Put the step "Open browser" before this one.');
    }
    const state = kept;
    const mine = generation;
    const reopened = start(state.options, mine, state).then(async (made) => {
      try {
        await goBackTo(made.current, state);
      } catch (error) {
        // An empty page would let the next try go on in the wrong place.
        if (open === made) open = undefined;
        if (mine === generation) kept = state;
        await made.process.stop();
        throw error;
      }
      return made;
    });
    // Whoever comes meanwhile waits for the page as well, not only for the browser.
    opening = reopened;
    try {
      return await reopened;
    } finally {
      if (opening === reopened) opening = undefined;
    }
  }

  async function currentPage(): Promise<Page> {
    const made = await running();
    if (made.crashed.has(made.current)) {
      const dead = made.current;
      const fresh = await made.context.newPage();
      try {
        await goBackTo(fresh, stateAt({ ...made, current: dead }, known));
      } catch (error) {
        await fresh.close().catch(() => undefined);
        throw error;
      }
      made.current = fresh;
      void dead.close().catch(() => undefined);
    } else if (made.current.isClosed()) {
      made.current = made.context.pages().at(-1) ?? (await made.context.newPage());
    }
    return made.current;
  }

  async function answers(): Promise<boolean> {
    const made = open;
    if (!made) return true;
    if (await responds(made.current)) return true;
    settings.log('warn', 'The browser does not react any more and is closed.');
    if (open === made) {
      kept = stateAt(made, known);
      open = undefined;
    }
    await made.process.kill();
    return false;
  }

  async function close(): Promise<void> {
    generation += 1;
    open?.trace?.stop();
    const [made, starting] = [open, opening];
    open = opening = kept = known = undefined;
    dialogs = [];
    answer = { action: 'dismiss' };
    extras.clear();
    leaving.abort(new AppError('RUN_CANCELLED', 'The browser was closed while it was starting.'));
    leaving = new AbortController();
    // A start under way ends itself when it sees the new generation.
    const started = Promise.race([starting?.catch(() => undefined), delay(1700, undefined, { ref: false })]);
    await Promise.all([made?.process.stop(), started]);
  }

  return {
    async open(options) {
      const closed = close();
      const mine = generation;
      await closed;
      return (await start(options, mine)).current;
    },
    page: currentPage,
    usePage(page) {
      if (open) open.current = page;
    },
    async context() {
      return (await running()).context;
    },
    isOpen: () => open !== undefined,
    shownPage() {
      if (!open || open.options.attachTo || open.crashed.has(open.current) || open.current.isClosed()) return undefined;
      return open.current;
    },
    async saveTrace(path) {
      return (await open?.trace?.save(path)) ?? false;
    },
    extras,
    answers,
    answerDialogs(next) {
      answer = next;
    },
    takeDialogs() {
      const seen = dialogs;
      dialogs = [];
      return seen;
    },
    async snapshot() {
      const made = open;
      if (!made) return kept;
      // A profile keeps its own; what a person's browser knows is not ours to write down.
      const isOwn = !made.options.attachTo && !made.options.profileFolder;
      const reading = Promise.all([
        isOwn ? made.context.storageState() : undefined,
        readForm(made.current).catch(() => []),
      ])
        .then(([storage, form]) => ({ ...stateAt(made), storage, form }))
        .catch(() => undefined);
      // A hanging page must not hang the journal: the state read last is better than none.
      const read = await Promise.race([reading, delay(SNAPSHOT_MS, undefined, { ref: false })]);
      const setUp = extras.snapshot();
      known = { ...(read ?? stateAt(made, known)), ...(setUp ? { extras: setUp } : {}) };
      return known;
    },
    restore(state) {
      kept = known = state;
      extras.restore(state.extras);
    },
    close,
  };
}

function newContext({ browser, ...process }: BrowserProcess, options: BrowserContextOptions): Promise<BrowserContext> {
  return process.newContext?.(options) ?? browser.newContext(options);
}

/** In a person's browser nothing of theirs is sent elsewhere: the run goes on in the tab it had, or in one of its own. */
async function firstPage(context: BrowserContext, options: OpenBrowserOptions, state?: BrowserState): Promise<Page> {
  const pages = context.pages();
  const page = options.attachTo && state ? pages.find((each) => each.url() === state.url) : pages.at(-1);
  return page ?? (await context.newPage());
}

/** Where the browser stands, with what could be read last of the rest. */
function stateAt(made: Pick<OpenBrowser, 'options' | 'current'>, last?: BrowserState): BrowserState {
  const url = made.current.url();
  const state: BrowserState = { options: made.options, url, storage: last?.storage };
  if (last?.form && last.url === url) state.form = last.form;
  return state;
}

function contextOptions(options: OpenBrowserOptions, state: BrowserState | undefined): BrowserContextOptions {
  const wanted: BrowserContextOptions = {
    acceptDownloads: true,
    viewport: options.viewport ?? DEFAULT_VIEWPORT,
    ignoreHTTPSErrors: options.ignoreHttpsErrors === true,
  };
  if (options.userAgent) wanted.userAgent = options.userAgent;
  if (options.locale) wanted.locale = options.locale;
  if (options.timezoneId) wanted.timezoneId = options.timezoneId;
  if (options.colorScheme) wanted.colorScheme = options.colorScheme;
  // Written by `snapshot` of this module, read back through the journal, which verifies its rows.
  if (state?.storage) wanted.storageState = state.storage as NonNullable<BrowserContextOptions['storageState']>;
  return wanted;
}

async function goBackTo(page: Page, { url, form = [], options }: BrowserState): Promise<void> {
  if (!/^https?:/i.test(url)) return;
  // The tab of a person's browser outlived us and stands as it was left.
  if (options.attachTo && page.url() === url) return;
  try {
    await page.goto(url, { timeout: 30_000 });
    // The site may have sent the run elsewhere, to its login page for one.
    if (form.length > 0 && page.url() === url) await writeForm(page, form);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new AppError('NAVIGATION_FAILED', `The page the run was at could not be opened again: ${reason}`, {
      retryable: true,
      details: { url },
      cause: error,
    });
  }
}

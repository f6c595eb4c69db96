import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserContext, Frame, Page, Request, Route } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { toApp, toPage } from './page-address.ts';
import { ipcHandlers, type Load, protocolHandlers, seen, sessionRules } from './state.ts';

interface Options {
  webPreferences?: { preload?: string; contextIsolation?: boolean; sandbox?: boolean; nodeIntegration?: boolean };
}

let context: Promise<BrowserContext> | undefined;

function openContext(): Promise<BrowserContext> {
  context ??= launchBrowser().then((browser) => browser.newContext());
  return context;
}

export async function closeBrowser(): Promise<void> {
  await (await context)?.browser()?.close();
}

class WebContents extends EventEmitter {
  readonly window: BrowserWindow;
  private openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });

  constructor(window: BrowserWindow) {
    super();
    this.window = window;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.openHandler = handler;
  }

  askToOpen(url: string) {
    return this.openHandler({ url }).action;
  }

  send(channel: string, ...values: unknown[]) {
    const copy = structuredClone(values);
    // A page that goes away meanwhile loses the event, as in Electron.
    this.window.page
      ?.evaluate(([name, args]) => (globalThis as never as Emitting).simulatorEmit?.(name, args), [
        channel,
        copy,
      ] as const)
      .catch(() => undefined);
  }
}

interface Emitting {
  simulatorEmit?(channel: string, values: unknown[]): void;
}

/** A window is a page of a real Chromium; its preload runs before the page in a closure with a `require` of its own. */
export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static onCreated: (contents: WebContents) => void = () => undefined;
  readonly webContents: WebContents;
  readonly options: Options;
  page: Page | undefined;
  private isLoaded = false;

  constructor(options: Options = {}) {
    super();
    this.options = options;
    this.webContents = new WebContents(this);
    BrowserWindow.all.push(this);
    seen.windowOptions.push(structuredClone(options) as Record<string, unknown>);
    BrowserWindow.onCreated(this.webContents);
  }

  static getAllWindows() {
    return BrowserWindow.all;
  }
  show() {}
  focus() {}
  restore() {}
  maximize() {}
  isMinimized() {
    return false;
  }
  isMaximized() {
    return false;
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1200, height: 800 };
  }

  async close() {
    this.emit('close');
    await this.page?.close();
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1);
  }

  async loadURL(address: string) {
    const opened = await openContext();
    const page = await opened.newPage();
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
    page.on('pageerror', (error) => seen.errors.push(error.message));
    opened.on('page', (other) => other !== page && void other.close());
    await opened.route('**/*', (route) => this.load(route));
    await page.exposeBinding('simulatorInvoke', ({ frame }, channel: string, values: unknown[]) => {
      const senderFrame = { url: toApp(frame.url()), parent: frame.parentFrame() };
      const handler = ipcHandlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      return handler({ sender: this.webContents, senderFrame }, ...values);
    });
    const { preload } = this.options.webPreferences ?? {};
    if (preload) await page.addInitScript(preloadScript(readFileSync(preload, 'utf8')));
    await page.goto(toPage(address));
    this.isLoaded = true;
    this.emit('ready-to-show');
  }

  /** The way of every request: navigation rules, then the session's filter, then the protocol. */
  private async load(route: Route) {
    const request = route.request();
    const url = toApp(request.url());
    const frame = frameOf(request);
    if (!frame || frame.page() !== this.page) {
      if (this.webContents.askToOpen(url) === 'deny') seen.refused.push(url);
      return route.abort();
    }
    if (request.isNavigationRequest() && this.isLoaded && !this.mayNavigate(url, frame.parentFrame() === null)) {
      seen.refused.push(url);
      // As in Electron: the page stays. (Any other code would show an error page in its place.)
      return route.abort('aborted');
    }
    const load: Load = { url, cancel: false };
    sessionRules.beforeRequest?.({ url }, ({ cancel }) => (load.cancel = cancel));
    const handler = protocolHandlers.get(url.slice(0, url.indexOf(':')));
    if (load.cancel || !handler) {
      seen.refused.push(url);
      return route.abort('blockedbyclient');
    }
    const response = await handler({ url, method: request.method() });
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  private mayNavigate(url: string, isMainFrame: boolean) {
    let isPrevented = false;
    const details = { url, isMainFrame, preventDefault: () => (isPrevented = true) };
    this.webContents.emit('will-frame-navigate', details);
    if (isMainFrame) this.webContents.emit('will-navigate', details);
    return !isPrevented;
  }
}

/** Undefined: the page it belongs to is being made, so it is a popup. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}

/** Only the main frame has the preload: nodeIntegrationInSubFrames is off. */
function preloadScript(source: string) {
  return `(() => {
    if (globalThis.parent !== globalThis) return;
    const invoke = globalThis.simulatorInvoke;
    const listeners = new Map();
    Object.defineProperty(globalThis, 'simulatorEmit', {
      value: (channel, values) => { for (const listener of listeners.get(channel) ?? []) listener({}, ...values); },
    });
    const ipcRenderer = {
      invoke: (channel, ...values) => invoke(channel, structuredClone(values)),
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      off: (channel, listener) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)); },
    };
    const contextBridge = {
      exposeInMainWorld: (name, value) => Object.defineProperty(globalThis, name, { value: Object.freeze(value), enumerable: true }),
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
      return { contextBridge, ipcRenderer };
    };
    ${source}
  })();`;
}

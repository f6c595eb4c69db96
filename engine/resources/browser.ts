import type { BrowserContext, Page } from 'playwright-core';
import type { BrowserExtras, ExtrasState } from './browser-extras.ts';
import type { FormField } from './form-state.ts';

export type BrowserEngine = 'chromium' | 'firefox' | 'webkit';

export interface OpenBrowserOptions {
  engine: BrowserEngine;
  /** Absent: as the run was started (a robot without a screen has no windows to show). */
  headless?: boolean;
  viewport?: { width: number; height: number };
  userAgent?: string;
  locale?: string;
  timezoneId?: string;
  colorScheme?: 'light' | 'dark';
  ignoreHttpsErrors?: boolean;
  /** `http://host:port` or `socks5://host:port`. */
  proxyServer?: string;
  /** Folder of a profile that stays: cookies and settings are there again the next time. Absent: an empty profile for this run. */
  profileFolder?: string;
  /** `http://127.0.0.1:9222`: a browser of this machine that runs already, in place of one of our own. */
  attachTo?: string;
  /** Pause before every action of the browser, for people who watch. */
  slowMoMs?: number;
}

/** What is kept of an open browser so that a resumed run can go on in it. */
export interface BrowserState {
  options: OpenBrowserOptions;
  url: string;
  /** Playwright's storage state: cookies and local storage. */
  storage: unknown;
  /** What was filled in and not sent yet. */
  form?: FormField[];
  /** Network rules and settings of its pages. */
  extras?: ExtrasState;
}

/** What is done with the alert, confirm and prompt boxes of a page, which otherwise stop it until they are answered. */
export interface DialogAnswer {
  action: 'accept' | 'dismiss';
  /** Text for a prompt box. */
  text?: string;
}

export interface SeenDialog {
  kind: string;
  message: string;
  action: DialogAnswer['action'];
}

/** The browsers of one run: the one that steps use unless they name another, and further ones by name, each with cookies of its own. */
export interface RunBrowser extends BrowserSession {
  /** The session of this name; empty is the unnamed one. Not opened by asking for it. */
  named(name: string): BrowserSession;
  /** Those that are open, with their names. */
  openOnes(): readonly (readonly [string, BrowserSession])[];
}

/** One browser of a run. */
export interface BrowserSession {
  /** A fresh context with one empty page; what was open before is closed. */
  open(options: OpenBrowserOptions): Promise<Page>;
  /** The current page; reopens it from the kept state after a resume or a crash; BROWSER_NOT_OPEN when there is none. */
  page(): Promise<Page>;
  /** Makes another tab of this browser the current page. */
  usePage(page: Page): void;
  context(): Promise<BrowserContext>;
  isOpen(): boolean;
  /** The page that is open now and may be shown to others; opens nothing. A person's own browser may not. */
  shownPage(): Page | undefined;
  /** Writes down what the browser did last as a Playwright trace; false when nothing is recorded. */
  saveTrace(path: string): Promise<boolean>;
  /** Whether the browser still reacts; one that does not is killed, and the next `page()` starts another from what was kept last. */
  answers(): Promise<boolean>;
  /** How dialogs are answered from now on; until then they are dismissed. */
  answerDialogs(answer: DialogAnswer): void;
  /** Dialogs since the last call, oldest first. */
  takeDialogs(): SeenDialog[];
  /** What steps set up for the rest of the run: network rules, recording, geolocation … */
  readonly extras: BrowserExtras;
  /** Undefined while nothing is open. */
  snapshot(): Promise<BrowserState | undefined>;
  restore(state: BrowserState): void;
  /** Within 2 s, also when the browser hangs: then its processes are killed. */
  close(): Promise<void>;
}

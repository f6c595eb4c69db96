import type { BrowserContext, Page } from 'playwright-core';

export interface OpenBrowserOptions {
  engine: 'chromium' | 'firefox' | 'webkit';
  headless: boolean;
  viewport?: { width: number; height: number };
  userAgent?: string;
  locale?: string;
  timezoneId?: string;
  ignoreHttpsErrors?: boolean;
}

/** What is kept of an open browser so that a resumed run can go on in it. */
export interface BrowserState {
  options: OpenBrowserOptions;
  url: string;
  /** Playwright's storage state: cookies and local storage. */
  storage: unknown;
}

/** The browser of one run. */
export interface BrowserSession {
  open(options: OpenBrowserOptions): Promise<Page>;
  /** The current page; reopens it from the kept state after a resume; BROWSER_NOT_OPEN when there is none. */
  page(): Promise<Page>;
  context(): Promise<BrowserContext>;
  isOpen(): boolean;
  /** Undefined while nothing is open. */
  snapshot(): Promise<BrowserState | undefined>;
  restore(state: BrowserState): void;
  close(): Promise<void>;
}

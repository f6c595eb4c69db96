import { AppError } from '@casare/shared';
import type { BrowserSession, BrowserState, RunBrowser } from './browser.ts';
import { type BrowserSessionOptions, createBrowserSession } from './browser-session.ts';

export interface RunBrowsers extends RunBrowser {
  /** What to resume with, of each session that is open; undefined while none is. */
  snapshotAll(): Promise<RunBrowserState | undefined>;
  restoreAll(state: RunBrowserState): void;
  closeAll(): Promise<void>;
}

export interface RunBrowserState {
  browser?: BrowserState;
  /** Named sessions. */
  browsers?: Record<string, BrowserState>;
}

/** Names an author may invent; the number that is open is bounded by `max`, this bounds what is remembered of closed ones. */
const MOST_NAMES = 100;

/** The browser sessions of one run, at most `max` of them open. */
export function createRunBrowsers(options: BrowserSessionOptions, max: number): RunBrowsers {
  const sessions = new Map<string, BrowserSession>();
  const opening = new Set<string>();

  function sessionOf(name: string): BrowserSession {
    let session = sessions.get(name);
    if (!session) {
      if (sessions.size >= MOST_NAMES)
        throw new AppError(
          'RESOURCE_QUOTA',
          `A run may use ${MOST_NAMES} names for browsers. Use the same names again.`,
        );
      sessions.set(name, (session = limited(name, createBrowserSession(options))));
    }
    return session;
  }

  /** Opening a further one is counted before it is open, so that steps that run at once cannot pass the limit together. */
  function limited(name: string, session: BrowserSession): BrowserSession {
    const { open } = session;
    return {
      ...session,
      async open(wanted) {
        const others = [...sessions].filter(([other, each]) => other !== name && (opening.has(other) || each.isOpen()));
        if (others.length >= max)
          throw new AppError(
            'RESOURCE_QUOTA',
            `A run may have ${max} browsers open at once, and has: ${others.map(([other]) => (other === '' ? 'the unnamed one' : `"${other}"`)).join(', ')}. Close one with "Close browser" first.`,
            { details: { quota: 'browsers', max } },
          );
        opening.add(name);
        try {
          return await open(wanted);
        } finally {
          opening.delete(name);
        }
      },
    };
  }

  return {
    ...sessionOf(''),
    named: sessionOf,
    openOnes: () => [...sessions].filter(([, session]) => session.isOpen()),
    async snapshotAll() {
      const states = await Promise.all(
        [...sessions].map(async ([name, session]) => [name, await session.snapshot()] as const),
      );
      const open = states.filter((entry): entry is [string, BrowserState] => entry[1] !== undefined);
      if (open.length === 0) return undefined;
      const main = open.find(([name]) => name === '')?.[1];
      const named = open.filter(([name]) => name !== '');
      return {
        ...(main ? { browser: main } : {}),
        ...(named.length > 0 ? { browsers: Object.fromEntries(named) } : {}),
      };
    },
    restoreAll({ browser, browsers = {} }) {
      if (browser) sessionOf('').restore(browser);
      for (const [name, state] of Object.entries(browsers)) sessionOf(name).restore(state);
    },
    async closeAll() {
      const ended = await Promise.allSettled([...sessions.values()].map((session) => session.close()));
      const failure = ended.find((part) => part.status === 'rejected');
      if (failure) throw failure.reason;
    },
  };
}

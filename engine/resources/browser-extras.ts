import type { BrowserContext } from 'playwright-core';
import { createNetworkRules, type NetworkRule, type NetworkRules } from './network-rules.ts';
import { applySetup, applyToPage, type PageSetup } from './page-setup.ts';
import { createTrafficLog, type TrafficLog } from './traffic-log.ts';

/** What steps have set up for the rest of the run. */
export interface ExtrasState {
  rules?: NetworkRule[];
  setup?: PageSetup;
}

export interface BrowserExtras {
  readonly rules: NetworkRules;
  readonly traffic: TrafficLog;
  /** Changes the parts that are named and leaves the others. */
  setUp(change: PageSetup): Promise<void>;
}

/** Set up once, kept for the context that a crash or a resume opens in place of the present one. */
export function createBrowserExtras(): BrowserExtras & {
  attach(context: BrowserContext): Promise<void>;
  snapshot(): ExtrasState | undefined;
  restore(state: ExtrasState | undefined): void;
  clear(): void;
} {
  const rules = createNetworkRules();
  const traffic = createTrafficLog();
  let setup: PageSetup = {};
  let context: BrowserContext | undefined;

  return {
    rules,
    traffic,
    async setUp(change) {
      if (context) await applySetup(context, change);
      setup = { ...setup, ...change };
    },
    async attach(next) {
      context = next;
      await rules.attach(next);
      traffic.attach(next);
      await applySetup(next, setup);
      // A tab that has gone again needs nothing.
      next.on('page', (page) => void applyToPage(page, setup).catch(() => undefined));
    },
    snapshot() {
      const list = rules.list();
      if (list.length === 0 && Object.keys(setup).length === 0) return undefined;
      return { rules: [...list], setup };
    },
    restore(state) {
      rules.restore(state?.rules ?? []);
      setup = state?.setup ?? {};
    },
    clear() {
      context = undefined;
      setup = {};
      traffic.clear();
      rules.restore([]);
    },
  };
}

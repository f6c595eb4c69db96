import type { BrowserContext, Route } from 'playwright-core';
import { fitsAddress } from './address-pattern.ts';

/** What is done with the requests of the pages that fit. JSON, so that it survives a crash with the rest of the browser's state. */
export interface NetworkRule {
  name: string;
  /** `block` refuses them, `answer` gives the answer below without asking the site, `headers` changes what is sent. */
  action: 'block' | 'answer' | 'headers';
  /** See `fitsAddress`; absent: every address. */
  url?: string;
  /** Kinds as Playwright names them (`image`, `font`, `xhr` …); absent: all. */
  kinds?: string[];
  method?: string;
  answer?: { status: number; headers: Record<string, string>; bodyBase64: string };
  /** Headers to send; null takes one away. */
  headers?: Record<string, string | null>;
}

export interface NetworkRules {
  /** In the order they were set; the first that fits is the one that counts. */
  list(): readonly NetworkRule[];
  /** Takes the place of a rule with the same name. */
  set(rule: NetworkRule): Promise<void>;
  /** Whether there was such a rule. */
  remove(name: string): Promise<boolean>;
  clear(): Promise<void>;
  /** How many requests each rule has met. */
  hits(): Record<string, number>;
}

/** The rules of one browser, put to work in whichever context it has now. */
export function createNetworkRules(): NetworkRules & {
  attach(context: BrowserContext): Promise<void>;
  restore(kept: readonly NetworkRule[]): void;
} {
  let rules: NetworkRule[] = [];
  let context: BrowserContext | undefined;
  let isRouting = false;
  const met = new Map<string, number>();

  const onRequest = async (route: Route): Promise<void> => {
    const request = route.request();
    const rule = rules.find((each) => fits(each, request.url(), request.resourceType(), request.method()));
    if (!rule) return await route.fallback();
    met.set(rule.name, (met.get(rule.name) ?? 0) + 1);
    if (rule.action === 'block') return await route.abort('blockedbyclient');
    if (rule.action === 'answer' && rule.answer) {
      const { status, headers, bodyBase64 } = rule.answer;
      return await route.fulfill({ status, headers, body: Buffer.from(bodyBase64, 'base64') });
    }
    // On to whoever guards the addresses of this run: a rule of an author must not lead round that.
    await route.fallback({ headers: changedHeaders(request.headers(), rule.headers ?? {}) });
  };
  // The page may have gone before the answer; then nobody waits for it.
  const handler = (route: Route) => onRequest(route).catch(() => undefined);

  /** Interception costs every request a round trip, so it stands only while there are rules. */
  async function adjust(): Promise<void> {
    if (!context || isRouting === rules.length > 0) return;
    isRouting = rules.length > 0;
    if (isRouting) await context.route('**/*', handler);
    else await context.unroute('**/*', handler);
  }

  return {
    list: () => rules,
    async set(rule) {
      const at = rules.findIndex(({ name }) => name === rule.name);
      rules = at === -1 ? [...rules, rule] : rules.with(at, rule);
      met.delete(rule.name);
      await adjust();
    },
    async remove(name) {
      const left = rules.filter((rule) => rule.name !== name);
      const hasChanged = left.length < rules.length;
      rules = left;
      await adjust();
      return hasChanged;
    },
    async clear() {
      rules = [];
      met.clear();
      await adjust();
    },
    hits: () => Object.fromEntries(rules.map(({ name }) => [name, met.get(name) ?? 0])),
    async attach(next) {
      context = next;
      isRouting = false;
      await adjust();
    },
    restore(kept) {
      rules = [...kept];
    },
  };
}

function fits(rule: NetworkRule, url: string, kind: string, method: string): boolean {
  if (rule.url !== undefined && !fitsAddress(rule.url, url)) return false;
  if (rule.kinds && !rule.kinds.includes(kind)) return false;
  return rule.method === undefined || rule.method.toUpperCase() === method;
}

function changedHeaders(
  sent: Record<string, string>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const headers = { ...sent };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value;
  }
  return headers;
}

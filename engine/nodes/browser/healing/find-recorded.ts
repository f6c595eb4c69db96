import type { RecordedTarget, SeenElement } from '@casare/shared';
import { AppError } from '@casare/shared';
import { setTimeout as delay } from 'node:timers/promises';
import type { ElementHandle, Frame, JSHandle, Locator } from 'playwright-core';
import type { Healed } from './page-healer.ts';
import { withHealer } from './in-page.ts';

/** What is told of an element that was found by other marks than its selector. */
export interface Healing {
  tier: 1 | 2;
  score: number;
  ms: number;
  oldSelector: string;
  newSelector: string;
}

export interface FoundElement {
  locator: Locator;
  healing?: Healing;
}

const LIMITS = { budgetMs: 400, threshold: 0.6, margin: 0.12 };
const POLL_MS = 100;
/** A page that is still being built gets this long before its elements are compared, or half of the step's time where that is less. */
const PATIENCE_MS = 3000;

/**
 * The element of a recorded target. The selector is obeyed whenever it finds exactly one; only when it finds none or several is the
 * element looked for by what else was seen of it, again and again until the time is up.
 */
export async function findRecorded(
  frame: Frame,
  target: RecordedTarget & { seen: SeenElement },
  wait: { timeout: number; signal: AbortSignal },
): Promise<FoundElement> {
  const begun = performance.now();
  const locator = frame.locator(target.selector);
  const patience = Math.min(PATIENCE_MS, wait.timeout / 2);
  let last: { count: number; info?: Healed['info'] } = { count: 0 };
  for (;;) {
    wait.signal.throwIfAborted();
    const count = await locator.count();
    if (count === 1) return { locator };
    last = { ...last, count };
    const elapsed = performance.now() - begun;
    if (elapsed >= patience) {
      const started = performance.now();
      const tried = await heal(frame, target.seen);
      if ('locator' in tried) {
        const healing: Healing = {
          tier: tried.info.tier,
          score: tried.info.score,
          ms: Math.round(performance.now() - started),
          oldSelector: target.selector,
          newSelector: tried.selector,
        };
        return { locator: tried.locator, healing };
      }
      last.info = tried.info;
    }
    if (elapsed >= wait.timeout) throw notFound(target, last, wait.timeout, frame.url());
    await delay(Math.min(POLL_MS, Math.max(1, wait.timeout - elapsed)), undefined, { signal: wait.signal });
  }
}

const lookFor = withHealer((healer, { seen, limits }: { seen: SeenElement; limits: typeof LIMITS }) =>
  document.readyState === 'loading' ? null : healer.heal(seen, limits),
);

type Tried = { locator: Locator; selector: string; info: Healed['info'] } | { info: Healed['info'] };

async function heal(frame: Frame, seen: SeenElement): Promise<Tried> {
  const nothing: Healed['info'] = {
    tier: 1,
    score: 0,
    selectors: [],
    refusal: 'the page is still loading',
    candidates: [],
  };
  let result: JSHandle<Healed | null>;
  try {
    result = await frame.evaluateHandle(lookFor, { seen, limits: LIMITS });
  } catch (error) {
    // It went to another page meanwhile; whatever closes a page is noticed by the next look at it.
    if (error instanceof Error && /context was destroyed|navigation/i.test(error.message)) return { info: nothing };
    throw error;
  }
  try {
    const info = (await result.evaluate((found) => found?.info ?? null)) ?? nothing;
    if (info.refusal !== undefined || info.selectors.length === 0) return { info };
    const element = (await result.getProperty('element')).asElement();
    const selector = element ? await firstExact(frame, info.selectors, element) : undefined;
    if (selector === undefined) return { info };
    return { locator: frame.locator(selector), selector, info };
  } finally {
    await result.dispose();
  }
}

/** The first selector that finds this element and no other. */
export async function firstExact(
  frame: Frame,
  selectors: readonly string[],
  element: ElementHandle,
): Promise<string | undefined> {
  for (const selector of selectors) {
    const found = await frame.locator(selector).elementHandles();
    const [only] = found;
    const isExact = found.length === 1 && only && (await only.evaluate((one, other) => one === other, element));
    await Promise.all(found.map((handle) => handle.dispose()));
    if (isExact) return selector;
  }
  return undefined;
}

function notFound(
  target: RecordedTarget,
  { count, info }: { count: number; info?: Healed['info'] },
  timeoutMs: number,
  url: string,
): AppError {
  const what = count === 0 ? 'matches nothing' : `matches ${count} elements`;
  const candidates = info?.candidates ?? [];
  const named = candidates.slice(0, 3).map(({ selector, text, score }) => `${selector} "${text}" (${score})`);
  const listed = named.length > 0 ? ` The nearest: ${named.join(', ')}.` : '';
  return new AppError(
    'ELEMENT_NOT_FOUND',
    `The selector "${target.selector}" ${what}, and the recorded element was not recognised: ${info?.refusal ?? 'there was no time to look'}.${listed} Record it again.`,
    { retryable: true, details: { selector: target.selector, url, timeoutMs, count, candidates } },
  );
}

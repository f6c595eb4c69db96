import { setTimeout as delay } from 'node:timers/promises';
import { withinTime } from './time-limit.ts';

const PAUSE_MS = 50;
/** A page that hangs never answers a look at it; one that is only slow gets this much more. */
const GRACE_MS = 3000;

/** Asks again and again for what no event tells; undefined when the time is up. */
export async function pollUntil<T>(
  look: () => T | undefined | Promise<T | undefined>,
  wait: { timeout: number; signal: AbortSignal },
): Promise<T | undefined> {
  const end = performance.now() + wait.timeout;
  for (;;) {
    wait.signal.throwIfAborted();
    const left = end - performance.now();
    const looking = Promise.resolve(look());
    const found = await withinTime(looking, Math.max(0, left) + GRACE_MS, 'A look at the page');
    if (found !== undefined) return found;
    const rest = end - performance.now();
    if (rest <= 0) return undefined;
    await delay(Math.min(PAUSE_MS, rest), undefined, { signal: wait.signal });
  }
}

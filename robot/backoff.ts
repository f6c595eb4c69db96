/** Pauses with full jitter: at random between 0 and a bound that doubles from `firstMs` up to `maxMs`. */
export function createBackoff(
  firstMs: number,
  maxMs: number,
  random: () => number = Math.random,
): { next(): number; reset(): void } {
  let bound = firstMs;
  return {
    next() {
      // Never quite zero, or a thousand robots could still come back in the same instant.
      const pause = bound * (0.1 + 0.9 * random());
      bound = Math.min(maxMs, bound * 2);
      return pause;
    },
    reset() {
      bound = firstMs;
    },
  };
}

/** Resolves after `ms`, or at once when the signal aborts (it does not reject: loops look at the signal themselves). */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Waits for a promise, but no longer than `ms`. */
export async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([promise, pause(ms, over.signal)]);
  over.abort();
}

import type { Clock } from './run-options.ts';

/** setTimeout cannot wait longer (it would fire at once); longer waits are made of several. */
const longestTimer = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    const end = performance.now() + ms;
    for (let left = ms; left > 0; left = end - performance.now()) await timer(Math.min(left, longestTimer), signal);
    signal.throwIfAborted();
  },
};

function timer(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a clock rejects with the signal's reason, whatever it is.
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    const handle = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(handle);
      abort();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

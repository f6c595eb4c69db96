import { asAppError } from '@casare/shared';
import { setTimeout as delay } from 'node:timers/promises';
import type { WatchOutlet } from './outlet.ts';

const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Connects anew after longer and longer pauses, for as long as the watch lasts. `once` runs until its connection is gone. */
export async function keepWatching(
  outlet: WatchOutlet,
  signal: AbortSignal,
  once: (begun: () => void) => Promise<void>,
): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      await once(() => {
        pauseMs = firstPauseMs;
        outlet.fine();
      });
    } catch (error) {
      if (signal.aborted) return;
      outlet.failed(asAppError(error, 'CONNECTION_FAILED'));
    }
    await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

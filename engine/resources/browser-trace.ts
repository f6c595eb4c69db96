import type { BrowserContext } from 'playwright-core';

/** A recording of what a browser does. It is begun anew every so often: a run of hours must not fill the disk. */
export interface BrowserTrace {
  /** The last minutes as a zip; false when they cannot be had. */
  save(path: string): Promise<boolean>;
  /** Nothing more is recorded. Never throws. */
  stop(): void;
}

const ROTATE_MS = 3 * 60_000;

export async function startTrace(context: BrowserContext): Promise<BrowserTrace | undefined> {
  const { tracing } = context;
  try {
    // Pictures would show what was never covered; the snapshots are masked as text.
    await tracing.start({ snapshots: true, screenshots: false, sources: false });
    await tracing.startChunk();
  } catch {
    return undefined;
  }
  let turning: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    turning = turning
      .then(() => tracing.stopChunk())
      .then(() => tracing.startChunk())
      .catch(() => undefined);
  }, ROTATE_MS);
  timer.unref();
  return {
    async save(path) {
      clearInterval(timer);
      await turning;
      return tracing.stopChunk({ path }).then(
        () => true,
        () => false,
      );
    },
    stop: () => clearInterval(timer),
  };
}

import { AppError } from '@casare/shared';

/** For the few calls of Playwright that know no time limit; the run's signal is heeded around every browser step. */
export async function withinTime<R>(work: Promise<R>, timeoutMs: number, what: string): Promise<R> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new AppError('NODE_TIMEOUT', `${what} did not end within ${timeoutMs} ms.`, { retryable: true }));
  }, timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

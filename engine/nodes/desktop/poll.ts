import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';

const pauseMs = 100;

/** Looks again and again; undefined when the time is up. Once more at the end, so that 0 ms is one look. */
export async function poll<Found>(
  ctx: NodeContext,
  timeoutMs: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const end = ctx.now() + timeoutMs;
  for (;;) {
    ctx.signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    const left = end - ctx.now();
    if (left <= 0) return undefined;
    await ctx.sleep(Math.min(pauseMs, left));
  }
}

/** Nothing has been done when it is thrown, so trying again is safe. */
export function notFound(message: string, details: Record<string, unknown>): AppError {
  return new AppError('ELEMENT_NOT_FOUND', message, { retryable: true, details });
}

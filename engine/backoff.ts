import type { AppError, Effect, RetryPolicy } from '@casare/shared';

/** Whether a policy retries this error. A step that must not happen twice is repeated only when the error itself says that is safe. */
export function mayRetry(policy: Pick<RetryPolicy, 'codes'>, error: AppError, effect: Effect): boolean {
  if ((effect === 'once' || effect === 'ask') && !error.retryable) return false;
  if (policy.codes !== undefined) return policy.codes.includes(error.code);
  return error.retryable || error.code === 'NODE_TIMEOUT';
}

/** A server that asks for more would be asked again in vain before; a run does not wait longer than this for it. */
const longestAskedMs = 60 * 60_000;

/** Pause after try number `attempt`; at least as long as the other side asked for (`details.retryAfterMs`). */
export function backoffMs(
  policy: Pick<RetryPolicy, 'initialMs' | 'factor' | 'maxMs' | 'jitter'>,
  attempt: number,
  random: () => number,
  error?: AppError,
): number {
  const pause = Math.min(policy.initialMs * policy.factor ** (attempt - 1), policy.maxMs);
  const asked = Number(error?.details['retryAfterMs'] ?? 0) || 0;
  return Math.max(Math.round(pause * (1 - policy.jitter * random())), Math.min(asked, longestAskedMs));
}

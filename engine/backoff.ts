import type { AppError, Effect, RetryPolicy } from '@casare/shared';

/** Whether a policy retries this error. A step that must not happen twice is repeated only when the error itself says that is safe. */
export function mayRetry(policy: Pick<RetryPolicy, 'codes'>, error: AppError, effect: Effect): boolean {
  if ((effect === 'once' || effect === 'ask') && !error.retryable) return false;
  if (policy.codes !== undefined) return policy.codes.includes(error.code);
  return error.retryable || error.code === 'NODE_TIMEOUT';
}

/** Pause after try number `attempt`. */
export function backoffMs(
  policy: Pick<RetryPolicy, 'initialMs' | 'factor' | 'maxMs' | 'jitter'>,
  attempt: number,
  random: () => number,
): number {
  const pause = Math.min(policy.initialMs * policy.factor ** (attempt - 1), policy.maxMs);
  return Math.round(pause * (1 - policy.jitter * random()));
}

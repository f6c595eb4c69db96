import { AppError } from '@casare/shared';

/** Failures before the first byte was sent; after any other nobody knows whether the server got the request. */
const notSent = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
]);

/** For requests that must not happen twice: a connection that broke after sending leaves the step in doubt, so no retry repeats it. */
export function withDoubt(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'HTTP_FAILED' || !error.retryable) return error;
  const { reason, status } = error.details;
  if (status !== undefined || notSent.has(String(reason))) return error;
  return new AppError(
    'STEP_IN_DOUBT',
    `${error.message} Whether the request was carried out is not known: look at its target before it is sent again.`,
    { details: error.details, cause: error },
  );
}

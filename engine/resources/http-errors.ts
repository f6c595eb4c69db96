import { AppError } from '@casare/shared';

/** Why there was no answer, as a sentence; a cancelled run keeps its own reason. */
export function httpError(error: unknown, url: URL, timeoutMs: number, signal: AbortSignal): unknown {
  if (signal.aborted && !isTimeout(signal.reason)) return signal.reason as unknown;
  const inner = innermost(error);
  if (inner instanceof AppError) return inner;
  const code = (inner as NodeJS.ErrnoException | undefined)?.code ?? (inner as Error | undefined)?.name ?? '';
  const { message, retryable } = explain(code, inner as Error, url, timeoutMs);
  return new AppError('HTTP_FAILED', message, {
    retryable,
    details: { url: url.origin + url.pathname, reason: code },
    cause: error,
  });
}

function explain(code: string, error: Error, url: URL, timeoutMs: number): { message: string; retryable: boolean } {
  const host = `"${url.host}"`;
  if (isTimeout(error) || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return {
      message: `${host} did not answer within ${timeoutMs / 1000} s. Try again later or raise the time limit.`,
      retryable: true,
    };
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { message: `The name ${host} is not known. Check the address and the network.`, retryable: true };
    case 'ECONNREFUSED':
      return {
        message: `${host} refused the connection: nothing listens there. Check the address and the port.`,
        retryable: true,
      };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { message: `${host} cannot be reached. Check the network.`, retryable: true };
    case 'UND_ERR_INVALID_ARG':
      return {
        message: `The request to ${host} has a wrong form: ${error.message}. Check headers and method.`,
        retryable: false,
      };
  }
  if (code.startsWith('ERR_TLS') || code.startsWith('CERT_') || /CERT|SIGNATURE|ERR_SSL/.test(code))
    return {
      message: `The certificate of ${host} cannot be trusted (${code}). Install its authority on this machine.`,
      retryable: false,
    };
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR'))
    return { message: `The packed answer of ${host} is damaged. Try again.`, retryable: true };
  return { message: `The connection to ${host} broke: ${error.message}. Try again.`, retryable: true };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** An attempt at several addresses fails with a list of failures; the first one is told. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof Error && error.name === 'TypeError' && error.cause instanceof Error)
    return innermost(error.cause);
  return error;
}

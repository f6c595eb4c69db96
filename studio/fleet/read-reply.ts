import { AppError, fromWire, isErrorCode, type WireError } from '@casare/shared';

/** The body of an answer, or the AppError its error body stands for. */
export function readReply(status: number, body: unknown): unknown {
  if (status < 400) return body;
  const wire = errorOf(body);
  if (wire) throw fromWire(wire, status);
  throw new AppError(
    'UNREACHABLE',
    `The address answers with status ${status} and is no orchestrator. Check it in the settings.`,
    { status },
  );
}

function errorOf(body: unknown): WireError | undefined {
  if (body === null || typeof body !== 'object' || !('error' in body)) return undefined;
  const { error } = body;
  if (error === null || typeof error !== 'object' || !('code' in error) || !('message' in error)) return undefined;
  if (!isErrorCode(error.code) || typeof error.message !== 'string') return undefined;
  const details =
    'details' in error && typeof error.details === 'object' && error.details !== null ? { ...error.details } : {};
  return { code: error.code, message: error.message, details };
}

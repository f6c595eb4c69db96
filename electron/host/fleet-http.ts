import { AppError, fromWire, type HostArgument, type HostReply, type WireError } from '@casare/shared';

export const REQUEST_TIMEOUT_MS = 15_000;

type Answer = HostReply<'fleet.request'>;

/** One request to an orchestrator; an error it answers with is an answer. */
export async function askOrchestrator(
  url: string,
  request: HostArgument<'fleet.request'>,
  headers: Record<string, string>,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(new URL(request.path, url), {
      method: request.method,
      headers: {
        ...headers,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      redirect: 'error',
    });
  } catch (error) {
    throw new AppError(
      'UNREACHABLE',
      `The orchestrator at ${url} cannot be reached. Check the address and that it runs.`,
      { retryable: true, cause: error },
    );
  }
  const text = await response.text();
  try {
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as Answer['body']) };
  } catch (error) {
    throw new AppError('UNREACHABLE', `What answers at ${url} is not an orchestrator. Check the address.`, {
      cause: error,
    });
  }
}

/** The body of a success, or the error the answer stands for. */
export function bodyOf(answer: Answer): unknown {
  if (answer.status < 300) return answer.body;
  const wire = (answer.body as { error?: WireError } | null)?.error;
  if (wire) throw fromWire(wire, answer.status);
  throw new AppError(
    'UNREACHABLE',
    `What answers at this address is not an orchestrator (status ${answer.status}). Check the address.`,
  );
}

export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError(
      'VALIDATION',
      `"${text}" is not an address. Enter it with http:// or https://, e.g. https://orchestrator.example.com.`,
    );
  }
  return url.origin;
}

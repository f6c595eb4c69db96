import { AppError, type ErrorCode, fromWire, type SignOn, type WireError } from '@casare/shared';
import type { z } from 'zod';

const DEADLINE_MS = 10_000;

export interface RequestOptions {
  body?: unknown;
  query?: Readonly<Record<string, string | number | undefined>>;
  idempotencyKey?: string;
  /** Added to the usual deadline of 10 s (long polls). */
  extraMs?: number;
  signal?: AbortSignal;
}

/** REST calls to the orchestrator. Errors are AppErrors: the orchestrator's own, or UNREACHABLE (the outcome is then unknown). */
export interface OrchestratorClient {
  readonly url: string;
  call<S extends z.ZodType>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    reply: S,
    options?: RequestOptions,
  ): Promise<z.output<S>>;
}

/** With a key, with the session of a person, or with neither for what anybody may ask. */
export function createOrchestratorClient(url: string, who?: string | SignOn): OrchestratorClient {
  const signOn = typeof who === 'object' ? who : undefined;
  const ofKey: Record<string, string> = typeof who === 'string' ? { 'x-api-key': who } : {};
  return {
    url,
    async call(method, path, reply, options = {}) {
      const address = new URL(`/api/v1${path}`, url);
      for (const [name, value] of Object.entries(options.query ?? {}))
        if (value !== undefined) address.searchParams.set(name, String(value));
      const deadline = AbortSignal.timeout(DEADLINE_MS + (options.extraMs ?? 0));
      const send = (headers: Record<string, string>) =>
        fetch(address, {
          method,
          headers: {
            ...headers,
            ...(options.body !== undefined && { 'content-type': 'application/json' }),
            ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
          },
          ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
          signal: options.signal ? AbortSignal.any([deadline, options.signal]) : deadline,
          redirect: 'error',
        });
      const headers = signOn ? await signOn.headers() : ofKey;
      let status: number;
      let text: string;
      try {
        let response = await send(headers);
        if (response.status === 401 && (await signOn?.renew(headers)))
          response = await send((await signOn?.headers()) ?? {});
        status = response.status;
        text = await response.text();
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof AppError) throw error;
        throw unreachable(url, error);
      }
      const body = parseBody(text);
      if (status >= 200 && status < 300) {
        const parsed = reply.safeParse(body);
        if (parsed.success) return parsed.data;
        throw new AppError(
          'UNREACHABLE',
          `What answers at ${url} does not speak this version's protocol. Check the address and the versions.`,
          { cause: parsed.error },
        );
      }
      const wire = (body as { error?: WireError } | undefined)?.error;
      if (wire) throw fromWire({ ...wire, retryable: status === 429 || status >= 500 }, status);
      if (status >= 500) throw unreachable(url, new Error(`status ${status}`));
      throw new AppError(
        'UNREACHABLE',
        `What answers at ${url} is not an orchestrator (status ${status}). Check the address.`,
      );
    },
  };
}

/** Errors after which the same call may be made again, its outcome being unknown or its refusal temporary. */
export function isTemporary(error: unknown): boolean {
  const temporary: readonly ErrorCode[] = ['UNREACHABLE', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL'];
  return error instanceof AppError && temporary.includes(error.code);
}

function unreachable(url: string, cause: unknown): AppError {
  return new AppError(
    'UNREACHABLE',
    `The orchestrator at ${url} cannot be reached. Check that it runs and that this machine may connect to it.`,
    { retryable: true, cause },
  );
}

function parseBody(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

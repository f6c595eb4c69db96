import { AppError, type ErrorCode } from '@casare/shared';
import type { NodeContext } from '../define-node.ts';
import type { HttpRequest, HttpResponse } from '../resources/http.ts';
import { withDoubt } from './in-doubt.ts';
import { redacted } from './redacted.ts';
import { pauseAsked } from './refusal.ts';

export interface ApiCall {
  /** The service as people call it; begins the sentences of errors. */
  service: string;
  method?: string;
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  body?: HttpRequest['body'];
  /** Whatever of the request must stand in no message: tokens, also those in the address. */
  secrets: readonly string[];
  /** True for what must not happen twice. */
  once: boolean;
  timeoutMs: number;
  maxBytes?: number;
  verifyTls?: boolean;
  /** What the service says is wrong, out of its answer. */
  reasonOf?(data: unknown): string | undefined;
  /** The pause it asks for in its answer, in milliseconds. */
  pauseOf?(data: unknown): number | undefined;
}

export interface ApiAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** JSON where the answer is JSON, else text. */
  data: unknown;
}

/** One call of a service's API. It follows no redirect, so a token goes nowhere else, and no error names the address beyond its host. */
export async function callApi(ctx: NodeContext, call: ApiCall): Promise<ApiAnswer> {
  const { service, method = 'POST', url, headers = {}, json, body, timeoutMs, verifyTls, maxBytes, once } = call;
  let answer: HttpResponse;
  try {
    answer = await ctx.http.request(
      {
        method,
        url,
        headers: {
          accept: 'application/json',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
        maxRedirects: 0,
        timeoutMs,
        ...(verifyTls === undefined ? {} : { verifyTls }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
      },
      ctx.signal,
    );
  } catch (error) {
    throw withoutSecrets(once ? withDoubt(error) : error, url, call.secrets);
  }
  const data = readData(answer);
  if (answer.status >= 200 && answer.status < 300) return { status: answer.status, headers: answer.headers, data };
  const said = call.reasonOf?.(data) ?? (typeof data === 'string' ? data : JSON.stringify(data));
  throw refused(call, answer, redacted(said.trim().slice(0, 500), call.secrets), call.pauseOf?.(data), service);
}

function refused(
  call: ApiCall,
  { status, headers }: HttpResponse,
  said: string,
  pauseMs: number | undefined,
  service: string,
): AppError {
  const { code, cure, retryable } = meaningOf(status, call.once);
  return new AppError(
    code,
    `${service} answered with status ${status}${said === '' ? '' : `: ${said.slice(0, 300)}`}. ${cure}`,
    {
      status,
      retryable,
      details: {
        service,
        status,
        reason: said,
        ...pauseAsked(headers),
        ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
      },
    },
  );
}

function meaningOf(status: number, once: boolean): { code: ErrorCode; cure: string; retryable: boolean } {
  if (status === 401) return { code: 'UNAUTHENTICATED', cure: 'Check the key or token.', retryable: false };
  if (status === 403) return { code: 'FORBIDDEN', cure: 'Check what the key or token may do.', retryable: false };
  if (status === 413) return { code: 'PAYLOAD_TOO_LARGE', cure: 'Send less.', retryable: false };
  if (status === 429) return { code: 'RATE_LIMITED', cure: 'Try again later.', retryable: true };
  // After another fault of the server nobody knows how far it came; only what may happen twice is tried again.
  const retryable = status === 503 || (!once && (status >= 500 || status === 408));
  return {
    code: 'HTTP_FAILED',
    cure: status >= 500 ? 'Try again later.' : 'Check the parameters of the step.',
    retryable,
  };
}

function readData({ body, headers }: HttpResponse): unknown {
  const text = new TextDecoder().decode(body);
  if (!/json/i.test(headers['content-type'] ?? '') && !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withoutSecrets(error: unknown, url: string, secrets: readonly string[]): unknown {
  if (!(error instanceof AppError)) return error;
  const host = URL.canParse(url) ? new URL(url).host : '';
  return new AppError(error.code, redacted(error.message, secrets), {
    retryable: error.retryable,
    details: { host, reason: error.details['reason'] ?? null },
  });
}

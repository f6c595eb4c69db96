import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError } from '@casare/shared';

export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly certificates?: string;
}

const withinMs = 5000;
const mostBytes = 1024 * 1024;

/** One request; follows no redirect, so what is sent goes to the address that was allowed and nowhere else. */
export function requestJson(url: URL, { method, headers, body, certificates }: JsonRequest): Promise<JsonReply> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(unreachable(url, cause));
    const request = send(
      url,
      {
        method,
        agent: false,
        signal: AbortSignal.timeout(withinMs),
        headers: {
          accept: 'application/json',
          ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
        ...(certificates !== undefined && { ca: [certificates] }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > mostBytes) response.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) }));
      },
    );
    request.on('error', fail);
    request.end(text);
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function unreachable(url: URL, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    'SECRET_STORE_FAILED',
    `The store of secrets at ${url.host} cannot be reached: ${why}. Check that it runs and its certificate.`,
    { retryable: true, cause },
  );
}

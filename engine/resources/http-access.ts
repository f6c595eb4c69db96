import { AppError } from '@casare/shared';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HttpAccess, HttpHead, HttpRequest, HttpStream } from './http.ts';
import { acceptedEncodings, readBody, tooLarge } from './http-body.ts';
import { type CookieJar, createCookieJar } from './http-cookies.ts';
import { httpError } from './http-errors.ts';
import { createHttpPool, type HttpPool } from './http-pool.ts';
import { type AddressRules, checkUrl, type LookupAll } from './http-policy.ts';

/**
 * Where a run may connect to. `mayConnect` is asked for every request and every redirect, `mayReach` for every address that a name has;
 * default: everything but cloud metadata addresses, which stay denied.
 */
export interface HttpPolicy extends AddressRules {
  /** Resolves names; default: the machine's own way. */
  lookup?: LookupAll;
}

export interface HttpAccessOptions {
  /** Connections to use; absent: its own, closed with it. */
  pool?: HttpPool;
  /** Sessions with cookies a run may have. Default 5. */
  maxSessions?: number;
}

export interface ClosableHttpAccess extends HttpAccess {
  close(): Promise<void>;
}

const defaults = { timeoutMs: 30_000, maxRedirects: 5, maxBytes: 10 * 1024 * 1024 };
const redirects = new Set([301, 302, 303, 307, 308]);

/** The HTTP of one run: what it still has under way when it ends is broken off. */
export function createHttpAccess(policy: HttpPolicy = {}, options: HttpAccessOptions = {}): ClosableHttpAccess {
  // Connections that were made under other rules must not be shared.
  const shared = policy.lookup === undefined && policy.mayReach === undefined ? options.pool : undefined;
  const pool = shared ?? createHttpPool(policy);
  const ended = new AbortController();
  const jars = new Map<string, CookieJar>();

  function jarOf(session: string): CookieJar {
    let jar = jars.get(session);
    if (!jar) {
      const { maxSessions = 5 } = options;
      if (jars.size >= maxSessions)
        throw new AppError(
          'RESOURCE_QUOTA',
          `A run may have ${maxSessions} HTTP sessions, and has: ${[...jars.keys()].join(', ')}. Use one of these.`,
          { details: { quota: 'httpSessions', max: maxSessions } },
        );
      jars.set(session, (jar = createCookieJar()));
    }
    return jar;
  }

  async function stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream> {
    let url = await checkUrl(request.url, policy);
    let method = request.method.toUpperCase();
    let headers = lowerCase(request.headers ?? {});
    let body = request.body;
    const jar = request.session ? jarOf(request.session) : undefined;
    for (let hop = 0; ; hop++) {
      const cookie = [headers['cookie'], jar?.cookiesFor(url)].filter(Boolean).join('; ');
      const sent = cookie ? { ...headers, cookie } : headers;
      request.beforeSend?.(url, sent, body);
      const answer = await send(url, method, sent, body, request, signal);
      jar?.keep(url, [answer.headers['set-cookie'] ?? []].flat());
      const head = headOf(answer, url);
      const target = redirects.has(answer.statusCode) ? head.headers['location'] : undefined;
      if (target === undefined)
        return {
          ...head,
          body: readBody(
            answer.body,
            head.headers['content-encoding'] ?? '',
            request.maxBytes ?? defaults.maxBytes,
            url.host,
          ),
        };
      answer.body.on('error', () => undefined).destroy();
      if (hop >= (request.maxRedirects ?? defaults.maxRedirects)) throw tooManyRedirects(request, hop, head);
      const next = await checkUrl(new URL(target, url).href, policy);
      if (next.origin !== url.origin)
        headers = without(headers, [
          'authorization',
          'cookie',
          'proxy-authorization',
          ...(request.credentialHeaders ?? []),
        ]);
      if (answer.statusCode === 303 ? method !== 'HEAD' : answer.statusCode < 303 && method === 'POST') {
        method = 'GET';
        body = undefined;
        headers = without(headers, ['content-type', 'content-length', 'content-encoding', 'idempotency-key']);
      }
      url = next;
    }
  }

  async function send(
    url: URL,
    method: string,
    headers: Record<string, string>,
    body: HttpRequest['body'],
    { timeoutMs = defaults.timeoutMs, verifyTls = true, proxyUrl }: HttpRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const agent = await pool.dispatcher({ verifyTls, ...(proxyUrl ? { proxyUrl } : {}) });
    signal.throwIfAborted();
    const length: Record<string, string> = isUpload(body) ? { 'content-length': String(body.length) } : {};
    try {
      return await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers: {
          'accept-encoding': acceptedEncodings,
          'user-agent': 'CasareRPA',
          accept: '*/*',
          ...headers,
          ...length,
        },
        body: isUpload(body) ? Readable.from(body.open(), { objectMode: false }) : (body ?? null),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal,
      });
    } catch (error) {
      throw httpError(error, url, timeoutMs, signal);
    }
  }

  return {
    stream: async (request, signal) => {
      const either = AbortSignal.any([signal, ended.signal]);
      const answer = await stream(request, either);
      return {
        ...answer,
        body: mapErrors(answer.body, new URL(answer.url), request.timeoutMs ?? defaults.timeoutMs, either),
      };
    },
    async request(request, signal) {
      const { timeoutMs = defaults.timeoutMs, maxBytes = defaults.maxBytes } = request;
      const deadline = AbortSignal.timeout(timeoutMs);
      const both = AbortSignal.any([signal, deadline, ended.signal]);
      try {
        const answer = await stream(request, both);
        if (request.method.toUpperCase() !== 'HEAD' && Number(answer.headers['content-length'] ?? 0) > maxBytes) {
          await answer.body[Symbol.asyncIterator]().return?.();
          throw tooLarge(new URL(answer.url).host, maxBytes);
        }
        const chunks: Uint8Array[] = [];
        for await (const chunk of answer.body) chunks.push(chunk);
        return { status: answer.status, headers: answer.headers, url: answer.url, body: Buffer.concat(chunks) };
      } catch (error) {
        // What is no address at all was refused with words of its own.
        throw httpError(error, URL.parse(request.url) ?? new URL('http://unknown'), timeoutMs, both);
      }
    },
    async close() {
      ended.abort(new AppError('RUN_CANCELLED', 'The run has ended, and what it had open is closed.'));
      jars.clear();
      if (!shared) await pool.close();
    },
  };
}

async function* mapErrors(body: AsyncIterable<Uint8Array>, url: URL, timeoutMs: number, signal: AbortSignal) {
  try {
    yield* body;
  } catch (error) {
    throw httpError(error, url, timeoutMs, signal);
  }
}

function headOf(answer: Dispatcher.ResponseData, url: URL): HttpHead {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return { status: answer.statusCode, headers, url: url.href };
}

function tooManyRedirects({ maxRedirects }: HttpRequest, hop: number, { url }: HttpHead): AppError {
  return new AppError(
    'HTTP_FAILED',
    maxRedirects === 0
      ? `"${url}" redirects elsewhere, and the step does not follow redirects. Allow some or use the new address.`
      : `"${url}" is the ${hop + 1}. redirect in a row. Check the address, or allow more redirects.`,
    { details: { url } },
  );
}

function isUpload(body: HttpRequest['body']): body is Exclude<HttpRequest['body'], string | Uint8Array | undefined> {
  return typeof body === 'object' && !(body instanceof Uint8Array);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function without(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

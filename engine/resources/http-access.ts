import { AppError } from '@casare/shared';
import { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import type { HttpAccess, HttpHead, HttpRequest, HttpStream } from './http.ts';
import { acceptedEncodings, readBody, tooLarge } from './http-body.ts';
import { httpError } from './http-errors.ts';
import { checkedLookup, checkUrl, denied, isMetadataAddress, type LookupAll, type MayConnect } from './http-policy.ts';

export interface HttpPolicy {
  /** Asked for every request and every redirect; default: everything but cloud metadata addresses, which stay denied. */
  mayConnect?: MayConnect;
  /** Resolves names; default: the machine's own way. */
  lookup?: LookupAll;
}

export interface ClosableHttpAccess extends HttpAccess {
  close(): Promise<void>;
}

const defaults = { timeoutMs: 30_000, maxRedirects: 5, maxBytes: 10 * 1024 * 1024 };
const redirects = new Set([301, 302, 303, 307, 308]);

/** One pool of connections, opened when a step first needs it and closed with the run. */
export function createHttpAccess(policy: HttpPolicy = {}): ClosableHttpAccess {
  const agents = new Map<boolean, Promise<Agent>>();

  function agentFor(verifyTls: boolean): Promise<Agent> {
    let agent = agents.get(verifyTls);
    if (!agent) agents.set(verifyTls, (agent = createAgent(verifyTls, policy.lookup)));
    return agent;
  }

  async function stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream> {
    let url = await checkUrl(request.url, policy.mayConnect);
    let method = request.method.toUpperCase();
    let headers = lowerCase(request.headers ?? {});
    let body = request.body;
    for (let hop = 0; ; hop++) {
      const answer = await send(url, method, headers, body, request, signal);
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
      const next = await checkUrl(new URL(target, url).href, policy.mayConnect);
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
    { timeoutMs = defaults.timeoutMs, verifyTls = true }: HttpRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const agent = await agentFor(verifyTls);
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
      const answer = await stream(request, signal);
      return {
        ...answer,
        body: mapErrors(answer.body, new URL(answer.url), request.timeoutMs ?? defaults.timeoutMs, signal),
      };
    },
    async request(request, signal) {
      const { timeoutMs = defaults.timeoutMs, maxBytes = defaults.maxBytes } = request;
      const deadline = AbortSignal.timeout(timeoutMs);
      const both = AbortSignal.any([signal, deadline]);
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
        throw httpError(error, new URL(request.url, 'http://unknown'), timeoutMs, signal);
      }
    },
    async close() {
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map(async (agent) => (await agent).destroy()));
    },
  };
}

async function createAgent(verifyTls: boolean, lookup?: LookupAll): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici');
  const connect = buildConnector({ timeout: 10_000, rejectUnauthorized: verifyTls, lookup: checkedLookup(lookup) });
  return new Agent({
    connections: 16,
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        // Looked at once more where the connection really led.
        if (socket?.remoteAddress && isMetadataAddress(socket.remoteAddress)) {
          socket.destroy();
          callback(denied(options.hostname), null);
        } else if (error) callback(error, null);
        else callback(null, socket as NonNullable<typeof socket>);
      }),
  });
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

import { AppError } from '@casare/shared';
import { Agent, buildConnector, type Dispatcher, request as send } from 'undici';
import { type AddressRules, createAddressRules, type LookupAll, refused } from './address-rules.ts';

export interface EgressRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface EgressAnswer {
  readonly status: number;
  /** By small name; of several with one name the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The only way this server connects to addresses that people write down. */
export interface Egress {
  /** Throws ADDRESS_REFUSED where it must not connect, HTTP_FAILED (which may pass by itself) where it could not. Any status is an answer. */
  request(wanted: EgressRequest): Promise<EgressAnswer>;
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Names, `*.example`, addresses and networks that may be asked besides public ones, at any port. */
  readonly allowed: readonly string[];
  readonly lookup?: LookupAll;
  readonly timeoutMs?: number;
}

const maxRedirects = 3;
const maxAnswer = 10 * 1024 * 1024;

export function createEgress({ allowed, lookup, timeoutMs = 15_000 }: EgressOptions): Egress {
  const rules = createAddressRules(allowed, lookup);
  const agent = new Agent({
    connect: checkedConnector(rules),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 64 * 1024,
    // A kept connection would be used without looking at its address again.
    keepAliveTimeout: 1,
    pipelining: 0,
  });

  async function follow(wanted: EgressRequest, signal: AbortSignal): Promise<EgressAnswer> {
    let url = rules.check(wanted.url);
    let headers: Record<string, string> = {
      'accept-encoding': 'identity',
      'user-agent': 'CasareRPA',
      ...wanted.headers,
    };
    for (let hops = 0; ; hops++) {
      const answer = await send(url, {
        dispatcher: agent,
        method: wanted.method ?? 'GET',
        headers,
        ...(wanted.body === undefined ? {} : { body: wanted.body }),
        signal,
      });
      const location = answer.headers['location'];
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode) && typeof location === 'string';
      // What was posted is not posted to somebody else.
      if (!isRedirect || wanted.method === 'POST') return readAnswer(answer, wanted.maxBytes ?? maxAnswer);
      await answer.body.dump();
      if (hops === maxRedirects) throw failed(url.host, `it leads on more than ${maxRedirects} times`, false);
      const next = rules.check(new URL(location, url).href);
      if (next.origin !== url.origin) headers = withoutCredentials(headers);
      url = next;
    }
  }

  return {
    async request(wanted) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const signal = wanted.signal ? AbortSignal.any([deadline, wanted.signal]) : deadline;
      try {
        return await follow(wanted, signal);
      } catch (error) {
        const known = appErrorIn(error);
        if (known) throw known;
        const host = URL.canParse(wanted.url) ? new URL(wanted.url).host : wanted.url.slice(0, 100);
        throw failed(
          host,
          deadline.aborted ? `it took longer than ${timeoutMs / 1000} s` : reasonOf(error),
          true,
          error,
        );
      }
    },
    close: () => agent.destroy(),
  };
}

/** Looks at the address once more when the connection stands: whatever led there, it is the one that counts. */
function checkedConnector(rules: AddressRules): buildConnector.connector {
  const connect = buildConnector({ lookup: rules.lookup, timeout: 10_000 });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    connect(options, (error, socket) => {
      if (error || !socket) {
        callback(error ?? new Error('no connection'), null);
        return;
      }
      const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
      if (rules.mayConnect(address, host)) callback(null, socket);
      else {
        socket.destroy();
        callback(refused(host, 'it is not public'), null);
      }
    });
  };
}

async function readAnswer(answer: Dispatcher.ResponseData, maxBytes: number): Promise<EgressAnswer> {
  if (answer.headers['content-encoding'] !== undefined && answer.headers['content-encoding'] !== 'identity') {
    await answer.body.dump();
    throw failed('the server', 'it compresses its answer although it was asked not to', false);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > maxBytes) throw failed('the server', `its answer has more than ${maxBytes} bytes`, false);
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name.toLowerCase(), first] as const];
    }),
  );
  return { status: answer.statusCode, headers, body: Buffer.concat(chunks) };
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  const secret = /^(authorization|cookie|proxy-authorization|.*(token|key|secret|signature).*)$/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.test(name)));
}

function failed(host: string, why: string, retryable: boolean, cause?: unknown): AppError {
  return new AppError('HTTP_FAILED', `"${host}" gave no answer that can be used: ${why}.`, {
    retryable,
    details: { host },
    cause,
  });
}

function appErrorIn(error: unknown): AppError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof AppError) return at;
  if (error instanceof AggregateError) return error.errors.find((one): one is AppError => one instanceof AppError);
  return undefined;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code || (error instanceof Error ? error.message : String(error));
}

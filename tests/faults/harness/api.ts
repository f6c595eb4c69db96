import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
}

/** REST calls of one key. An answer that did not come, 429 and 503 are unknown: asked again with the same key until there is one. */
export interface Api {
  call<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** Only once; undefined when nothing is known. */
  once<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Body> | undefined>;
}

const PATIENCE_MS = 90_000;

export function createApi(url: string, key: string): Api {
  const once: Api['once'] = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
    } catch {
      return undefined;
    }
  };
  return {
    once,
    async call(method, path, body) {
      const deadline = performance.now() + PATIENCE_MS;
      const headers: Record<string, string> = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
      for (;;) {
        const answer = await once(method, path, body, headers);
        const isUnknown = answer === undefined || answer.status >= 500 || answer.status === 429;
        if (answer !== undefined && !isUnknown) return answer as Answer<never>;
        if (performance.now() > deadline) throw new Error(`${method} ${path} got no answer for ${PATIENCE_MS} ms.`);
        await sleep(100);
      }
    },
  };
}

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Effect {
  /** Path of the address that was posted to, e.g. `/items`. */
  path: string;
  /** The Idempotency-Key, or `''`. */
  key: string;
  body: unknown;
}

/** What really happened outside, as seen by who it happened to. */
export interface EffectLedger extends AsyncDisposable {
  readonly url: string;
  /** Every POST in order, repeats included. */
  readonly effects: readonly Effect[];
  /** The work done: repeats of the same Idempotency-Key count once. */
  done(path?: string): unknown[];
  /** From now on POSTs of this path are taken down, but their answers wait until `release`. */
  hold(path: string): void;
  release(): void;
  /** Every answer from now on takes so long. */
  delay(ms: number): void;
}

export async function startEffectLedger(): Promise<EffectLedger> {
  const effects: Effect[] = [];
  const held = new Set<string>();
  let waiting: (() => void)[] = [];
  let delayMs = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '/';
      if (request.method !== 'POST') return respond(response, { count: effects.length });
      const key = String(request.headers['idempotency-key'] ?? '');
      effects.push({ path, key, body: text === '' ? null : JSON.parse(text) });
      const answer = () => respond(response, { count: effects.filter((one) => one.key === key).length });
      if (held.has(path)) waiting.push(answer);
      else if (delayMs > 0) setTimeout(answer, delayMs);
      else answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects,
    done(path) {
      const byKey = new Map<string, unknown>();
      effects.forEach((one, i) => {
        if (path === undefined || one.path === path) byKey.set(one.key || `without a key ${i}`, one.body);
      });
      return [...byKey.values()];
    },
    hold: (path) => void held.add(path),
    release() {
      held.clear();
      for (const answer of waiting.splice(0)) answer();
      waiting = [];
    },
    delay(ms) {
      delayMs = ms;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respond(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

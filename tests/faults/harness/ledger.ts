import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type EffectClass = 'idempotent' | 'keyed' | 'once';

/** One request that arrived: an effect as its target sees it. */
export interface SeenEffect {
  readonly at: number;
  readonly class: EffectClass;
  /** Which job, by the reference it was submitted with. */
  readonly reference: string;
  /** Which step of it, and in which round. */
  readonly slot: string;
  readonly key: string;
  readonly body: string;
}

/** The outside world: takes down every effect with its key, in a process that no fault reaches. */
export interface Ledger {
  readonly url: string;
  readonly effects: readonly SeenEffect[];
  of(reference: string, slot?: string): SeenEffect[];
  /** Refuses the first `times` requests for a slot (503), after it has written them down as tries. */
  readonly tries: ReadonlyMap<string, number>;
  delay(ms: number): void;
  stop(): Promise<void>;
}

/** `/<class>/<reference>/<slot>`; `/flaky/…` answers 503 twice and counts as keyed the third time. */
export async function startLedger(): Promise<Ledger> {
  const effects: SeenEffect[] = [];
  const byReference = new Map<string, SeenEffect[]>();
  const tries = new Map<string, number>();
  let delayMs = 0;

  function take(request: IncomingMessage, body: string): number {
    const [, kind = '', reference = '', ...rest] = (request.url ?? '/').split('/');
    const slot = rest.join('/');
    const key = String(request.headers['idempotency-key'] ?? '');
    if (kind === 'flaky') {
      const tried = (tries.get(`${reference}/${slot}`) ?? 0) + 1;
      tries.set(`${reference}/${slot}`, tried);
      if (tried <= 2) return 503;
    }
    const effect: SeenEffect = {
      at: Date.now(),
      class: kind === 'once' || kind === 'idempotent' ? kind : 'keyed',
      reference,
      slot,
      key,
      body,
    };
    effects.push(effect);
    const list = byReference.get(reference);
    if (list) list.push(effect);
    else byReference.set(reference, [effect]);
    return 200;
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const status = take(request, body);
      if (delayMs > 0) setTimeout(answer, delayMs, response, status);
      else answer(response, status);
    });
  });
  server.keepAliveTimeout = 1000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects,
    of: (reference, slot) =>
      (byReference.get(reference) ?? []).filter((effect) => slot === undefined || effect.slot === slot),
    tries,
    delay(ms) {
      delayMs = ms;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: status === 200 }));
}

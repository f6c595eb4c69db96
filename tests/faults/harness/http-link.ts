import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** What may happen to one request, each with its share (0 … 1) of all. */
export interface HttpFaults {
  /** Cut before the server sees it. */
  readonly lost?: number;
  /** The server does it, the answer is lost. */
  readonly answerLost?: number;
  /** Sent again while the first is under way, up to four times. */
  readonly duplicated?: number;
  /** Sent a second time seconds later, when nobody expects it. */
  readonly replayed?: number;
  /** Held for up to two seconds, so that later ones overtake it. */
  readonly held?: number;
}

/** One exchange, as it went by. */
export interface TapEntry {
  readonly at: number;
  /** Whose link it was. */
  readonly from: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
  /** Sent by the link and not by the client. */
  readonly copy: boolean;
}

/** A wire of one client to the orchestrators: understands HTTP, spreads requests over those that live, and does harm on order. */
export interface HttpLink {
  readonly url: string;
  set(faults: HttpFaults): void;
  /** No request passes until mended. */
  isolate(isolated: boolean): void;
  readonly harmed: Readonly<Record<keyof HttpFaults, number>>;
  /** Resolves when no replay is due any more. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface LinkOptions {
  readonly name: string;
  /** Ports of the orchestrators, dead ones included. */
  readonly targets: () => readonly number[];
  readonly random: Random;
  tap(entry: TapEntry): void;
}

interface Sent {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly answer: Buffer;
}

const LONGEST_TAP = 20_000;

export async function startHttpLink({ name, targets, random, tap }: LinkOptions): Promise<HttpLink> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const harmed = { lost: 0, answerLost: 0, duplicated: 0, replayed: 0, held: 0 };
  const open = new Set<Socket>();
  const replays = new Set<Promise<unknown>>();
  let faults: HttpFaults = {};
  let isolated = false;
  let turn = 0;

  function strikes(kind: keyof HttpFaults): boolean {
    const share = faults[kind] ?? 0;
    if (share === 0 || !random.chance(share)) return false;
    harmed[kind]++;
    return true;
  }

  async function deliver(request: IncomingMessage, body: Buffer, copy: boolean): Promise<Sent> {
    const ports = targets();
    for (let tried = 0; ; tried++) {
      const port = ports[turn++ % ports.length] ?? 0;
      try {
        const sent = await sendOn(agent, port, request, body);
        tap({
          at: Date.now(),
          from: name,
          method: request.method ?? '',
          path: request.url ?? '',
          body: body.toString('utf8').slice(0, LONGEST_TAP),
          status: sent.status,
          answer: sent.answer.toString('utf8').slice(0, LONGEST_TAP),
          copy,
        });
        return sent;
      } catch (error) {
        // Nobody listened, so nothing was done: another may have it.
        if ((error as { code?: string }).code !== 'ECONNREFUSED' || tried >= ports.length) throw error;
      }
    }
  }

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (isolated || strikes('lost')) return void request.socket.destroy();
    if (strikes('held')) await sleep(random.int(50, 2000));
    const copies = strikes('duplicated') ? random.int(1, 4) : 0;
    const answers = [deliver(request, body, false)];
    for (let i = 0; i < copies; i++) answers.push(deliver(request, body, true));
    if (strikes('replayed')) {
      const later = sleep(random.int(1000, 8000)).then(() => deliver(request, body, true));
      const settled = later.catch(() => undefined).finally(() => replays.delete(settled));
      replays.add(settled);
    }
    const [sent] = await Promise.allSettled(answers);
    if (sent?.status !== 'fulfilled' || isolated || strikes('answerLost')) return void request.socket.destroy();
    const { status, headers, answer } = sent.value;
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = headers;
    response.writeHead(status, kept).end(answer);
  }

  const server = createServer((request, response) => {
    carry(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
  });
  server.on('upgrade', (request, near: Socket, head) => {
    const ports = targets();
    const far = connect(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    if (isolated) return end();
    const headers = Object.entries(request.headers).map(([key, value]) => `${key}: ${String(value)}`);
    far.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    far.write(head);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    harmed,
    set(next) {
      faults = next;
    },
    isolate(yes) {
      isolated = yes;
      if (yes) endAll();
    },
    async settled() {
      while (replays.size > 0) await Promise.all(replays);
    },
    async stop() {
      endAll();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendOn(agent: Agent, port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const { connection: _, 'transfer-encoding': __, ...kept } = headers;
    const out = send(
      { agent, host: '127.0.0.1', port, method, path: url, headers: { ...kept, 'content-length': body.length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, answer: Buffer.concat(chunks) }),
        );
      },
    );
    out.on('error', reject);
    out.end(body);
  });
}

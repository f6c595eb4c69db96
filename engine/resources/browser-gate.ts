import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpPolicy } from './http-access.ts';
import { checkedLookup, checkUrl } from './http-policy.ts';

/** What the browsers of a run connect through, where the machine limits what runs may reach. */
export interface BrowserGate {
  /** Address of the proxy a browser is started with; one that an author chose is held against the rules instead. */
  proxyFor(chosen: string | undefined): Promise<string>;
  /** Throws unless a run may connect to this `host:port`, or address. */
  check(address: string): Promise<void>;
  close(): Promise<void>;
}

const REFUSAL = 'The settings of this machine do not let a run connect to this address.';

/**
 * A proxy on this machine that looks up every name once, holds all of its addresses against the policy and connects to one of these.
 * Everything a page asks for passes it, sockets and the requests of workers included, so no name server can lead round the rules.
 */
export function createBrowserGate(policy: HttpPolicy): BrowserGate {
  const lookup = checkedLookup(policy.lookup, policy.mayReach);
  let server: Promise<Server> | undefined;
  const tunnels = new Set<Duplex>();

  async function checkPlace(place: string): Promise<void> {
    const url = await checkUrl(place.includes('://') ? place.replace(/^\w+:/, 'http:') : `http://${place}`, policy);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) return;
    await new Promise<void>((resolve, reject) => {
      lookup(host, { all: true }, (error) => (error ? reject(error) : resolve()));
    });
  }

  function forward(asked: IncomingMessage, answer: ServerResponse): void {
    const refuse = (status: number, text: string) => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    };
    const url = URL.parse(asked.url ?? '');
    if (url?.protocol !== 'http:') return refuse(400, 'This is a proxy for the browsers of a run.');
    checkUrl(url.href, policy).then(
      () => {
        const { 'proxy-connection': _, 'proxy-authorization': __, ...headers } = asked.headers;
        const host = url.hostname.replace(/^\[|\]$/g, '');
        const onward = request({
          host,
          port: url.port || 80,
          method: asked.method,
          path: url.pathname + url.search,
          headers,
          lookup,
        });
        onward.on('response', (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        });
        onward.on('error', (error) => refuse(isDenial(error) ? 403 : 502, isDenial(error) ? REFUSAL : error.message));
        answer.on('close', () => onward.destroy());
        asked.pipe(onward);
      },
      () => refuse(403, REFUSAL),
    );
  }

  async function tunnel(asked: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    client.on('error', () => client.destroy());
    const refuse = (error: unknown) =>
      client.end(`HTTP/1.1 ${isDenial(error) ? '403 Forbidden' : '502 Bad Gateway'}\r\n\r\n`);
    try {
      const url = await checkUrl(`https://${asked.url}/`, policy);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const server = connect({ host, port: Number(url.port || 443), lookup });
      tunnels.add(server);
      server.once('close', () => tunnels.delete(server));
      server.once('connect', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) server.write(head);
        server.pipe(client).pipe(server);
      });
      server.on('error', (error) => (server.connecting || server.pending ? refuse(error) : client.destroy()));
      client.once('close', () => server.destroy());
    } catch (error) {
      refuse(error);
    }
  }

  function start(): Promise<Server> {
    return new Promise((resolve, reject) => {
      const made = createServer(forward);
      made.on('connect', (asked, client, head) => void tunnel(asked, client, head));
      made.once('error', reject);
      made.listen(0, '127.0.0.1', () => resolve(made.unref()));
    });
  }

  return {
    async proxyFor(chosen) {
      if (chosen !== undefined) {
        await checkPlace(chosen);
        return chosen;
      }
      server ??= start();
      return `http://127.0.0.1:${((await server).address() as AddressInfo).port}`;
    },
    check: checkPlace,
    async close() {
      for (const socket of tunnels) socket.destroy();
      const open = await server;
      open?.closeAllConnections();
      open?.close();
    },
  };
}

function isDenial(error: unknown): boolean {
  return (error as { details?: { denied?: unknown } }).details?.denied === true;
}

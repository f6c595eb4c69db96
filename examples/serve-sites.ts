// The sites that the example workflows work with. As a program: npx node examples/serve-sites.ts --port 4790
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Answer, type Asked, json } from './site-server/answer.ts';
import { createForm } from './site-server/form.ts';
import { createOrders } from './site-server/orders.ts';
import { createShop } from './site-server/shop.ts';

export interface Sites {
  /** Address for the input `site` of the workflows, without a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

const folder = join(import.meta.dirname, 'sites');

/** Serves shop, form, order service and API on loopback; what they remember goes with `stop`. */
export async function startSites({ port = 0 }: { port?: number } = {}): Promise<Sites> {
  const handlers = [createShop(folder), createForm(folder), createOrders(), serveFiles];
  const server = createServer((request, response) => {
    void readAsked(request)
      .then((asked) => handlers.reduce<Answer | undefined>((answer, handle) => answer ?? handle(asked), undefined))
      .catch((): Answer => json({ error: 'This request cannot be read.' }, 400))
      .then((answer = json({ error: 'There is nothing at this address.' }, 404)) => {
        response.writeHead(answer.status ?? 200, {
          'content-type': answer.type ?? 'text/plain',
          'cache-control': 'no-store',
          ...(answer.location ? { location: answer.location } : {}),
        });
        response.end(answer.body);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serveFiles({ method, url }: Asked): Answer | undefined {
  if (method !== 'GET') return undefined;
  switch (url.pathname) {
    case '/':
      return { type: 'text/html; charset=utf-8', body: readFileSync(join(folder, 'index.html')) };
    case '/assets/site.css':
      return { type: 'text/css; charset=utf-8', body: readFileSync(join(folder, 'assets/site.css')) };
    case '/api/customers':
      return { type: 'application/json; charset=utf-8', body: readFileSync(join(folder, 'customers.json')) };
    case '/favicon.ico':
      return { status: 204, body: '' };
    default:
      return undefined;
  }
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 65_536) throw new Error('too large');
    chunks.push(chunk);
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4790' } } });
  const sites = await startSites({ port: Number(values.port) });
  console.log(`sites ${sites.url}`);
  const stop = () => void sites.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

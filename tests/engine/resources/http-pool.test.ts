import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { HttpRequest } from '../../../engine/resources/http.ts';
import { createHttpAccess, type HttpAccessOptions } from '../../../engine/resources/http-access.ts';
import { createHttpPool } from '../../../engine/resources/http-pool.ts';
import { waitFor } from '../../support/wait-for.ts';

let connected = 0;
const seen: IncomingMessage[] = [];
const site = await listen(
  createServer((request, response) => {
    seen.push(request);
    const path = request.url ?? '';
    if (path === '/never') return;
    if (path === '/pour') {
      response.write('x');
      return;
    }
    if (path === '/bomb') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(12 * 1024 * 1024)));
      return;
    }
    if (path === '/login') response.setHeader('set-cookie', ['id=7; Path=/; HttpOnly', 'seen=1; Path=/shop']);
    if (path === '/leave') response.setHeader('set-cookie', 'id=; Path=/; Max-Age=0');
    if (path === '/on') response.writeHead(302, { location: '/shop/cart', 'set-cookie': 'on=1; Path=/' });
    response.end(request.headers.cookie ?? '');
  }),
);
site.server.on('connection', () => connected++);

async function listen(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function openRun(options: HttpAccessOptions = {}) {
  const http = createHttpAccess({}, options);
  onTestFinished(() => http.close());
  const get = async (path: string, more: Partial<HttpRequest> = {}) => {
    const signal = new AbortController().signal;
    const answer = await http.request({ method: 'GET', url: site.url + path, ...more }, signal);
    return Buffer.from(answer.body).toString();
  };
  return { http, get };
}

describe('runs of one process', () => {
  it('use the same connections, one after the other', async () => {
    const pool = createHttpPool();
    onTestFinished(() => pool.close());
    const before = connected;
    for (let i = 0; i < 20; i++) {
      const { http, get } = openRun({ pool });
      await get('/');
      await http.close();
    }
    expect(connected - before).toBeLessThan(5);
  });

  it('have 16 connections to one site at most', async () => {
    const pool = createHttpPool();
    const runs = [openRun({ pool }), openRun({ pool })];
    const stop = new AbortController();
    const asked = runs.flatMap(({ http }) =>
      Array.from({ length: 15 }, () => http.request({ method: 'GET', url: `${site.url}/never` }, stop.signal)),
    );
    const settled = Promise.allSettled(asked);
    const waiting = () => seen.filter(({ url }) => url === '/never').length;
    await waitFor(() => waiting() === 16);
    stop.abort(new Error('enough'));
    await settled;
    await pool.close();
    expect(waiting()).toBe(16);
  });

  it('leave the requests of others alone when they end, and break off their own', async () => {
    const pool = createHttpPool();
    onTestFinished(() => pool.close());
    const [one, other] = [openRun({ pool }), openRun({ pool })];
    const signal = new AbortController().signal;
    const mine = await one.http.stream({ method: 'GET', url: `${site.url}/pour` }, signal);
    const theirs = await other.http.stream({ method: 'GET', url: `${site.url}/pour` }, signal);
    const [first, second] = [mine.body[Symbol.asyncIterator](), theirs.body[Symbol.asyncIterator]()];
    await Promise.all([first.next(), second.next()]);
    const rest = first.next().catch((error: unknown) => error);
    await one.http.close();
    expect(await rest).toMatchObject({ code: 'RUN_CANCELLED' });
    const still = await Promise.race([
      second.next().then(
        () => 'ended',
        () => 'failed',
      ),
      one.get('/').catch(({ code }: { code: string }) => `open, and the run that ended: ${code}`),
    ]);
    expect(still).toBe('open, and the run that ended: RUN_CANCELLED');
  });
});

describe('a session', () => {
  it('keeps cookies as a browser does, apart from other sessions', async () => {
    const { get } = openRun();
    await get('/login', { session: 'a' });
    expect(await get('/', { session: 'a' })).toBe('id=7');
    expect(await get('/shop/cart', { session: 'a' })).toBe('seen=1; id=7');
    expect(await get('/', { session: 'b' })).toBe('');
    expect(await get('/')).toBe('');
    expect(await get('/', { session: 'a', headers: { Cookie: 'own=1' } })).toBe('own=1; id=7');
    await get('/leave', { session: 'a' });
    expect(await get('/', { session: 'a' })).toBe('');
  });

  it('takes cookies along a redirect', async () => {
    const { get } = openRun();
    expect(await get('/on', { session: 'a' })).toBe('on=1');
  });

  it('is one of five in a run', async () => {
    const { get } = openRun();
    for (const session of ['a', 'b', 'c', 'd', 'e', 'a']) await get('/', { session });
    await expect(get('/', { session: 'f' })).rejects.toMatchObject({
      code: 'RESOURCE_QUOTA',
      message: expect.stringContaining('a, b, c, d, e'),
    });
  });
});

it('a body that unpacks to more than a hundred times its size is refused', async () => {
  const { get } = openRun();
  await expect(get('/bomb', { maxBytes: 100 * 1024 * 1024 })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

describe('a proxy', () => {
  it('is asked with its name and password, and carries the request', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = await listen(
      createServer((incoming, response) => {
        asked.push(incoming.headers['proxy-authorization']);
        const { host, cookie } = incoming.headers;
        get(new URL(incoming.url ?? ''), { headers: { host, cookie } }, (answer) => answer.pipe(response));
      }),
    );
    const run = openRun();
    const proxyUrl = proxy.url.replace('//', '//ada:pass%20word@');
    expect(await run.get('/', { proxyUrl, headers: { cookie: 'x=1' } })).toBe('x=1');
    expect(asked).toEqual([`Basic ${Buffer.from('ada:pass word').toString('base64')}`]);
  });

  it('that is a metadata address is refused', async () => {
    const { get } = openRun();
    await expect(get('/', { proxyUrl: 'http://169.254.169.254:80' })).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      details: { denied: true },
    });
  });
});

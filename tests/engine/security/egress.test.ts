import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkPolicy } from '@casare/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowserGate } from '../../../engine/resources/browser-gate.ts';
import { reachServer } from '../../../engine/resources/databases/reach-server.ts';
import { createHttpAccess, type HttpPolicy } from '../../../engine/resources/http-access.ts';
import type { LookupAll } from '../../../engine/resources/http-policy.ts';
import { findAddress } from '../../../engine/resources/remotes/find-address.ts';
import { connectionsDuring } from './connection-watch.ts';
import { INTERNAL, INTERNAL_6, METADATA, urlsOf } from './hostile-hosts.ts';

const signal = new AbortController().signal;
/** Local addresses that somebody connected to, and what was asked for. */
const visits: { at: string | undefined; path: string }[] = [];
let server: Server;
let port = 0;
const redirects = new Map<string, string>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const to = redirects.get(request.url ?? '');
    if (to === undefined) response.end('hello');
    else response.writeHead(302, { location: to }).end();
  });
  server.on('connection', (socket) => visits.push({ at: socket.localAddress, path: '' }));
  // All addresses of this machine: what passes the rules arrives.
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const names: Record<string, string[]> = {
  'front.example': ['127.0.0.1'],
  'cloud.example': ['169.254.169.254'],
  'mixed.example': ['127.0.0.1', '169.254.169.254'],
  'mapped.example': ['::ffff:169.254.169.254'],
  'nat.example': ['64:ff9b::a9fe:a9fe'],
  'inside.example': ['10.0.0.1'],
  'loop.example': ['127.0.0.2'],
  'loop6.example': ['::1'],
  'half.example': ['93.184.216.34', '10.0.0.1'],
  'ula.example': ['fd12::1'],
  localhost: ['127.0.0.2'],
  'localhost.': ['127.0.0.2'],
  'metadata.google.internal': ['169.254.169.254'],
  'xn--bcher-kva.example': ['192.168.1.1'],
  'sub.front.example': ['127.0.0.2'],
  'front.example.evil.example': ['127.0.0.2'],
};
const lookup: LookupAll = (name, _options, callback) => {
  const found = names[name.toLowerCase()];
  if (!found) callback(Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' }), []);
  else
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
};

const open: HttpPolicy = { ...networkPolicy({ mode: 'open', allowed: [] }), lookup };
const strict: HttpPolicy = { ...networkPolicy({ mode: 'strict', allowed: ['front.example', '127.0.0.1'] }), lookup };

/** Asks for each and gives those that were answered; what is refused must be refused in words of ours. */
async function answered(policy: HttpPolicy, urls: readonly string[]): Promise<string[]> {
  const http = createHttpAccess(policy);
  const passed: string[] = [];
  for (const url of urls) {
    const outcome = await http.request({ method: 'GET', url, timeoutMs: 2000 }, signal).then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    );
    if (outcome === 'answered') passed.push(url);
    else if (outcome !== 'HTTP_FAILED') passed.push(`${url} ${outcome}`);
  }
  await http.close();
  return passed;
}

const strictUrls = () => [
  ...[...METADATA, ...INTERNAL].flatMap((address) => urlsOf(address, port)),
  ...INTERNAL_6.map((address) => `http://[${address}]:${port}/`),
  ...Object.keys(names)
    .filter((name) => name !== 'front.example' && name !== 'mixed.example')
    .map((name) => `http://${name}:${port}/`),
  `http://BÜCHER.example:${port}/`,
  `http://ｌｏｃａｌｈｏｓｔ:${port}/`,
  `http://LOCALHOST:${port}/`,
];

describe('the strict network', () => {
  test('is never left, by more than 700 ways to write where to', async () => {
    const urls = strictUrls();
    expect(urls.length).toBeGreaterThan(700);
    visits.length = 0;
    const tried = await connectionsDuring(async () => {
      expect(await answered(strict, urls)).toEqual([]);
    });
    expect(tried).toEqual([]);
    expect(visits).toEqual([]);
  });

  test('reaches what is listed, by name and by number', async () => {
    const urls = [
      `http://front.example:${port}/`,
      `http://FRONT.example:${port}/`,
      `http://127.0.0.1:${port}/`,
      `http://2130706433:${port}/`,
    ];
    expect(await answered(strict, urls)).toEqual(urls);
  });

  test('is not left by a redirect, nor by a chain of them, nor to another scheme', async () => {
    const targets = [
      ...strictUrls().filter(
        (url, i) => i % 9 === 0 && /^[!-~]+$/.test(url) && /^(?!http:)|^http:(\/\/|\\\\)/.test(url),
      ),
      'file:///etc/passwd',
      'ftp://127.0.0.2/',
      'data:text/plain,a',
    ];
    redirects.clear();
    const urls = targets.flatMap((target, i) => {
      redirects.set(`/once/${i}`, target);
      redirects.set(`/chain/${i}`, `/chain/${i}/b`);
      redirects.set(`/chain/${i}/b`, `http://front.example:${port}/once/${i}`);
      return [`http://front.example:${port}/once/${i}`, `http://127.0.0.1:${port}/chain/${i}`];
    });
    visits.length = 0;
    const tried = await connectionsDuring(async () => {
      expect(await answered(strict, urls)).toEqual([]);
    });
    expect(new Set(tried)).toEqual(new Set(['127.0.0.1']));
    expect(new Set(visits.map(({ at }) => at))).toEqual(new Set(['127.0.0.1']));
  });

  test.each([
    ['the name server changes its mind', ['127.0.0.1', '127.0.0.2']],
    ['it had the other first', ['127.0.0.2', '127.0.0.1']],
  ])('is not left when %s', async (_name, [first, second]) => {
    let asked = 0;
    const rebinding: HttpPolicy = {
      ...networkPolicy({ mode: 'strict', allowed: ['127.0.0.1'] }),
      lookup: (_host, _options, callback) =>
        callback(null, [{ address: (asked++ % 2 === 0 ? first : second) as string, family: 4 }]),
    };
    visits.length = 0;
    for (let round = 0; round < 100; round++) await answered(rebinding, [`http://r${round}.example:${port}/`]);
    expect(asked).toBe(100);
    expect(new Set(visits.map(({ at }) => at))).toEqual(new Set(['127.0.0.1']));
    expect(visits).toHaveLength(50);
  });

  test('holds for proxies', async () => {
    const http = createHttpAccess(strict);
    visits.length = 0;
    const tried = await connectionsDuring(async () => {
      for (const proxyUrl of [
        `http://127.0.0.2:${port}`,
        `http://loop.example:${port}`,
        `http://user:pass@loop6.example:${port}`,
        `http://cloud.example`,
      ])
        for (const url of ['http://front.example/', 'https://front.example/'])
          await expect(http.request({ method: 'GET', url, proxyUrl, timeoutMs: 2000 }, signal)).rejects.toMatchObject({
            code: 'HTTP_FAILED',
          });
    });
    await http.close();
    expect([tried, visits]).toEqual([[], []]);
  });
});

describe('mail, file transfer and databases', () => {
  const hosts = [
    ...METADATA,
    ...INTERNAL,
    ...INTERNAL_6,
    ...Object.keys(names).filter((name) => !/^(front|mixed)\.example$/.test(name)),
  ];

  test('go where the strict network allows, and nowhere else', async () => {
    const tried = await connectionsDuring(async () => {
      for (const host of hosts) {
        for (const scheme of ['smtp', 'imap', 'ftp', 'ssh'])
          await expect(findAddress({ scheme, host, port, timeoutMs: 1000 }, strict, signal)).rejects.toMatchObject({
            code: expect.stringMatching(/HTTP_FAILED|CONNECTION_FAILED/),
          });
        for (const kind of ['postgres', 'mysql'] as const)
          await expect(connectTo(kind, host)).rejects.toThrow(/must not connect|^no |no address|is no host/);
      }
    });
    expect(tried).toEqual([]);
    expect(await findAddress({ scheme: 'smtp', host: 'front.example', port, timeoutMs: 1000 }, strict, signal)).toBe(
      '127.0.0.1',
    );
    await connectTo('postgres', 'front.example');
  });

  async function connectTo(kind: 'postgres' | 'mysql', host: string): Promise<void> {
    const target = {
      kind,
      host,
      port,
      user: '',
      password: '',
      database: '',
      tls: 'off',
      ca: '',
      connectTimeoutMs: 1000,
    } as unknown as Parameters<typeof reachServer>[0];
    const socket = (await reachServer(target, strict))();
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.connect(port, host);
    });
    socket.destroy();
  }
});

describe('the open network', () => {
  test('never leads to cloud metadata', async () => {
    const urls = [
      ...METADATA.flatMap((address) => urlsOf(address, port)),
      ...['cloud', 'mixed', 'mapped', 'nat'].map((name) => `http://${name}.example:${port}/`),
      `http://metadata.google.internal:${port}/`,
      'http://[fd00:ec2::254]/',
      'http://[fe80::a9fe:a9fe]/',
    ];
    expect(urls.length).toBeGreaterThan(200);
    const tried = await connectionsDuring(async () => {
      expect(await answered(open, urls)).toEqual([]);
    });
    expect(tried).toEqual([]);
    const http = createHttpAccess(open);
    const proxied = http.request(
      { method: 'GET', url: 'http://front.example/', proxyUrl: 'http://cloud.example', timeoutMs: 2000 },
      signal,
    );
    await expect(proxied).rejects.toMatchObject({ code: 'HTTP_FAILED' });
    await http.close();
  });

  test('leads into the own network, which robots are for', async () => {
    const urls = [`http://127.0.0.1:${port}/`, `http://loop.example:${port}/`, `http://0x7f.1:${port}/`];
    expect(await answered(open, urls)).toEqual(urls);
  });
});

describe('the gate of browsers', () => {
  test('refuses what the rules refuse, for requests and for tunnels', async () => {
    const gate = createBrowserGate(strict);
    const proxyUrl = await gate.proxyFor(undefined);
    // Asked as a browser asks it: the address in full to the proxy, or CONNECT.
    const through = createHttpAccess({});
    const tried = await connectionsDuring(async () => {
      for (const name of [
        'loop.example',
        'inside.example',
        'half.example',
        'cloud.example',
        '127.0.0.2',
        '10.0.0.1',
        '[::1]',
      ]) {
        const url = `://${name}:${port}/`;
        for (const scheme of ['http', 'https']) {
          const answer = await through
            .request({ method: 'GET', url: scheme + url, proxyUrl, timeoutMs: 2000 }, signal)
            .then(
              ({ status }) => status,
              () => 403,
            );
          expect([scheme + url, answer]).toEqual([scheme + url, 403]);
        }
      }
    });
    expect(tried.filter((address) => address !== '127.0.0.1')).toEqual([]);
    const answer = await through.request({ method: 'GET', url: `http://front.example:${port}/a`, proxyUrl }, signal);
    expect([answer.status, String(Buffer.from(answer.body))]).toEqual([200, 'hello']);
    for (const chosen of ['127.0.0.2:3128', 'http://loop.example:3128', 'socks5://10.0.0.1:1080'])
      await expect(gate.proxyFor(chosen)).rejects.toMatchObject({ code: 'HTTP_FAILED' });
    expect(await gate.proxyFor('http://front.example:3128')).toBe('http://front.example:3128');
    await through.close();
    await gate.close();
  });
});

test.each([
  '',
  '*',
  'a b',
  '10.0.0.0/33',
  '300.1.1.1',
  '1.2.3',
  '0x7f.1',
  'a..b',
  'fe80::1%lo',
  '-a.example',
  '*.*.example',
  'http://a.example',
])('"%s" is no host a list may hold', (entry) => {
  expect(() => networkPolicy({ mode: 'strict', allowed: [entry] })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
});

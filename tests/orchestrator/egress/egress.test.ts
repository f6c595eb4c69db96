import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LookupAll } from '../../../orchestrator/egress/address-rules.ts';
import { createEgress, type Egress } from '../../../orchestrator/egress/egress.ts';

/** Answers of a name server that changes them from question to question. */
const zones: Record<string, string[][]> = {
  'inside.example': [['127.0.0.1']],
  'both.example': [['127.0.0.2', '127.0.0.1']],
  'mapped.example': [['::ffff:127.0.0.1']],
  'sixtofour.example': [['2002:7f00:1::']],
  'nat64.example': [['64:ff9b::7f00:1']],
  'unique-local.example': [['fd00::1']],
  'shared.example': [['100.64.0.1']],
  'metadata.example': [['169.254.169.254']],
  'zero.example': [['0.0.0.0']],
  // Allowed when it is checked, another one when it is connected to.
  'rebinding.example': [['127.0.0.2'], ['127.0.0.1']],
};
const asked = new Map<string, number>();
const lookup: LookupAll = (hostname, _options, callback) => {
  const n = asked.get(hostname) ?? 0;
  asked.set(hostname, n + 1);
  const answers = zones[hostname];
  const found = answers?.[Math.min(n, answers.length - 1)];
  if (found)
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  else callback(Object.assign(new Error(`${hostname} is unknown`), { code: 'ENOTFOUND' }), []);
};

let server: Server;
let port: number;
let hits: IncomingMessage[] = [];
let serve: (request: IncomingMessage) => { status?: number; headers?: Record<string, string>; body?: string } =
  () => ({});
let strict: Egress;
let open: Egress;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push(request);
    const { status = 200, headers = {}, body = 'ok' } = serve(request);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  ({ port } = server.address() as AddressInfo);
  strict = createEgress({ allowed: [], lookup, timeoutMs: 2000 });
  open = createEgress({ allowed: ['127.0.0.1', 'inside.example', 'second.example'], lookup, timeoutMs: 2000 });
});
afterAll(async () => {
  await Promise.all([strict.close(), open.close()]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const hosts = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '0177.1',
    '017700000001',
    '127.0.0.1.',
    '127.255.255.254',
  ],
  ...[
    '0',
    '0.0.0.0',
    '0.0.0.1',
    '0x0',
    '00',
    '10.0.0.1',
    '10.255.255.255',
    '167772161',
    '0xa000001',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...[
    '192.168.0.1',
    '192.168.255.255',
    '3232235521',
    '0xc0a80001',
    '169.254.0.1',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
  ],
  ...[
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '192.0.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
  ],
  ...['203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[::ffff:169.254.169.254]',
  ],
  ...[
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::]',
  ],
  ...[
    '[2002:c0a8:1::1]',
    '[2001::1]',
    '[2001:0:7f00:1::]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fdff::1]',
    '[fe80::1]',
  ],
  ...[
    '[fe80::a9fe:a9fe]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ff0e::1]',
    '[4000::1]',
    '[8000::1]',
    '[100::1]',
    '[5f00::1]',
  ],
  ...[
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127．0．0．1',
    '１２７.1',
    '⑩.0.0.1',
    '%31%32%37.0.0.1',
    '127%2e0%2e0%2e1',
    '0x7F.0.0.1',
    '1２7.0.0.1',
  ],
  ...Object.keys(zones),
  ...[
    'INSIDE.example',
    'inside.example.',
    'ınside.example',
    'inside。example',
    'in\u00adside.example',
    'ｉｎｓｉｄｅ.example',
  ],
];
const forms = [
  (host: string) => `http://${host}:${port}/`,
  (host: string) => `http://${host}/`,
  (host: string) => `http://user:secret@${host}:${port}/`,
  (host: string) => `http:\\\\${host}:${port}\\`,
];
const odd = () => [
  `file:///etc/passwd`,
  `ftp://127.0.0.1:${port}/`,
  `gopher://127.0.0.1:${port}/_GET`,
  `data:text/plain,x`,
  `blob:http://127.0.0.1:${port}/x`,
  `ws://127.0.0.1:${port}/`,
  `unix:/var/run/docker.sock`,
  `//127.0.0.1:${port}/`,
  `127.0.0.1:${port}`,
  `http://`,
  `http://example.com@127.0.0.1:${port}/`,
  `http://127.0.0.1:${port}#@example.com/`,
  `http://127.0.0.1:${port}?@example.com/`,
  `http://[fe80::1%25lo]:${port}/`,
  `http://[::1%2525]:${port}/`,
  `http://127.0.0.1:${port}\\@example.com/`,
  `http://example.com:22/`,
  `http://example.com:5432/`,
  `http://example.com:${port}/`,
];

test('none of some hundred hostile addresses leads to a connection', async () => {
  hits = [];
  const addresses = [...hosts.flatMap((host) => forms.map((form) => form(host))), ...odd()];
  expect(addresses.length).toBeGreaterThan(400);
  const taken: string[] = [];
  await Promise.all(
    addresses.map((url) =>
      strict.request({ url }).then(
        () => taken.push(url),
        (error: { code?: string }) => {
          if (error.code !== 'ADDRESS_REFUSED' && error.code !== 'HTTP_FAILED') taken.push(`${url}: ${error.code}`);
        },
      ),
    ),
  );
  expect(taken).toEqual([]);
  expect(hits).toEqual([]);
});

test('a name is looked up once: a server that answers otherwise the second time gains nothing', async () => {
  hits = [];
  asked.clear();
  const once = createEgress({ allowed: ['127.0.0.2'], lookup, timeoutMs: 300 });
  await expect(once.request({ url: 'http://rebinding.example/' })).rejects.toMatchObject({ code: 'HTTP_FAILED' });
  expect([asked.get('rebinding.example'), hits]).toEqual([1, []]);
  // Now it says what it is.
  await expect(once.request({ url: 'http://rebinding.example/' })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  await once.close();
});

test('metadata addresses stay closed whatever is allowed', async () => {
  const all = createEgress({ allowed: ['0.0.0.0/0', '::/0', '*.example'], lookup, timeoutMs: 300 });
  for (const url of ['http://169.254.169.254/', 'http://metadata.example/', 'http://[fd00:ec2::254]/'])
    await expect(all.request({ url })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  await all.close();
});

describe('what is allowed', () => {
  test('is asked by address and by name, with what was given', async () => {
    hits = [];
    serve = () => ({ status: 404, headers: { 'x-a': '1' }, body: 'nothing' });
    for (const host of ['127.0.0.1', 'inside.example']) {
      const answer = await open.request({ url: `http://${host}:${port}/a?b=1`, headers: { authorization: 'x' } });
      expect([answer.status, answer.headers['x-a'], answer.body.toString()]).toEqual([404, '1', 'nothing']);
    }
    expect(hits.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/a?b=1', 'x'],
      ['/a?b=1', 'x'],
    ]);
  });

  test('redirects are checked like any address, three at most, and credentials stay with the host they are for', async () => {
    const to = (location: string) => ({ status: 302, headers: { location } });
    hits = [];
    serve = ({ url }) =>
      url === '/inside'
        ? to('http://169.254.169.254/latest')
        : url === '/file'
          ? to('file:///etc/passwd')
          : to('http://[::1]:9/');
    for (const path of ['inside', 'file', 'loop'])
      await expect(open.request({ url: `http://127.0.0.1:${port}/${path}` })).rejects.toMatchObject({
        code: 'ADDRESS_REFUSED',
      });
    expect(hits).toHaveLength(3);

    hits = [];
    serve = ({ headers }) => (headers.host?.startsWith('127') ? to(`http://inside.example:${port}/end`) : {});
    const headers = { authorization: 'Bearer x', 'x-api-key': 'k', 'x-other': 'o' };
    expect((await open.request({ url: `http://127.0.0.1:${port}/`, headers })).status).toBe(200);
    expect(hits[1]?.headers).toMatchObject({ 'x-other': 'o' });
    expect([hits[1]?.headers.authorization, hits[1]?.headers['x-api-key']]).toEqual([undefined, undefined]);

    serve = ({ url }) => to(`/${Number(url?.slice(1)) + 1}`);
    await expect(open.request({ url: `http://127.0.0.1:${port}/1` })).rejects.toThrow('more than 3 times');
  });

  test('answers that are too large, too slow or compressed are not read', async () => {
    serve = () => ({ body: 'x'.repeat(100_000) });
    await expect(open.request({ url: `http://127.0.0.1:${port}/`, maxBytes: 1000 })).rejects.toThrow(
      'more than 1000 bytes',
    );
    serve = () => ({ headers: { 'content-encoding': 'gzip' } });
    await expect(open.request({ url: `http://127.0.0.1:${port}/` })).rejects.toThrow('compresses');
    serve = () => ({ headers: { 'content-length': '1000' }, body: 'x' });
    const impatient = createEgress({ allowed: ['127.0.0.1'], timeoutMs: 200 });
    await expect(impatient.request({ url: `http://127.0.0.1:${port}/` })).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      retryable: true,
    });
    await impatient.close();
  });
});

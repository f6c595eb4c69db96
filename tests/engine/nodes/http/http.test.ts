import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findNode, openNodeBench } from '../run-one.ts';
import { startTestServer } from './test-server.ts';

const bench = await openNodeBench();
const other = await startTestServer((request, response) => response.end(JSON.stringify(request.headers)));
const server = await startTestServer((request, response) => {
  const url = new URL(request.url, 'http://server');
  const status = Number(url.searchParams.get('status') ?? 200);
  switch (url.pathname) {
    case '/json':
      return response.writeHead(status, { 'content-type': 'application/json' }).end('{"a":[1]}');
    case '/bad-json':
      return response.writeHead(200, { 'content-type': 'application/problem+json' }).end('{"a":');
    case '/latin':
      return response
        .writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' })
        .end(Buffer.from([0x47, 0xfc]));
    case '/binary':
      return response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([137, 80, 0]));
    case '/sign-in':
      return response.writeHead(204, { 'set-cookie': 'id=7; Path=/; HttpOnly' }).end();
    case '/empty':
      return response.writeHead(204).end();
    case '/busy':
      return response.writeHead(429, { 'retry-after': '7' }).end('slow down');
    case '/packed': {
      const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[url.searchParams.get('as') ?? ''];
      return response
        .writeHead(200, { 'content-type': 'text/plain', 'content-encoding': url.searchParams.get('as') ?? '' })
        .end(pack?.('packed text'));
    }
    case '/bomb':
      return response
        .writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(40 * 1024 * 1024)));
    case '/damaged':
      return response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end('not gzip');
    case '/large':
      return response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(2 * 1024 * 1024));
    case '/endless': {
      const more = () => response.write('x'.repeat(65_536), () => setImmediate(more));
      response.writeHead(200, { 'content-type': 'text/plain' });
      return more();
    }
    case '/silent':
      return undefined;
    case '/cut':
      response.writeHead(200, { 'content-length': '100' }).write('begin');
      return setTimeout(() => response.destroy(), 20);
    case '/to':
      return response.writeHead(status, { location: url.searchParams.get('to') ?? '' }).end();
    case '/round':
      return response.writeHead(302, { location: '/round' }).end();
    case '/breaking': {
      // Breaks off twice; a change of the file in between is told by a status other than 206.
      const whole = Buffer.from('0123456789'.repeat(1000));
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const etag = url.searchParams.get('etag') ?? undefined;
      if (from > 0 && (url.searchParams.has('changed') || request.headers['if-range'] !== etag))
        return response.writeHead(200).end('another file');
      const headers = { ...(etag === undefined ? {} : { etag }), 'content-length': whole.length - from };
      if (from > 0)
        response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` });
      else response.writeHead(200, headers);
      if (from >= 6000) return response.end(whole.subarray(from));
      return response.write(whole.subarray(from, from + 3000), () => setTimeout(() => response.destroy(), 300));
    }
    case '/report':
      return response
        .writeHead(200, { 'content-type': 'application/pdf', 'content-disposition': url.searchParams.get('as') ?? '' })
        .end('PDF');
    default:
      return response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...request, body: request.body.toString('latin1') }));
  }
});
const at = (path: string) => `${server.url}${path}`;
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;
const request = (path: string, params: Record<string, unknown> = {}) =>
  output('http.request', { url: at(path), ...params });
const refused = (path: string, params: Record<string, unknown> = {}) =>
  bench.fail('http.request', { url: at(path), ...params });

describe('http.request', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('sends %s', async (method) => {
    expect((await request('/echo', { method })).body.method).toBe(method);
  });

  it('asks for the head alone', async () => {
    expect(await request('/json', { method: 'HEAD' })).toMatchObject({ status: 200, ok: true, body: null });
  });

  it('sends query, headers and every kind of body', async () => {
    const params = { query: { a: 'x y', list: [1, 2], none: null }, headers: { 'X-Own': 'yes' } };
    expect((await request('/echo?b=1#part', params)).body).toMatchObject({
      url: '/echo?b=1&a=x+y&list=1&list=2',
      headers: { 'x-own': 'yes' },
    });
    const sent = async (bodyKind: string, body: unknown, contentType = '') =>
      (await request('/echo', { method: 'POST', bodyKind, body, contentType })).body;
    expect(await sent('json', { a: 1 })).toMatchObject({
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await sent('form', { a: 'ü&', b: 2 })).toMatchObject({
      body: 'a=%C3%BC%26&b=2',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(await sent('text', '<a/>', 'application/xml')).toMatchObject({
      body: '<a/>',
      headers: { 'content-type': 'application/xml' },
    });
  });

  it('signs in', async () => {
    const headers = async (params: Record<string, unknown>) => (await request('/echo', params)).body;
    expect((await headers({ auth: 'basic', username: 'ada', password: 'pw' })).headers.authorization).toBe(
      'Basic YWRhOnB3',
    );
    expect((await headers({ auth: 'bearer', token: 't' })).headers.authorization).toBe('Bearer t');
    expect((await headers({ auth: 'apiKey', token: 'k', keyName: 'X-Key' })).headers['x-key']).toBe('k');
    expect((await headers({ auth: 'apiKey', token: 'k', keyName: 'key', keyIn: 'query' })).url).toBe('/echo?key=k');
  });

  it('sends the same Idempotency-Key with every try of POST and PATCH, unless told not to', async () => {
    const key = async (params: Record<string, unknown>) =>
      (await request('/echo', params)).body.headers['idempotency-key'];
    expect(await key({ method: 'POST' })).toBe('effect-key-of-this-step');
    expect(await key({ method: 'PATCH' })).toBe('effect-key-of-this-step');
    expect(await key({ method: 'POST', idempotencyKey: false })).toBeUndefined();
    expect(await key({ method: 'PUT' })).toBeUndefined();
    const effect = (params: object) =>
      findNode('http.request').effectOf?.(findNode('http.request').params.parse({ url: 'http://x', ...params }));
    expect(effect({ method: 'GET' })).toBe('idempotent');
    expect(effect({ method: 'POST' })).toBe('keyed');
    expect(effect({ method: 'POST', idempotencyKey: false })).toBe('once');
    expect(effect({ method: 'DELETE' })).toBe('idempotent');
  });

  it('sends a file as it is, and gives the part of the answer that is asked for', async () => {
    await writeFile(join(bench.folder, 'raw.bin'), Buffer.from([1, 2, 255]));
    const params = { method: 'PUT', bodyKind: 'file', bodyFile: 'raw.bin', contentType: 'image/x-own' };
    const { body } = await request('/echo', params);
    expect(body).toMatchObject({
      body: '\u0001\u0002ÿ',
      headers: { 'content-type': 'image/x-own', 'content-length': '3' },
    });
    expect((await request('/json', { responsePath: 'a[0]' })).body).toBe(1);
    expect((await request('/json', { responsePath: 'b.c' })).body).toBeNull();
  });

  it('takes statuses as worth another try as it is told, and leaves open what happened where it must', async () => {
    expect(await refused('/json?status=409', { retryOn: '409' })).toMatchObject({ retryable: true });
    expect(await refused('/json?status=503', { retryOn: '500' })).toMatchObject({ retryable: false });
    const once = { method: 'POST', idempotencyKey: false };
    expect(await refused('/json?status=500', once)).toMatchObject({ retryable: false });
    expect(await refused('/json?status=503', once)).toMatchObject({ retryable: true });
    expect(await refused('/cut', once)).toMatchObject({ code: 'STEP_IN_DOUBT', retryable: false });
    expect(await refused('/cut', { method: 'POST' })).toMatchObject({ code: 'HTTP_FAILED', retryable: true });
  });

  it('reads the answer by its type, or as it is told', async () => {
    expect((await request('/json')).body).toEqual({ a: [1] });
    expect((await request('/json', { parse: 'text' })).body).toBe('{"a":[1]}');
    expect((await request('/latin')).body).toBe('Gü');
    expect((await request('/binary')).body).toBe('iVAA');
    expect((await request('/empty')).body).toBeNull();
    expect(await refused('/bad-json')).toMatchObject({ code: 'DATA_FORMAT', details: { line: 1 } });
    expect(await refused('/latin', { parse: 'json' })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it.each(['gzip', 'deflate', 'br'])('unpacks %s', async (as) => {
    expect((await request(`/packed?as=${as}`)).body).toBe('packed text');
  });

  it.each([
    [400, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('takes status %d as a failure, retryable: %s', async (status, retryable) => {
    const error = await refused(`/json?status=${status}&token=secret`);
    expect(error).toMatchObject({ code: 'HTTP_FAILED', retryable, details: { status, body: '{"a":[1]}' } });
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  });

  it('knows when to try again, and takes statuses as fine that it is told', async () => {
    expect(await refused('/busy')).toMatchObject({ details: { retryAfterMs: 7000 } });
    expect(await request('/json?status=404', { success: '2xx, 404' })).toMatchObject({ status: 404, ok: false });
    expect(await request('/json?status=302', { success: '200-399' })).toMatchObject({ status: 302 });
  });

  it.each([
    ['/large', { maxMegabytes: 1 }, 'PAYLOAD_TOO_LARGE'],
    ['/endless', { maxMegabytes: 1 }, 'PAYLOAD_TOO_LARGE'],
    ['/bomb', { maxMegabytes: 256 }, 'PAYLOAD_TOO_LARGE'],
    ['/damaged', {}, 'HTTP_FAILED'],
    ['/silent', { timeoutMs: 100 }, 'HTTP_FAILED'],
    ['/endless', { timeoutMs: 100, maxMegabytes: 256 }, 'HTTP_FAILED'],
    ['/cut', {}, 'HTTP_FAILED'],
    ['/round', {}, 'HTTP_FAILED'],
    ['/to?status=302&to=/json', { maxRedirects: 0 }, 'HTTP_FAILED'],
    ['/to?status=302&to=file:///etc/passwd', {}, 'HTTP_FAILED'],
    ['/to?status=302&to=http://169.254.169.254/', {}, 'HTTP_FAILED'],
  ])('is refused by %s %j', async (path, params, code) => {
    expect(await refused(path, params)).toMatchObject({ code });
  });

  it('says in words why there is no answer', async () => {
    expect(await refused('/silent', { timeoutMs: 100 })).toMatchObject({
      retryable: true,
      message: expect.stringContaining('did not answer within 0.1 s'),
    });
    const closed = await bench.fail('http.request', { url: 'http://127.0.0.1:1/' });
    expect(closed).toMatchObject({ retryable: true, message: expect.stringContaining('refused the connection') });
    const unknown = await bench.fail('http.request', { url: 'http://no-such-host.invalid/' });
    expect(unknown).toMatchObject({ retryable: true, message: expect.stringContaining('is not known') });
  });

  it.each(['nonsense', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user:pw@127.0.0.1/', 'data:text/plain,x'])(
    'refuses the address %s',
    async (url) => {
      expect(await bench.fail('http.request', { url })).toMatchObject({ code: 'HTTP_FAILED', retryable: false });
    },
  );
});

describe('a redirect', () => {
  const cases: [number, string, string, string][] = [
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', '{"a":1}'],
    [308, 'PUT', 'PUT', '{"a":1}'],
  ];
  it.each(cases)('%d turns %s into %s', async (status, method, then, body) => {
    const answer = await request(`/to?status=${status}&to=/echo`, { method, bodyKind: 'json', body: { a: 1 } });
    expect(answer).toMatchObject({ url: at('/echo'), body: { method: then, body } });
  });

  it('takes credentials along on the same host and never to another', async () => {
    const params = { auth: 'bearer', token: 'secret', headers: { Cookie: 'a=1', 'X-Kept': 'yes' } };
    const same = await request('/to?status=302&to=/echo', params);
    expect(same.body.headers).toMatchObject({ authorization: 'Bearer secret', cookie: 'a=1' });
    const elsewhere = (await request(`/to?status=302&to=${other.url}/`, { ...params, parse: 'json' })).body;
    expect(elsewhere).toMatchObject({ 'x-kept': 'yes' });
    expect(elsewhere).not.toHaveProperty('authorization');
    expect(elsewhere).not.toHaveProperty('cookie');
    const key = (
      await request(`/to?status=307&to=${other.url}/`, {
        auth: 'apiKey',
        token: 'secret',
        keyName: 'X-Key',
        parse: 'json',
      })
    ).body;
    expect(key).not.toHaveProperty('x-key');
  });
});

it('shares cookies between the steps of one session alone', async () => {
  await request('/sign-in', { session: 'shop' });
  const cookie = async (params: object) => (await request('/echo', { ...params })).body.headers.cookie;
  expect([await cookie({ session: 'shop' }), await cookie({ session: 'other' }), await cookie({})]).toEqual([
    'id=7',
    undefined,
    undefined,
  ]);
});

describe('http.download', () => {
  it.each([
    ['', 'report'],
    ['attachment; filename="Report 2026.pdf"', 'Report 2026.pdf'],
    ["attachment; filename=x.pdf; filename*=UTF-8''%C3%BCber.pdf", 'über.pdf'],
    ['attachment; filename="../../../etc/passwd"', 'passwd'],
    ['attachment; filename="..\\..\\x.pdf"', 'x.pdf'],
    ['attachment; filename=".."', 'download'],
  ])('with the disposition %j is named %s', async (disposition, name) => {
    const { path, size, contentType } = await output('http.download', {
      url: at(`/report?as=${encodeURIComponent(disposition)}`),
      path: 'named/',
    });
    expect({ path, size, contentType }).toEqual({
      path: join(bench.folder, 'named', name),
      size: 3,
      contentType: 'application/pdf',
    });
  });

  it('goes on where the connection broke, if the file is still the same', async () => {
    const { size } = await output('http.download', { url: at('/breaking?etag="v1"'), path: 'broken.txt' });
    expect(size).toBe(10_000);
    expect(await readFile(join(bench.folder, 'broken.txt'), 'utf8')).toBe('0123456789'.repeat(1000));
    const ranges = server.seen.filter(({ url }) => url.startsWith('/breaking')).map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, 'bytes=3000-', 'bytes=6000-']);
    const changed = await bench.fail('http.download', { url: at('/breaking?etag="v1"&changed=1'), path: 'failed/y' });
    expect(changed).toMatchObject({
      code: 'HTTP_FAILED',
      retryable: true,
      message: expect.stringContaining('changed'),
    });
    const nameless = await bench.fail('http.download', { url: at('/breaking'), path: 'failed/y' });
    expect(nameless).toMatchObject({ code: 'HTTP_FAILED', retryable: true });
    expect(await readdir(join(bench.folder, 'failed')).catch(() => [])).toEqual([]);
  });

  it('tells its progress', async () => {
    bench.progress.length = 0;
    expect(await output('http.download', { url: at('/large'), path: 'large.txt', query: {} })).toMatchObject({
      size: 2 * 1024 * 1024,
    });
    expect(bench.progress.every((fraction) => fraction > 0 && fraction <= 1)).toBe(true);
  });

  it.each([
    ['/json?status=404', {}, 'HTTP_FAILED'],
    ['/cut', {}, 'HTTP_FAILED'],
    ['/endless', { maxMegabytes: 1 }, 'PAYLOAD_TOO_LARGE'],
    ['/report', { path: '/etc/casare' }, 'FILE_ACCESS'],
    ['/report', { path: '../outside.pdf' }, 'FILE_ACCESS'],
  ])('leaves no file behind when it fails: %s %j', async (path, params, code) => {
    expect(await bench.fail('http.download', { url: at(path), path: 'failed/x', ...params })).toMatchObject({ code });
    expect(await readdir(join(bench.folder, 'failed')).catch(() => [])).toEqual([]);
  });
});

describe('http.upload', () => {
  it('sends files and fields as a form', async () => {
    await writeFile(join(bench.folder, 'a.txt'), 'content of a');
    await writeFile(join(bench.folder, 'empty.bin'), '');
    const { body } = await output('http.upload', {
      url: at('/echo'),
      files: ['a.txt', 'empty.bin'],
      fields: { 'na"me': 'väl' },
    });
    const type = body.headers['content-type'] as string;
    expect(body.headers['content-length']).toBe(String(body.body.length));
    const sent = Buffer.from(body.body, 'latin1');
    const form = await new Response(sent, { headers: { 'content-type': type } }).formData();
    expect(form.get('na"me') ?? form.get('na%22me')).toBe('väl');
    const [first, second] = form.getAll('file') as File[];
    expect([first?.name, await first?.text(), second?.name, second?.size]).toEqual([
      'a.txt',
      'content of a',
      'empty.bin',
      0,
    ]);
    expect(body.headers['idempotency-key']).toBe('effect-key-of-this-step');
  });

  it('sends the same bytes again after a redirect', async () => {
    const { body } = await output('http.upload', { url: at('/to?status=307&to=/echo'), files: ['a.txt'] });
    expect(body.body).toContain('content of a');
  });

  it('fails before it sends when a file is missing', async () => {
    const before = server.seen.length;
    expect(await bench.fail('http.upload', { url: at('/echo'), files: ['none.txt'] })).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    expect(server.seen.length).toBe(before);
  });
});

it('what was downloaded is what was sent', async () => {
  await output('http.download', { url: at('/report'), path: 'same.pdf' });
  expect(await readFile(join(bench.folder, 'same.pdf'), 'utf8')).toBe('PDF');
});

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
    case '/report':
      return response
        .writeHead(200, { 'content-type': 'application/pdf', 'content-disposition': url.searchParams.get('as') ?? '' })
        .end('PDF');
    case '/graphql': {
      const { query } = JSON.parse(request.body.toString()) as { query: string };
      const reply = query.includes('wrong')
        ? { errors: [{ message: 'no field "wrong"' }] }
        : { data: { order: { total: 5 } } };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    }
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

describe('http.graphql', () => {
  it('gives data and takes errors as errors', async () => {
    const document = 'query ($id: ID!) { order(id: $id) { total } }';
    expect(await output('http.graphql', { url: at('/graphql'), document, variables: { id: 1 } })).toMatchObject({
      data: { order: { total: 5 } },
    });
    expect(JSON.parse(server.seen.at(-1)?.body.toString() ?? '')).toEqual({ query: document, variables: { id: 1 } });
    const error = await bench.fail('http.graphql', { url: at('/graphql'), document: '{ wrong }' });
    expect(error).toMatchObject({ code: 'HTTP_FAILED', message: expect.stringContaining('no field "wrong"') });
    expect(await bench.fail('http.graphql', { url: at('/latin'), document })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it.each([
    ['{ a }', 'idempotent'],
    ['query A { mutation }', 'idempotent'],
    ['# mutation\n{ a }', 'idempotent'],
    ['mutation { a }', 'keyed'],
    ['fragment F on A { b } mutation M { a }', 'keyed'],
  ])('takes %j as %s', (document, effect) => {
    const node = findNode('http.graphql');
    expect(node.effectOf?.(node.params.parse({ url: 'http://x', document }))).toBe(effect);
  });
});

it('what was downloaded is what was sent', async () => {
  await output('http.download', { url: at('/report'), path: 'same.pdf' });
  expect(await readFile(join(bench.folder, 'same.pdf'), 'utf8')).toBe('PDF');
});

import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { startTestServer } from './test-server.ts';

const bench = await openNodeBench();
const all = Array.from({ length: 25 }, (_, i) => ({ id: i + 1 }));
const other = await startTestServer((_request, response) => response.end('[]'));
const server = await startTestServer((request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const json = (data: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(data));
  const number = (name: string, standard: number) => Number(url.searchParams.get(name) ?? standard);
  switch (url.pathname) {
    case '/link': {
      const page = number('p', 1);
      const rest: Record<string, string> =
        page < 3
          ? { link: `<${url.origin}/link?p=1>; rel="first", </link?p=${page + 1}>; title="a, b"; rel="next"` }
          : {};
      return json(all.slice((page - 1) * 10, page * 10), rest);
    }
    case '/next': {
      const from = number('from', 0);
      const next = from + 10 < 25 ? `?from=${from + 10}` : null;
      return json({ data: { items: all.slice(from, from + 10) }, paging: { next } });
    }
    case '/cursor': {
      const from = number('cursor', 0);
      return json({ items: all.slice(from, from + 10), cursor: from + 10 < 25 ? from + 10 : '' });
    }
    case '/page': {
      const size = number('per', 7);
      const page = number('page', 1);
      return json(all.slice((page - 1) * size, page * size));
    }
    case '/offset':
      return json(all.slice(number('offset', 0), number('offset', 0) + number('limit', 5)));
    case '/round':
      return json([1], { link: '</round>; rel=next' });
    case '/elsewhere':
      return json([1], { link: `<${other.url}/>; rel="next"` });
    case '/busy':
      return number('p', 0) === 2
        ? response.writeHead(429, { 'retry-after': '3' }).end()
        : json([1], { link: '</busy?p=2>; rel="next"' });
    default:
      return json({ no: 'list' });
  }
});
const at = (path: string) => `${server.url}${path}`;
const read = async (path: string, params: Record<string, unknown> = {}, overrides = {}) =>
  (await bench.run('http.pages', { url: at(path), ...params }, overrides)).output;

describe('http.pages', () => {
  it.each([
    ['/link', {}, 3],
    ['/next', { by: 'nextUrl', nextPath: 'paging.next', itemsPath: 'data.items' }, 3],
    ['/cursor', { by: 'cursor', nextPath: 'cursor', parameter: 'cursor', itemsPath: 'items' }, 3],
    ['/page', { by: 'page', size: 7, sizeParameter: 'per' }, 4],
    ['/page', { by: 'page', size: 0 }, 5],
    ['/offset', { by: 'offset', size: 5, sizeParameter: 'limit' }, 6],
  ])('reads all of %s %j', async (path, params, pages) => {
    expect(await read(path, params)).toEqual({ items: all, count: 25, pages, isComplete: true });
  });

  it('stops at its limits and says so', async () => {
    expect(await read('/link', { maxPages: 2 })).toMatchObject({ count: 20, pages: 2, isComplete: false });
    expect(await read('/link', { maxItems: 12 })).toMatchObject({ count: 12, isComplete: false });
    expect(await read('/link', { maxItems: 25 })).toMatchObject({ count: 25, isComplete: true });
  });

  it('goes on where it was interrupted', async () => {
    const kept: unknown[] = [];
    let now = 0;
    const abort = new AbortController();
    const interrupted = read(
      '/link',
      {},
      {
        signal: abort.signal,
        now: () => (now += 6000),
        checkpoint: async (data: unknown) => {
          kept.push(structuredClone(data));
          abort.abort(new Error('gone'));
        },
      },
    );
    await expect(interrupted).rejects.toThrow(/gone|aborted/);
    const before = server.seen.length;
    expect(await read('/link', {}, { resumed: kept[0] })).toEqual({
      items: all,
      count: 25,
      pages: 3,
      isComplete: true,
    });
    expect(server.seen.slice(before).map(({ url }) => url)).toEqual(['/link?p=2', '/link?p=3']);
  });

  it('refuses to go round, and an answer without a list', async () => {
    expect(await bench.fail('http.pages', { url: at('/round') })).toMatchObject({ code: 'DATA_FORMAT' });
    const error = await bench.fail('http.pages', { url: at('/none'), itemsPath: 'data.items' });
    expect(error).toMatchObject({ code: 'DATA_FORMAT', message: expect.stringContaining('data.items') });
  });

  it('takes credentials to another host only where that is allowed', async () => {
    const params = { url: at('/elsewhere'), auth: 'bearer', token: 't' };
    expect(await bench.fail('http.pages', params)).toMatchObject({ code: 'HTTP_FAILED' });
    expect(other.seen).toEqual([]);
    await bench.run('http.pages', { url: at('/elsewhere') });
    await bench.run('http.pages', { ...params, credentialHosts: ['127.0.0.1'] });
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer t']);
  });

  it('hands on how long the server wants to be left alone', async () => {
    expect(await bench.fail('http.pages', { url: at('/busy') })).toMatchObject({
      retryable: true,
      details: { status: 429, retryAfterMs: 3000 },
    });
  });
});

describe('addresses', () => {
  it('are built of parts that stay parts', async () => {
    const build = async (params: Record<string, unknown>) => (await bench.run('http.buildUrl', params)).output.url;
    expect(
      await build({
        base: 'https://a.example/v1/',
        segments: ['or/ders', 7, 'ü'],
        query: { q: 'a b', x: [1, 2] },
        fragment: 'top',
      }),
    ).toBe('https://a.example/v1/or%2Fders/7/%C3%BC?q=a+b&x=1&x=2#top');
    expect(await bench.fail('http.buildUrl', { base: 'nonsense' })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('are taken apart', async () => {
    const { output } = await bench.run('http.parseUrl', {
      url: 'https://a.example:8443/or%2Fders/7?q=a+b&x=1&x=2#top',
    });
    expect(output).toMatchObject({
      protocol: 'https',
      host: 'a.example',
      port: 8443,
      segments: ['or/ders', '7'],
      query: { q: 'a b', x: ['1', '2'] },
      fragment: 'top',
    });
    const relative = await bench.run('http.parseUrl', { url: '../b', base: 'https://a.example/x/y/' });
    expect(relative.output).toMatchObject({ url: 'https://a.example/x/b', port: null });
  });
});

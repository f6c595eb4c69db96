import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fitsAddress } from '../../../../engine/resources/address-pattern.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { processIdOf } from '../../resources/test-session.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { type HtmlPages, serveHtml } from './html-pages.ts';

const makeTempFolder = prepareTempFolders('browser-network');
let pages: HtmlPages;
let folder: string;
let bench: BrowserBench;

beforeAll(async () => {
  pages = await serveHtml({
    '/': `<title>Shop</title><img src="/pic.png"><button id="ask" onclick="ask()">Ask</button><p id="out"></p>
      <script>async function ask(path = '/api/rate?x=1', init) { try { const r = await fetch(path, init); out.textContent = r.status + ' ' + await r.text() } catch (e) { out.textContent = 'failed' } }</script>`,
    '/api/rate': (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ rate: 1, agent: request.headers['x-agent'] ?? null, method: request.method }));
    },
    '/pic.png': (_request, response) => {
      response.setHeader('content-type', 'image/png');
      response.end();
    },
    '/noisy': `<title>Noisy</title><script>console.log('hello'); console.warn('careful'); console.error('bad'); setTimeout(() => { throw new Error('boom') })</script>`,
    '/where': `<title>Where</title><script>navigator.geolocation.getCurrentPosition((p) => { document.title = p.coords.latitude.toFixed(2) }, () => { document.title = 'denied' })</script>`,
  });
  folder = await makeTempFolder();
  bench = createBench(folder);
});
beforeEach(async () => {
  if (!bench.browser.isOpen()) await bench.run('browser.open');
  await bench.run('browser.network', { action: 'undo' });
  await bench.run('browser.goto', { url: pages.url });
});
afterAll(async () => {
  await bench.browser.close();
  await pages.stop();
});

async function ask(call = 'ask()'): Promise<string> {
  await bench.run('browser.evaluate', { script: `await ${call}` });
  return String((await bench.run('browser.extractText', { target: '#out' }))['text']);
}

test.each([
  ['/api/', 'https://a.example/api/rate', true],
  ['**/api/*', 'https://a.example/api/rate', true],
  ['**/api/*', 'https://a.example/api/rate/2', false],
  ['**/api/**', 'https://a.example/api/rate/2', true],
  ['https://*.example/**', 'https://a.example/x?y=1', true],
  ['https://*.example/**', 'https://a.b/c.example/', false],
  ['*', '', true],
  ['', 'https://a.example/', true],
  [`${'**a'.repeat(500)}b`, 'a'.repeat(5000), false],
])('an address pattern fits as it is written, case %#', (pattern, url, fits) => {
  expect(fitsAddress(pattern, url)).toBe(fits);
});

describe('waiting for an answer', () => {
  test('hands out its JSON, listens before it clicks, and can look back', async () => {
    const answer = await bench.run('browser.waitForResponse', { url: '/api/rate', target: '#ask' });
    expect(answer).toMatchObject({ status: 200, method: 'GET', json: { rate: 1 }, requestBody: null });
    expect(
      await bench.run('browser.waitForResponse', { url: '**/rate*', earlierToo: true, status: 200 }),
    ).toMatchObject({ json: { rate: 1 } });
    await bench.run('browser.evaluate', { script: `ask('/api/rate', { method: 'POST', body: 'x=1' })` });
    expect(
      await bench.run('browser.waitForResponse', { wait: 'request', url: '/api/', method: 'POST', earlierToo: true }),
    ).toMatchObject({ requestBody: 'x=1' });
  });

  test('gives up after its time', async () => {
    expect(await bench.fail('browser.waitForResponse', { url: '/never', timeoutMs: 150 })).toMatchObject({
      code: 'NODE_TIMEOUT',
    });
  });
});

describe('network rules', () => {
  test('block, answer and change headers until they are undone', async () => {
    await bench.run('browser.network', {
      action: 'answer',
      name: 'rate',
      url: '/api/rate',
      body: '{"rate":2}',
      status: 201,
    });
    expect(await ask()).toBe('201 {"rate":2}');
    await writeFile(join(folder, 'rate.json'), '{"rate":3}');
    await bench.run('browser.network', { action: 'answer', name: 'rate', url: '/api/rate', bodyFile: 'rate.json' });
    expect(await ask()).toBe('200 {"rate":3}');
    await bench.run('browser.network', { action: 'block', name: 'rate', url: '/api/', method: 'GET' });
    expect(await ask()).toBe('failed');
    expect(await ask(`ask('/api/rate', { method: 'POST' })`)).toContain('"method":"POST"');
    expect(await bench.run('browser.network', { action: 'list' })).toMatchObject({
      rules: [{ name: 'rate', action: 'block', hits: 1 }],
      count: 1,
    });
    await bench.run('browser.network', { action: 'undo', name: 'rate' });
    await bench.run('browser.network', { action: 'headers', name: 'agent', headers: { 'X-Agent': 'casare' } });
    expect(await ask()).toContain('"agent":"casare"');
    await bench.run('browser.network', { action: 'undo' });
    expect(await ask()).toContain('"agent":null');
    expect(await bench.fail('browser.network', { action: 'undo', name: 'rate' })).toMatchObject({
      code: 'NODE_FAILED',
    });
    expect(await bench.fail('browser.network', { action: 'answer', bodyFile: '/etc/passwd' })).toMatchObject({
      code: 'FILE_ACCESS',
    });
  });

  test('and settings of pages stand in tabs that come later, after a crash and in a resumed run', async () => {
    await bench.run('browser.network', { action: 'answer', name: 'rate', url: '/api/rate', body: 'mock' });
    await bench.run('browser.emulate', { width: 500, height: 400, colorScheme: 'dark' });
    const look = async () =>
      (
        await bench.run('browser.evaluate', {
          script: 'return [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches]',
        })
      )['result'];
    await bench.run('browser.tabs', { action: 'new', url: pages.url });
    expect(await ask()).toBe('200 mock');
    expect(await look()).toEqual([500, true]);
    const state = await bench.browser.snapshot();
    expect(JSON.parse(JSON.stringify(state))).toMatchObject({
      extras: { rules: [{ name: 'rate' }], setup: { colorScheme: 'dark' } },
    });
    await bench.browser.close();
    if (!state) throw new Error('There is no state.');
    bench.browser.restore(state);
    expect(await ask()).toBe('200 mock');
    expect(await look()).toEqual([500, true]);
    // A killed browser is opened again with all of it, and what was recorded stays.
    await bench.run('browser.traffic', { action: 'start', url: '/api/' });
    await ask();
    process.kill(await processIdOf(bench.browser), 'SIGKILL');
    await waitFor(() => !bench.browser.isOpen(), { until: 'the browser has gone' });
    expect(await ask()).toBe('200 mock');
    expect(await bench.run('browser.traffic', { action: 'stop' })).toMatchObject({ count: 2 });
    await bench.run('browser.open', { url: pages.url });
    expect(await ask()).toContain('"rate":1');
  });
});

test('traffic is recorded from start to stop, with bodies where wanted', async () => {
  await bench.run('browser.traffic', { action: 'start', url: '/api/', bodies: true });
  await ask(`ask('/api/rate', { method: 'POST', body: 'q=7' })`);
  await ask();
  const read = await bench.run('browser.traffic', { action: 'stop', file: 'traffic.json' });
  expect(read).toMatchObject({
    count: 2,
    dropped: 0,
    requests: [
      { method: 'POST', status: 200, requestBody: 'q=7', responseBody: expect.stringContaining('"rate":1') },
      { method: 'GET', kind: 'fetch' },
    ],
  });
  expect(JSON.parse(await readFile(String(read['path']), 'utf8'))).toHaveLength(2);
  await ask();
  expect(await bench.run('browser.traffic', { action: 'read' })).toMatchObject({ count: 2 });
});

test('what scripts write and throw can be read', async () => {
  await bench.run('browser.goto', { url: '/noisy' });
  await bench.run('browser.waitFor', { until: 'networkidle' });
  const all = await bench.run('browser.console');
  expect(all).toMatchObject({ errors: ['boom'] });
  expect((all['messages'] as { text: string }[]).map(({ text }) => text)).toEqual(
    expect.arrayContaining(['hello', 'careful', 'bad']),
  );
  const errors = await bench.run('browser.console', { kinds: 'errors', clear: true });
  expect(errors['messages']).toEqual([
    expect.objectContaining({ kind: 'error', text: 'bad', where: expect.stringContaining('/noisy:1') }),
  ]);
  expect(await bench.run('browser.console')).toMatchObject({ count: 0 });
});

test('pages are told where they are, and that there is no network', async () => {
  await bench.run('browser.emulate', { latitude: 48.4, longitude: 10, permissions: ['geolocation'] });
  await bench.run('browser.goto', { url: '/where' });
  await bench.run('browser.waitFor', { until: 'title', text: '48.40' });
  await bench.run('browser.emulate', { network: 'offline' });
  expect(await bench.fail('browser.goto', { url: pages.url })).toMatchObject({ code: 'NAVIGATION_FAILED' });
  await bench.run('browser.emulate', { network: 'online', permissions: [] });
  expect(await bench.fail('browser.emulate', { latitude: 1 })).toMatchObject({ code: 'PARAMS_INVALID' });
});

test('storage of the page is set, read, removed and cleared', async () => {
  await bench.run('browser.storage', { action: 'set', key: 'tour', value: 'done' });
  await bench.run('browser.storage', { action: 'set', area: 'session', key: '__proto__', value: 'x' });
  expect(await bench.run('browser.storage', { key: 'tour' })).toEqual({
    value: 'done',
    items: { tour: 'done' },
    count: 1,
  });
  expect(await bench.run('browser.storage', { area: 'session' })).toMatchObject({ count: 1 });
  expect(await bench.run('browser.storage', { action: 'remove', key: 'tour' })).toMatchObject({
    count: 0,
    value: null,
  });
  expect(await bench.run('browser.storage', { action: 'clear', area: 'session' })).toMatchObject({ count: 0 });
  expect(await bench.fail('browser.storage', { action: 'set' })).toMatchObject({ code: 'PARAMS_INVALID' });
});

test('cookies are carried over in a file', async () => {
  await bench.run('browser.cookies', { action: 'set', name: 'in', value: 'yes' });
  const set = { action: 'set', name: 'far', value: '1', domain: '.example.com', secure: true, sameSite: 'Strict' };
  await bench.run('browser.cookies', set);
  await bench.run('browser.cookies', { action: 'export', file: 'cookies.json' });
  await bench.run('browser.cookies', { action: 'clear' });
  expect(await bench.run('browser.cookies', { action: 'import', file: 'cookies.json' })).toMatchObject({
    cookies: [
      { name: 'in', value: 'yes' },
      { name: 'far', domain: '.example.com', secure: true },
    ],
  });
  await writeFile(join(folder, 'no.json'), '[{"name":1}]');
  expect(await bench.fail('browser.cookies', { action: 'import', file: 'no.json' })).toMatchObject({
    code: 'DATA_FORMAT',
  });
});

describe('a profile that stays', () => {
  test('has its cookies again, and is refused while another browser has it', async () => {
    const own = createBench(folder);
    const other = createBench(folder);
    try {
      await own.run('browser.open', { url: pages.url, profile: 'profiles/shop' });
      await own.run('browser.cookies', { action: 'set', name: 'kept', value: 'yes', expiresInSeconds: 3600 });
      expect(await other.fail('browser.open', { profile: 'profiles/shop' })).toMatchObject({
        code: 'ALREADY_RUNNING',
        retryable: true,
      });
      await own.run('browser.close');
      await other.run('browser.open', { url: pages.url, profile: 'profiles/shop' });
      expect(await other.run('browser.cookies', { name: 'kept' })).toMatchObject({ count: 1 });
      expect(await own.fail('browser.open', { profile: '/etc/chromium' })).toMatchObject({ code: 'FILE_ACCESS' });
    } finally {
      await own.browser.close();
      await other.browser.close();
    }
  });
});

describe('attaching to a browser', () => {
  test.each([
    'http://169.254.169.254:9222',
    'http://example.com:9222',
    'https://127.0.0.1:9222',
    'ws://10.0.0.1/devtools',
    'file:///x',
    'http://127.0.0.1.example.com:1',
  ])('%s is refused', async (attachTo) => {
    expect(await createBench(folder).fail('browser.open', { attachTo })).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('says what to start when nobody answers', async () => {
    expect(await createBench(folder).fail('browser.open', { attachTo: 'http://127.0.0.1:1' })).toMatchObject({
      code: 'BROWSER_NOT_OPEN',
      message: expect.stringContaining('--remote-debugging-port'),
    });
  });
});

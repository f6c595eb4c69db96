import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resolveAddress } from '../../../../engine/nodes/browser/address.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { startPages, type TestPages } from './pages.ts';

const makeTempFolder = prepareTempFolders('browser-pages');
let pages: TestPages;
let bench: BrowserBench;

beforeAll(async () => {
  pages = await startPages();
  bench = createBench(await makeTempFolder());
  await bench.run('browser.open');
});
beforeEach(() => bench.run('browser.goto', { url: pages.url }));
afterAll(async () => {
  await bench.browser.close();
  await pages.stop();
});

describe('addresses', () => {
  test.each([
    ['example.com/a', 'https://example.com/a'],
    ['localhost:3000', 'https://localhost:3000/'],
    ['HTTP://example.com', 'http://example.com/'],
    ['/list', 'http://shop.test/list'],
    ['?page=2', 'http://shop.test/a/b?page=2'],
    ['about:blank', 'about:blank'],
  ])('%s becomes %s', (written, full) => {
    expect(resolveAddress(written, 'http://shop.test/a/b?page=1')).toBe(full);
  });

  test.each([
    'file:///etc/passwd',
    'chrome://version',
    'devtools://x',
    // oxlint-disable-next-line no-script-url -- it has to be refused
    'javascript:alert(1)',
    'data:text/html,x',
    'view-source:http://a',
    ' ',
    'FILE:/x',
    'http://',
  ])('%s is refused', (written) => {
    expect(() => resolveAddress(written, 'about:blank')).toThrow(
      expect.objectContaining({ code: 'NAVIGATION_FAILED' }),
    );
  });
});

describe('browser.goto', () => {
  test('gives address, title and status', async () => {
    expect(await bench.run('browser.goto', { url: '/next' })).toEqual({
      url: `${pages.url}/next`,
      title: 'Next',
      status: 200,
    });
  });

  test('fails on an error page unless it is expected', async () => {
    expect(await bench.fail('browser.goto', { url: '/nowhere' })).toMatchObject({
      code: 'NAVIGATION_FAILED',
      retryable: false,
      details: { status: 404 },
    });
    expect(await bench.run('browser.goto', { url: '/nowhere', acceptErrorPages: true })).toMatchObject({ status: 404 });
  });

  test('says that nobody answers, and that a retry may help', async () => {
    const error = await bench.fail('browser.goto', { url: 'http://127.0.0.1:2/' });
    expect(error).toMatchObject({ code: 'NAVIGATION_FAILED', message: expect.stringContaining('net::ERR') });
  });

  test('gives up after its time', async () => {
    const error = await bench.fail('browser.goto', { url: '/hang', timeoutMs: 200 });
    expect(error).toMatchObject({
      code: 'NAVIGATION_FAILED',
      retryable: true,
      message: expect.stringContaining('200 ms'),
    });
  });

  test('stops at once when the run is cancelled', async () => {
    const begun = performance.now();
    const error = await bench.fail('browser.goto', { url: '/hang' }, AbortSignal.timeout(100));
    expect(error.code).toBe('RUN_CANCELLED');
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  test('refuses files of the machine', async () => {
    expect(await bench.fail('browser.goto', { url: 'file:///etc/passwd' })).toMatchObject({
      code: 'NAVIGATION_FAILED',
    });
  });

  test('names the right step for a download', async () => {
    expect(await bench.fail('browser.goto', { url: '/file' })).toMatchObject({
      message: expect.stringContaining('Download a file'),
    });
  });
});

test('browser.open opens an address in a fresh profile, and another step needs it first', async () => {
  const own = createBench(await makeTempFolder());
  expect(await own.fail('browser.goto', { url: pages.url })).toMatchObject({ code: 'BROWSER_NOT_OPEN' });
  const opened = await own.run('browser.open', { url: `${pages.url}/next`, width: 500, height: 400, locale: 'fr-FR' });
  expect(opened).toEqual({ url: `${pages.url}/next`, title: 'Next' });
  const { result } = await own.run('browser.evaluate', {
    script: 'return [innerWidth, innerHeight, navigator.language]',
  });
  expect(result).toEqual([500, 400, 'fr-FR']);
  await own.run('browser.close');
  expect(await own.fail('browser.goto', { url: pages.url })).toMatchObject({ code: 'BROWSER_NOT_OPEN' });
});

test('browser.open keeps no browser when its address is refused', async () => {
  const own = createBench(await makeTempFolder());
  expect(await own.fail('browser.open', { url: 'chrome://settings' })).toMatchObject({ code: 'NAVIGATION_FAILED' });
  expect(own.browser.isOpen()).toBe(false);
});

test('browser.navigate goes back, forward and reloads', async () => {
  await bench.run('browser.goto', { url: '/next' });
  expect(await bench.run('browser.navigate', { action: 'back' })).toMatchObject({ title: 'Start' });
  expect(await bench.run('browser.navigate', { action: 'forward' })).toMatchObject({ title: 'Next' });
  expect(await bench.run('browser.navigate', { action: 'reload' })).toMatchObject({ title: 'Next' });
});

describe('browser.tabs', () => {
  test('opens, lists, switches and closes tabs', async () => {
    const opened = await bench.run('browser.tabs', { action: 'new', url: '/next' });
    expect(opened).toMatchObject({ current: 1, tabs: [{ title: 'Start' }, { title: 'Next' }] });
    expect(await bench.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Second page' });
    expect(await bench.run('browser.tabs', { action: 'switch', tab: 0 })).toMatchObject({ current: 0 });
    expect(await bench.run('browser.tabs', { action: 'switch', tab: 'Next' })).toMatchObject({ current: 1 });
    expect(await bench.run('browser.tabs', { action: 'close' })).toMatchObject({
      current: 0,
      tabs: [{ title: 'Start' }],
    });
    expect(await bench.fail('browser.tabs', { action: 'switch', tab: 7 })).toMatchObject({ code: 'NODE_FAILED' });
  });

  test('a click can go on in the tab it opens', async () => {
    await bench.run('browser.click', { target: '#blank', followNewTab: true });
    expect(await bench.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Second page' });
    await bench.run('browser.tabs', { action: 'close' });
    expect(await bench.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Welcome' });
  });
});

test('browser.cookies sets, reads and removes', async () => {
  await bench.run('browser.cookies', { action: 'set', name: 'consent', value: 'yes' });
  expect(await bench.run('browser.cookies', { name: 'consent' })).toMatchObject({
    count: 1,
    cookies: [{ value: 'yes', domain: '127.0.0.1' }],
  });
  await bench.run('browser.cookies', { action: 'set', name: 'other', value: '1' });
  expect(await bench.run('browser.cookies', { action: 'remove', name: 'consent' })).toMatchObject({ count: 1 });
  expect(await bench.run('browser.cookies', { action: 'clear' })).toMatchObject({ count: 0 });
});

test('browser.dialog answers the boxes of the page and hands them out', async () => {
  await bench.run('browser.click', { target: '#ask' });
  expect(await bench.run('browser.dialog', { action: 'accept' })).toMatchObject({
    seen: [{ kind: 'confirm', message: 'Sure?', action: 'dismiss' }],
  });
  await bench.run('browser.click', { target: '#ask' });
  expect(await bench.run('browser.evaluate', { script: 'return document.title' })).toEqual({ result: 'yes' });
});

describe('browser.evaluate', () => {
  test('passes a value in and JSON out, with await and template texts', async () => {
    const script =
      'const t = await Promise.resolve(arg.name); return { text: `Hello ${t}`, when: new Date(0), none: undefined };';
    expect(await bench.run('browser.evaluate', { script, arg: { name: 'Ada' } })).toEqual({
      result: { text: 'Hello Ada', when: '1970-01-01T00:00:00.000Z' },
    });
    expect(await bench.run('browser.evaluate', { script: 'document.title' })).toEqual({ result: null });
  });

  test('tells what the script threw', async () => {
    expect(await bench.fail('browser.evaluate', { script: 'throw new Error("no stock")' })).toMatchObject({
      code: 'CODE_FAILED',
      message: expect.stringContaining('no stock'),
    });
  });

  test('gives up after its time', async () => {
    const error = await bench.fail('browser.evaluate', { script: 'await new Promise(() => {})', timeoutMs: 200 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
  });
});

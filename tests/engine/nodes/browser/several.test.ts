import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { startPages, type TestPages } from './pages.ts';

const bench = await openNodeBench();
let pages: TestPages;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

test('a run works with two browsers side by side, which share nothing, and with no third', async () => {
  for (const browser of ['shop', 'bank']) {
    await bench.run('browser.open', { browser, url: pages.url });
    await bench.run('browser.storage', { browser, action: 'set', key: 'who', value: browser });
  }
  for (const browser of ['shop', 'bank']) {
    const { output } = await bench.run('browser.storage', { browser, action: 'get', key: 'who' });
    expect(output.value).toBe(browser);
  }
  expect(await bench.fail('browser.open', { browser: 'third' })).toMatchObject({ code: 'RESOURCE_QUOTA' });
  expect(await bench.fail('browser.goto', { url: pages.url })).toMatchObject({ code: 'BROWSER_NOT_OPEN' });
  await bench.run('browser.close', { browser: 'shop' });
  await bench.run('browser.open', { browser: 'third', url: pages.url });
});

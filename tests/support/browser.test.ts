import { expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';

test('the Chromium of this machine starts and shows a page', async () => {
  await using browser = await launchBrowser();
  const page = await browser.newPage();
  await page.setContent('<h1>Ready</h1>');
  expect(await page.getByRole('heading').textContent()).toBe('Ready');
});

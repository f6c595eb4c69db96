import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { crashRenderer, isAlive, processIdOf } from '../../resources/test-session.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { startPages, type TestPages } from './pages.ts';

const makeTempFolder = prepareTempFolders('browser-faults');
let pages: TestPages;
let bench: BrowserBench;

beforeAll(async () => {
  pages = await startPages();
});
afterEach(() => bench.browser.close());
afterAll(() => pages.stop());

async function openAt(path: string): Promise<number> {
  bench = createBench(await makeTempFolder());
  await bench.run('browser.open', { url: pages.url + path });
  return await processIdOf(bench.browser);
}

test('a browser that is killed in the middle of a step fails it as BROWSER_CRASHED, and the next try has a fresh one', async () => {
  const pid = await openAt('/next');
  const failing = bench.fail('browser.click', { target: '#never' });
  setTimeout(() => process.kill(pid, 'SIGKILL'), 200);
  expect(await failing).toMatchObject({ code: 'BROWSER_CRASHED', retryable: true });
  expect(await bench.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Second page' });
  expect(await processIdOf(bench.browser)).not.toBe(pid);
});

test('a page that crashes in the middle of a step fails it as BROWSER_CRASHED, and the next try goes on', async () => {
  await openAt('/next');
  const failing = bench.fail('browser.waitFor', { target: '#never' });
  const page = await bench.browser.page();
  await crashRenderer(page);
  expect(await failing).toMatchObject({ code: 'BROWSER_CRASHED', retryable: true });
});

test('a cancelled step and the closing after it take less than 2 s while the page is busy for ever', async () => {
  const pid = await openAt('/busy');
  const cancel = new AbortController();
  const failing = bench.fail('browser.evaluate', { script: 'for (;;);' }, cancel.signal);
  setTimeout(() => cancel.abort(), 200);
  expect(await failing).toMatchObject({ code: 'RUN_CANCELLED' });
  const begun = performance.now();
  await bench.browser.close();
  expect(performance.now() - begun).toBeLessThan(2000);
  await waitFor(() => !isAlive(pid), { until: 'the browser has gone' });
});

test('a snapshot of a page that is busy for ever does not wait for it', async () => {
  await openAt('/login');
  await bench.browser.snapshot();
  void bench.run('browser.evaluate', { script: 'for (;;);' }).catch(() => undefined);
  const begun = performance.now();
  const state = await bench.browser.snapshot();
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(JSON.stringify(state?.storage)).toContain('session');
});

test('a browser that hangs fails the step as BROWSER_CRASHED after its time, is killed, and the next try has a fresh one', async () => {
  const pid = await openAt('/next');
  process.kill(-pid, 'SIGSTOP');
  expect(await bench.fail('browser.click', { target: 'h1', timeoutMs: 300 })).toMatchObject({
    code: 'BROWSER_CRASHED',
    retryable: true,
  });
  await waitFor(() => !isAlive(pid), { until: 'the browser has gone' });
  expect(await bench.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Second page' });
});

test('a script without end fails its step, and the next one works again', async () => {
  const pid = await openAt('/next');
  expect((await bench.fail('browser.evaluate', { script: 'for (;;);', timeoutMs: 300 })).code).toBe('BROWSER_CRASHED');
  expect(await bench.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Second page' });
  expect(isAlive(pid)).toBe(false);
});

test('boxes that come up without end do not stop a step, nor does one that asks whether to leave', async () => {
  await openAt('/boxes');
  await bench.run('browser.click', { target: '#storm' });
  await bench.run('browser.fill', { target: '#draft', text: 'unsaved' });
  expect(await bench.run('browser.goto', { url: '/next' })).toMatchObject({ title: 'Next' });
  const { seen } = await bench.run('browser.dialog');
  expect(seen).toHaveLength(21);
});

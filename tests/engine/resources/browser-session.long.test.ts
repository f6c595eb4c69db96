import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { AppError } from '@casare/shared';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserSession, BrowserState } from '../../../engine/resources/browser.ts';
import { browserEnvironment } from '../../../engine/resources/chromium-flags.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { crashRenderer, createSession, isAlive, processIdOf } from './test-session.ts';
import { startPages, type TestPages } from '../nodes/browser/pages.ts';

const run = promisify(execFile);
const makeTempFolder = prepareTempFolders('browser');
let pages: TestPages;
let folder: string;
const sessions: BrowserSession[] = [];

beforeAll(async () => {
  pages = await startPages();
  folder = await makeTempFolder();
});
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});
afterAll(() => pages.stop());

function newSession(): BrowserSession {
  const session = createSession(folder);
  sessions.push(session);
  return session;
}

async function expectClosedWithin(session: BrowserSession, ms: number): Promise<void> {
  const begun = performance.now();
  await session.close();
  expect(performance.now() - begun).toBeLessThan(ms);
}

describe('a browser session', () => {
  test('starts nothing before it is needed and says how to open a browser', async () => {
    const session = newSession();
    expect(session.isOpen()).toBe(false);
    expect(await session.snapshot()).toBeUndefined();
    await expect(session.page()).rejects.toMatchObject({ code: 'BROWSER_NOT_OPEN' });
  });

  test('opens one process without a debugging port and ends it on close', async () => {
    const session = newSession();
    const page = await session.open({ engine: 'chromium' });
    expect(await session.page()).toBe(page);
    const pid = await processIdOf(session);
    expect(isAlive(pid)).toBe(true);
    // Whoever reaches a debugging port owns the browser; a pipe has no address.
    const flags = (await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).stdout;
    expect(flags).toContain('--remote-debugging-pipe');
    expect(flags).not.toContain('--remote-debugging-port');
    await expectClosedWithin(session, 2000);
    await waitFor(() => !isAlive(pid), { until: 'the browser has gone', timeoutMs: 1000 });
    expect(session.isOpen()).toBe(false);
  });

  test('gives every opening its own empty profile', async () => {
    const session = newSession();
    const first = await session.open({ engine: 'chromium' });
    await first.goto(`${pages.url}/login`);
    const second = await session.open({ engine: 'chromium' });
    await second.goto(`${pages.url}/account`);
    expect(await second.title()).toBe('Stranger');
    expect(first.isClosed()).toBe(true);
  });

  test('kills a browser that hangs, within 2 s', async () => {
    const session = newSession();
    await session.open({ engine: 'chromium' });
    const pid = await processIdOf(session);
    process.kill(-pid, 'SIGSTOP');
    await expectClosedWithin(session, 2000);
    await waitFor(() => !isAlive(pid), { until: 'the browser has gone', timeoutMs: 1000 });
  });

  test('does not leave a browser behind that was still starting', async () => {
    const session = newSession();
    const opening = session.open({ engine: 'chromium' }).catch((error: unknown) => error);
    await session.close();
    expect(await opening).toMatchObject({ code: 'RUN_CANCELLED' });
    expect(session.isOpen()).toBe(false);
  });

  test('goes on after a resume where it was, logged in, by way of JSON', async () => {
    const before = newSession();
    const page = await before.open({ engine: 'chromium', locale: 'de-DE' });
    await page.goto(`${pages.url}/login`);
    await page.goto(`${pages.url}/account`);
    const state = JSON.parse(JSON.stringify(await before.snapshot())) as BrowserState;
    await before.close();

    const after = newSession();
    after.restore(state);
    expect(after.isOpen()).toBe(false);
    expect(await after.snapshot()).toEqual(state);
    const again = await after.page();
    expect(again.url()).toBe(`${pages.url}/account`);
    expect(await again.title()).toBe('Account of Ada');
    expect(await again.evaluate('localStorage.getItem("theme") + navigator.language')).toBe('darkde-DE');
  });

  test('puts back what was filled in and not sent yet, but no password', async () => {
    const before = newSession();
    const page = await before.open({ engine: 'chromium' });
    await page.goto(`${pages.url}/form`);
    await page.fill('#name', 'Ada');
    await page.selectOption('#many', ['a', 'c']);
    await page.check('#terms');
    await page.check('#r2');
    await page.fill('#password', 'hunter2');
    const text = JSON.stringify(await before.snapshot());
    expect(text).not.toContain('hunter2');
    await before.close();

    const after = newSession();
    after.restore(JSON.parse(text) as BrowserState);
    const again = await after.page();
    const values = await again.evaluate(`[...document.querySelectorAll('input, textarea')].map((one) => one.value)`);
    expect(values).toEqual(['Ada', '', 'on', 'on', 'on', '', '', 'Ada', '']);
    expect(await again.evaluate(`[...document.querySelectorAll(':checked')].map((one) => one.id || one.text)`)).toEqual(
      ['Germany', 'a', 'c', 'terms', 'r2'],
    );
  });

  test('opens the page once for several steps that ask for it at the same time after a resume', async () => {
    const session = newSession();
    session.restore({ options: { engine: 'chromium' }, url: `${pages.url}/next`, storage: undefined });
    const [one, two] = await Promise.all([session.page(), session.page()]);
    expect(one).toBe(two);
    expect(await one.title()).toBe('Next');
  });

  test('keeps the place to resume at when the page cannot be opened again', async () => {
    const session = newSession();
    const gone = { options: { engine: 'chromium' as const }, url: 'http://127.0.0.1:9/', storage: undefined };
    session.restore(gone);
    await expect(session.page()).rejects.toMatchObject({ code: 'NAVIGATION_FAILED', retryable: true });
    expect(session.isOpen()).toBe(false);
    expect(await session.snapshot()).toEqual(gone);
  });

  test('reopens after its process was killed, with the login kept last', async () => {
    const session = newSession();
    const page = await session.open({ engine: 'chromium' });
    await page.goto(`${pages.url}/login`);
    await page.goto(`${pages.url}/account`);
    await session.snapshot();
    process.kill(await processIdOf(session), 'SIGKILL');
    await waitFor(() => !session.isOpen(), { until: 'the loss was noticed' });
    expect(await (await session.page()).title()).toBe('Account of Ada');
  });

  test('reopens the page after only its renderer crashed', async () => {
    const session = newSession();
    const page = await session.open({ engine: 'chromium' });
    await page.goto(`${pages.url}/login`);
    await crashRenderer(page);
    const fresh = await session.page();
    expect(fresh).not.toBe(page);
    await fresh.goto(`${pages.url}/account`);
    expect(await fresh.title()).toBe('Account of Ada');
  });

  test('goes on in another tab when the current one was closed', async () => {
    const session = newSession();
    const first = await session.open({ engine: 'chromium' });
    const second = await first.context().newPage();
    session.usePage(second);
    expect(await session.page()).toBe(second);
    await second.close();
    expect(await session.page()).toBe(first);
  });

  test('does not let a page lead to files or pages of the browser itself', async () => {
    const page = await newSession().open({ engine: 'chromium' });
    await page.goto(pages.url);
    for (const address of ['file:///etc/passwd', 'chrome://version', 'devtools://devtools/bundled/inspector.html']) {
      await page.evaluate((target) => window.open(target), address);
      await page.evaluate((target) => location.assign(target), address).catch(() => undefined);
    }
    await page.reload();
    expect(
      page
        .context()
        .pages()
        .map((tab) => tab.url())
        .filter((url) => /^(file|chrome|devtools):/.test(url)),
    ).toEqual([]);
  });

  test('leaves nothing of its downloads behind', async () => {
    const session = newSession();
    const page = await session.open({ engine: 'chromium' });
    await page.goto(`${pages.url}/download`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#get')]);
    const path = await download.path();
    expect(existsSync(path)).toBe(true);
    await session.close();
    expect(existsSync(dirname(dirname(path)))).toBe(false);
  });
});

test('gives a browser no keys from the environment', () => {
  const all = {
    PATH: '/bin',
    DISPLAY: ':0',
    CASARE_BROWSER: 'x',
    ORCHESTRATOR_API_KEY: 'x',
    DATABASE_URL: 'x',
    PGPASSWORD: 'x',
    GITHUB_TOKEN: 'x',
  };
  expect(browserEnvironment(all)).toEqual({ PATH: '/bin', DISPLAY: ':0' });
});

test('says what to install when there is no browser', async () => {
  const session = createSession(folder, () => undefined);
  await expect(session.open({ engine: 'chromium' })).rejects.toMatchObject({
    code: 'BROWSER_MISSING',
    message: expect.stringContaining('CASARE_BROWSER'),
  });
});

test('opens Firefox where Playwright has installed it, and says what to install where not', async () => {
  const outcome = await newSession()
    .open({ engine: 'firefox' })
    .then(
      (page) => page.url(),
      (error: AppError) => `${error.code}: ${error.message}`,
    );
  expect(outcome).toMatch(/^(about:blank|BROWSER_MISSING: Firefox .*install firefox)/);
});

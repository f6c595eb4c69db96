import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  createResourceManager,
  type ResourceManager,
  type RunResourcesOptions,
} from '../../../engine/resources/create-resources.ts';
import type { RunResources } from '../../../engine/resources/run-resources.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startEvilSite } from './evil-site.ts';
import { crashRenderer, isAlive, processIdOf } from './test-session.ts';

const makeTempFolder = prepareTempFolders('browser-pool');
const site = await startEvilSite();
const managers: ResourceManager[] = [];
const runs: RunResources[] = [];
const shared = manage();

afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});
afterAll(async () => {
  for (const manager of managers) await manager.close();
});

function manage(options: Parameters<typeof createResourceManager>[0] = {}): ResourceManager {
  const manager = createResourceManager(options);
  managers.push(manager);
  return manager;
}

async function begin(options: Partial<RunResourcesOptions> = {}, manager = shared): Promise<RunResources> {
  const run = manager.forRun({ folder: await makeTempFolder(), holder: `run ${runs.length + 1}`, ...options });
  runs.push(run);
  return run;
}

describe('a browser between runs', () => {
  it('stays the same process, and hands on nothing else', async () => {
    const first = await begin();
    const page = await first.browser.open({ engine: 'chromium' });
    await page.goto(`${site.url}/store`);
    await page.evaluate(`caches.open('x').then((cache) => cache.put('/y', new Response('z')))`);
    const pid = await processIdOf(first.browser);
    await first.close();
    expect(isAlive(pid)).toBe(true);
    expect(shared.stats().browsers.idle).toHaveLength(1);

    const second = await begin();
    const next = await second.browser.open({ engine: 'chromium' });
    expect(await processIdOf(second.browser)).toBe(pid);
    expect(next.url()).toBe('about:blank');
    expect(next.context().pages()).toHaveLength(1);
    await next.goto(site.url);
    expect(
      await next.evaluate(`caches.keys().then((keys) => [document.cookie, localStorage.length, ...keys])`),
    ).toEqual(['', 0]);
    expect(page.isClosed()).toBe(true);
  });

  it('has a page ready for the next run that wants the same kind', async () => {
    const options = { engine: 'chromium' as const, locale: 'de-DE' };
    const first = await begin();
    await first.browser.open(options);
    const before = (await first.browser.context()).browser()?.contexts().length;
    await first.close();
    const second = await begin();
    const page = await second.browser.open(options);
    expect(page.context().browser()?.contexts()).toHaveLength(before ?? 0);
    expect(await page.evaluate('navigator.language')).toBe('de-DE');
    await second.close();
    // Another kind gets a context of its own, and what stood ready is no page of its.
    const third = await begin();
    const other = await third.browser.open({ engine: 'chromium', locale: 'fr-FR' });
    expect(await other.evaluate('navigator.language')).toBe('fr-FR');
    expect(other.context().browser()?.contexts()).toHaveLength(1);
  });

  it('is replaced when its page died on the shelf', async () => {
    const first = await begin();
    await first.browser.open({ engine: 'chromium' });
    const browser = (await first.browser.context()).browser();
    await first.close();
    const spare = await waitFor(() => browser?.contexts()[0]?.pages()[0]);
    await crashRenderer(spare);
    await waitFor(() => browser?.contexts().length === 0);
    const second = await begin();
    const page = await second.browser.open({ engine: 'chromium' });
    await page.goto(site.url);
    expect(await page.title()).toBe('Home');
  });

  it('is replaced when it died or hangs there', async () => {
    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      const first = await begin();
      await first.browser.open({ engine: 'chromium' });
      const pid = await processIdOf(first.browser);
      await first.close();
      process.kill(-pid, signal);
      const second = await begin();
      const page = await second.browser.open({ engine: 'chromium' });
      await page.goto(site.url);
      expect(await processIdOf(second.browser)).not.toBe(pid);
      await waitFor(() => !isAlive(pid));
      await second.close();
    }
  });

  it('closes after its time', async () => {
    const manager = manage({ browsers: { idleMs: 50 } });
    const run = await begin({}, manager);
    await run.browser.open({ engine: 'chromium' });
    const pid = await processIdOf(run.browser);
    await run.close();
    await waitFor(() => !isAlive(pid));
    expect(manager.stats().browsers).toMatchObject({ idle: [], leased: [] });
  });

  it('goes with its files when the process ends', async () => {
    const manager = manage();
    const run = await begin({}, manager);
    const page = await run.browser.open({ engine: 'chromium' });
    await page.goto(`${site.url}/download`);
    const pid = await processIdOf(run.browser);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#get')]);
    await download.cancel();
    await manager.close();
    await waitFor(() => !isAlive(pid));
    expect(manager.stats().browsers).toMatchObject({ idle: [], leased: [] });
  });
});

describe('a run', () => {
  it('has sessions by name, each with cookies of its own', async () => {
    const run = await begin();
    const main = await run.browser.open({ engine: 'chromium' });
    const other = await run.browser.named('bank').open({ engine: 'chromium' });
    await main.goto(`${site.url}/store`);
    await other.goto(site.url);
    expect(await other.evaluate('document.cookie')).toBe('');
    expect(await run.browser.page()).toBe(main);
    expect(await run.browser.named('bank').page()).toBe(other);
    expect(await processIdOf(run.browser)).not.toBe(await processIdOf(run.browser.named('bank')));
  });

  it('keeps every session for a resume', async () => {
    const run = await begin();
    await (await run.browser.open({ engine: 'chromium' })).goto(site.url);
    await (await run.browser.named('bank').open({ engine: 'chromium' })).goto(`${site.url}/store`);
    const state = JSON.parse(JSON.stringify(await run.snapshot())) as NonNullable<
      Awaited<ReturnType<RunResources['snapshot']>>
    >;
    await run.close();
    const resumed = await begin();
    resumed.restore(state);
    expect(await (await resumed.browser.page()).title()).toBe('Home');
    const bank = await resumed.browser.named('bank').page();
    expect(await bank.evaluate('document.cookie')).toBe('seen=1');
  });

  it('may not open more than its share', async () => {
    const run = await begin({ quotas: { browsers: 1 } });
    await run.browser.open({ engine: 'chromium' });
    await expect(run.browser.named('two').open({ engine: 'chromium' })).rejects.toMatchObject({
      code: 'RESOURCE_QUOTA',
      message: expect.stringContaining('1 browsers'),
    });
    await run.browser.close();
    await run.browser.named('two').open({ engine: 'chromium' });
  });

  it('may not open more than its share with steps that run at once', async () => {
    const run = await begin();
    const opened = await Promise.allSettled(
      ['', 'b', 'c', 'd'].map((name) => run.browser.named(name).open({ engine: 'chromium' })),
    );
    expect(opened.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  it('waits for a browser of the machine, and is told who has them', async () => {
    const manager = manage({ browsers: { max: 1, waitMs: 100 } });
    const first = await begin({ holder: 'Invoices' }, manager);
    await first.browser.open({ engine: 'chromium' });
    const second = await begin({}, manager);
    await expect(second.browser.open({ engine: 'chromium' })).rejects.toMatchObject({
      code: 'RESOURCE_BUSY',
      message: expect.stringContaining('Invoices (chromium, hidden) since '),
    });
    const waiting = second.browser.open({ engine: 'chromium' });
    await first.close();
    expect((await waiting).url()).toBe('about:blank');
  });

  it('that ends while it waits for a browser waits no longer', async () => {
    const manager = manage({ browsers: { max: 1 } });
    const first = await begin({}, manager);
    await first.browser.open({ engine: 'chromium' });
    const second = await begin({}, manager);
    const waiting = second.browser.open({ engine: 'chromium' }).catch((error: unknown) => error);
    await waitFor(() => manager.stats().browsers.waiting.length === 1);
    await second.close();
    expect(await waiting).toMatchObject({ code: 'RUN_CANCELLED' });
    expect(manager.stats().browsers.waiting).toEqual([]);
  });

  it('leaves nothing in its folder', async () => {
    const run = await begin();
    await run.browser.open({ engine: 'chromium' });
    await run.close();
    expect(existsSync(join(run.files.folder, 'downloads'))).toBe(false);
  });
});

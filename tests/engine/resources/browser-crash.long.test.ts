import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createResourceManager } from '../../../engine/resources/create-resources.ts';
import type { RunResources } from '../../../engine/resources/run-resources.ts';
import { descendantsOf, runningProcesses, stillRunning } from '../../support/processes.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startEvilSite } from './evil-site.ts';
import { crashRenderer, isAlive, processIdOf } from './test-session.ts';

const makeTempFolder = prepareTempFolders('browser-crash');
const site = await startEvilSite();
const manager = createResourceManager();
const runs: RunResources[] = [];
const notes: string[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});
afterAll(() => manager.close());

async function begin(downloadBytes?: number): Promise<RunResources> {
  const run = manager.forRun({
    folder: await makeTempFolder(),
    browser: { log: (_level, message) => void notes.push(message) },
    ...(downloadBytes === undefined ? {} : { quotas: { downloadBytes } }),
  });
  runs.push(run);
  return run;
}

/** A run that is signed in to the site, as far as one can be. */
async function beginAt(path: string): Promise<RunResources> {
  const run = await begin();
  const page = await run.browser.open({ engine: 'chromium' });
  await page.goto(`${site.url}/store`);
  await page.goto(site.url + path);
  await run.browser.snapshot();
  return run;
}

async function expectUsable(run: RunResources): Promise<void> {
  const page = await run.browser.page();
  await page.goto(site.url);
  expect(await page.evaluate('[document.title, document.cookie, localStorage.getItem("seen")]')).toEqual([
    'Home',
    'seen=1',
    '1',
  ]);
}

describe('a run goes on with what it had, in a new page or browser,', () => {
  it('when its renderer crashes', async () => {
    const run = await beginAt('/');
    const page = await run.browser.page();
    await crashRenderer(page);
    await expect(page.click('#here')).rejects.toThrow(/crashed|closed/i);
    await expectUsable(run);
  });

  it('when somebody kills the renderer', async () => {
    const run = await beginAt('/');
    const page = await run.browser.page();
    const crashed = new Promise((resolve) => page.once('crash', resolve));
    const browserPid = await processIdOf(run.browser);
    const renderers = descendantsOf(browserPid).filter(({ command }) => command.includes('--type=renderer'));
    expect(renderers.length).toBeGreaterThan(0);
    for (const { pid } of renderers) process.kill(pid, 'SIGKILL');
    await crashed;
    await expectUsable(run);
    expect(await processIdOf(run.browser)).toBe(browserPid);
  });

  it('when the browser is killed with all its processes, and other runs do not notice', async () => {
    const [run, other] = [await beginAt('/'), await beginAt('/')];
    const pid = await processIdOf(run.browser);
    const seen = descendantsOf(pid);
    const untouched = await other.browser.page();
    process.kill(-pid, 'SIGKILL');
    await waitFor(() => !run.browser.isOpen());
    expect(await untouched.title()).toBe('Home');
    await expectUsable(run);
    expect(await processIdOf(run.browser)).not.toBe(pid);
    await waitFor(() => stillRunning(seen).length === 0);
  });

  it('when its page is busy for ever', async () => {
    const run = await beginAt('/hang');
    const pid = await processIdOf(run.browser);
    const page = await run.browser.page();
    const hanging = page.evaluate('document.querySelector("button").click()').catch((error: unknown) => error);
    expect(await run.browser.answers()).toBe(false);
    expect(String(await hanging)).toMatch(/closed|crashed/i);
    await expectUsable(run);
    await waitFor(() => !isAlive(pid));
  });
});

describe('a page', () => {
  it('that leads elsewhere all the time can be left', async () => {
    const run = await begin();
    const page = await run.browser.open({ engine: 'chromium' });
    await page.goto(`${site.url}/away`).catch(() => undefined);
    await waitFor(() => site.requests.filter((path) => path.startsWith('/away?')).length > 5);
    const begun = performance.now();
    await run.close();
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('that asks again and again is answered, remembered in part, and can be left', async () => {
    const run = await begin();
    const page = await run.browser.open({ engine: 'chromium' });
    await page.goto(`${site.url}/dialogs`);
    let seen = 0;
    page.on('dialog', () => void seen++);
    await waitFor(() => seen > 150);
    expect(run.browser.takeDialogs().length).toBeLessThanOrEqual(100);
    const begun = performance.now();
    await run.close();
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('that never answers is given up at the time limit, and the browser stays', async () => {
    const run = await begin();
    const page = await run.browser.open({ engine: 'chromium' });
    await expect(page.goto(`${site.url}/never`, { timeout: 300 })).rejects.toThrow(/Timeout 300ms/);
    expect(await run.browser.answers()).toBe(true);
    await page.goto(site.url);
  });

  it('cannot fill the disk with a download that never ends', async () => {
    const run = await begin(1_000_000);
    const page = await run.browser.open({ engine: 'chromium' });
    await page.goto(`${site.url}/download`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#get')]);
    const path = download.path().catch(() => undefined);
    expect(await download.failure()).toMatch(/cancel/i);
    expect(notes.join('\n')).toContain('Downloads were broken off');
    expect(await path).toBeUndefined();
  });
});

describe('nothing of a browser is left', () => {
  it('when the process that uses it is killed', async () => {
    const folder = await makeTempFolder();
    const temp = await makeTempFolder();
    const holder = spawn(process.execPath, [`${import.meta.dirname}/browser-holder.ts`, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temp },
    });
    const said = await new Promise<string>((resolve) => holder.stdout.once('data', (data) => resolve(String(data))));
    const browserPid = Number(said);
    expect(isAlive(browserPid)).toBe(true);
    // Those that report crashes have left the family: they are known by the folder of the browser they watch.
    const ofBrowser = runningProcesses().filter(({ command }) => command.includes(temp));
    const seen = [...descendantsOf(holder.pid ?? 0), ...ofBrowser];
    expect(seen.length).toBeGreaterThan(3);
    holder.kill('SIGKILL');
    await waitFor(() => stillRunning(seen).length === 0, { until: 'every process of the browser has gone' });
  });

  it('when it ends by itself without closing it', async () => {
    const temp = await makeTempFolder();
    const holder = spawn(process.execPath, [`${import.meta.dirname}/browser-holder.ts`, temp, 'leave'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temp },
    });
    const said = await new Promise<string>((resolve) => holder.stdout.once('data', (data) => resolve(String(data))));
    await new Promise((resolve) => holder.once('exit', resolve));
    await waitFor(() => !isAlive(Number(said)));
    const left = await readdir(temp);
    expect(left.filter((name) => name.startsWith('playwright_chromiumdev_profile'))).toEqual([]);
    expect(dirname(temp)).not.toBe(temp);
  });
});

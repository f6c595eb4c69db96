import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { chromiumFlags } from '../../../engine/resources/chromium-flags.ts';
import { createResourceManager, type RunResourcesOptions } from '../../../engine/resources/create-resources.ts';
import { isMetadataAddress } from '../../../engine/resources/http-policy.ts';
import type { RunResources } from '../../../engine/resources/run-resources.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startEvilSite } from './evil-site.ts';

const makeTempFolder = prepareTempFolders('browser-guard');
const site = await startEvilSite();
const manager = createResourceManager();
const runs: RunResources[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});
afterAll(() => manager.close());

async function begin(options: Partial<RunResourcesOptions> = {}) {
  const run = manager.forRun({ folder: await makeTempFolder(), ...options });
  runs.push(run);
  return { run, page: await run.browser.open({ engine: 'chromium' }) };
}

describe('a page', () => {
  it('is led to no page of the browser, and to no file outside the folders of the run', async () => {
    const { page } = await begin();
    for (const address of [
      'chrome://version',
      'chrome://crash',
      'about:version',
      'devtools://devtools/bundled/inspector.html',
      `view-source:${site.url}`,
      'view-source:file:///etc/passwd',
      'chrome-extension://abc/x',
    ])
      await expect(page.goto(address)).rejects.toMatchObject({ code: 'NAVIGATION_FAILED' });
    const outside = await mkdtemp(join(tmpdir(), 'casare-outside-'));
    await writeFile(join(outside, 'secret.html'), 'secret');
    await expect(page.goto(pathToFileURL(join(outside, 'secret.html')).href)).rejects.toMatchObject({
      code: 'FILE_ACCESS',
    });
    await rm(outside, { recursive: true });
    await page.goto(site.url);
    expect(await page.title()).toBe('Home');
  });

  it('may show a file of the run, but nothing beyond by way of it', async () => {
    const { run, page } = await begin();
    const outside = await mkdtemp(join(tmpdir(), 'casare-outside-'));
    await writeFile(join(outside, 'secret.html'), 'secret');
    const secret = pathToFileURL(join(outside, 'secret.html')).href;
    await writeFile(join(run.files.folder, 'own.html'), '<title>Own</title>');
    await writeFile(join(run.files.folder, 'sly.html'), `<title>Sly</title><iframe src="${secret}"></iframe>`);
    await page.goto(pathToFileURL(join(run.files.folder, 'own.html')).href);
    expect(await page.title()).toBe('Own');
    await page.goto(pathToFileURL(join(run.files.folder, 'sly.html')).href).catch(() => undefined);
    await waitFor(() => page.isClosed());
    await rm(outside, { recursive: true });
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://100.100.100.200/',
  ])('reaches no metadata at %s, opened or asked for', async (address) => {
    const { page } = await begin();
    await expect(page.goto(address)).rejects.toThrow(/metadata|ERR_NAME_NOT_RESOLVED/);
    await page.goto(site.url);
    const asked = await page.evaluate(
      (url) => fetch(url, { mode: 'no-cors', signal: AbortSignal.timeout(2000) }).then(String, (error) => error.name),
      address,
    );
    // Refused at once: a TimeoutError would mean that somebody was asked.
    expect(asked).toBe('TypeError');
  });

  it('reaches no metadata by a name of the cloud', async () => {
    const { page } = await begin();
    await expect(page.goto('http://metadata.google.internal/')).rejects.toThrow(/ERR_NAME_NOT_RESOLVED/);
  });

  it('that was answered from a denied address by way of a name is closed', async () => {
    const { run, page } = await begin({
      browser: {
        pages: { checkFile: async () => undefined, isDeniedAddress: (address) => address === '127.0.0.1' },
      },
    });
    await page.goto(site.url.replace('127.0.0.1', 'localhost')).catch(() => undefined);
    await waitFor(() => page.isClosed());
    expect((await run.browser.page()).url()).toBe('about:blank');
  });

  it('asks the settings of the machine for every request where there are such settings', async () => {
    const { page } = await begin({ httpPolicy: { mayConnect: (url) => url.pathname !== '/store' } });
    await page.goto(site.url);
    expect(await page.evaluate(`fetch('/store').then(() => 'read', () => 'refused')`)).toBe('refused');
    expect(await page.evaluate(`fetch('/hang').then(() => 'read', () => 'refused')`)).toBe('read');
    await expect(page.goto(`${site.url}/store`)).rejects.toThrow(/ERR_BLOCKED_BY_CLIENT/);
  });
});

it('rules of the browser name every address that HTTP steps are refused', () => {
  const rules = chromiumFlags(false).find((flag) => flag.startsWith('--host-resolver-rules=')) ?? '';
  const addresses = rules.match(/\d+\.\d+\.\d+\.\d+|(?<=\*)fd[0-9a-f:]+(?=\*)/g) ?? [];
  expect(addresses).toHaveLength(9);
  for (const address of addresses) expect(`${address} ${isMetadataAddress(address)}`).toBe(`${address} true`);
});

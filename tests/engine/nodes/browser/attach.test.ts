import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumFlags, runsAsRoot } from '../../../../engine/resources/chromium-flags.ts';
import { findBrowser } from '../../../../engine/resources/find-browser.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { isAlive } from '../../resources/test-session.ts';
import { createBench } from './browser-bench.ts';
import { type HtmlPages, serveHtml } from './html-pages.ts';

const makeTempFolder = prepareTempFolders('browser-attach');
let pages: HtmlPages;
let folder: string;
let theirs: ChildProcess;
let address: string;

beforeAll(async () => {
  pages = await serveHtml({ '/': '<title>Mine</title><h1>Theirs</h1>', '/next': '<title>Next</title>' });
  folder = await makeTempFolder();
  const executable = findBrowser()?.executablePath;
  if (!executable) throw new Error('There is no browser.');
  const flags = [
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder}/theirs`,
    ...chromiumFlags(runsAsRoot()),
  ];
  theirs = spawn(executable, [...flags, pages.url], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  theirs.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await waitFor(() => /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.test(said), { until: 'the browser listens' });
  address = `http://127.0.0.1:${/127\.0\.0\.1:(\d+)\//.exec(said)?.[1]}`;
});
afterAll(async () => {
  theirs.kill('SIGKILL');
  await pages.stop();
});

test("a person's browser is used as it is, taken up again, and left open", async () => {
  const bench = createBench(folder);
  await bench.run('browser.open', { attachTo: address });
  expect(await bench.run('browser.tabs', { action: 'wait', tab: 'Mine' })).toMatchObject({
    tabs: expect.arrayContaining([expect.objectContaining({ title: 'Mine' })]),
  });
  await bench.run('browser.cookies', { action: 'set', name: 'private', value: 'of-the-person' });
  const state = await bench.browser.snapshot();
  expect(JSON.stringify(state)).not.toContain('of-the-person');
  await bench.browser.close();
  expect(isAlive(theirs.pid ?? 0)).toBe(true);

  if (!state) throw new Error('There is no state.');
  const resumed = createBench(folder);
  resumed.browser.restore(state);
  expect(await resumed.run('browser.extractText', { target: 'h1' })).toMatchObject({ text: 'Theirs' });
  await resumed.browser.close();
  expect(isAlive(theirs.pid ?? 0)).toBe(true);
});

test('an address of this machine that names a browser elsewhere is refused', async () => {
  const liar = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ webSocketDebuggerUrl: 'ws://192.0.2.1:9222/devtools/browser/1' }));
  }).listen(0, '127.0.0.1');
  await once(liar, 'listening');
  try {
    const attachTo = `http://localhost:${(liar.address() as AddressInfo).port}`;
    expect(await createBench(folder).fail('browser.open', { attachTo })).toMatchObject({ code: 'FORBIDDEN' });
  } finally {
    liar.close();
  }
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSummary } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildElectron } from '../../build/electron-build.ts';
import { root } from '../../build/run-tool.ts';
import { ensureStudioBuild } from '../../build/studio-build.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowOf } from '../support/workflows.ts';
import { writeTree } from '../support/write-tree.ts';
import { type Simulator, startSimulator } from './simulator/start-simulator.ts';

// One file: it builds into electron/dist, and two at the same time would build over each other.
// The built main, preload and host, unchanged; only the module `electron` is a stand-in, its windows pages of a real Chromium.

const makeTempFolder = prepareTempFolders('simulator');

let shared: Awaited<ReturnType<typeof startStudio>>;
beforeAll(async () => {
  await buildElectron();
  shared = await startStudio();
});
afterAll(() => shared?.simulator.quit());

const page = `<!doctype html><html><head><title>page</title><script src="./page.js"></script></head><body><p>ready</p></body></html>`;
const pageScript = `globalThis.heard = []; globalThis.unlisten = casare.onEvent((name, payload) => heard.push({ name, payload }));`;

async function startStudio() {
  const folder = await makeTempFolder();
  await writeTree(folder, {
    'dist/index.html': page,
    'dist/page.js': pageScript,
    'workflows/first.flow.json': '{"broken": true}',
  });
  const simulator = startSimulator({
    userFolder: join(folder, 'user'),
    env: {
      STUDIO_DIST: join(folder, 'dist'),
      STUDIO_WORKFLOWS: join(folder, 'workflows'),
      STUDIO_NODE: process.execPath,
    },
  });
  await waitFor(() => simulator.evaluate<boolean>(`document.body?.textContent === 'ready' && !!globalThis.heard`), {
    until: 'the page is shown',
    timeoutMs: 20_000,
  });
  return { folder, simulator };
}

const heard = (simulator: Simulator) => simulator.evaluate<{ name: string; payload: unknown }[]>('heard');

test('a call goes from the page through preload and main to the host and back', async () => {
  const { simulator, folder } = shared;
  expect(await simulator.call('app.info', {})).toMatchObject({
    ok: true,
    reply: { version: '9.9.9', workflowsFolder: join(folder, 'workflows') },
  });
  expect(await simulator.call('files.list', {})).toMatchObject({
    ok: true,
    reply: { files: [{ path: 'first.flow.json', broken: true }], examples: [] },
  });
  expect(await simulator.call('files.read', { path: '../secret.flow.json' })).toMatchObject({
    ok: false,
    error: { code: 'FILE_ACCESS' },
  });
  expect(await simulator.call('files.read', { wrong: 1 })).toMatchObject({ ok: false, error: { code: 'VALIDATION' } });
});

test('the page has the bridge and nothing else of Node or Electron', async () => {
  const { simulator } = shared;
  expect(await simulator.evaluate(`Object.keys(casare).sort()`)).toEqual(['call', 'onEvent']);
  expect(await simulator.evaluate(`[typeof require, typeof process, typeof module, typeof Buffer]`)).toEqual(
    Array(4).fill('undefined'),
  );
  const { windowOptions, channels, isSandboxOn } = await simulator.seen();
  expect(channels).toEqual(['casare:call']);
  expect(isSandboxOn).toBe(true);
  expect(windowOptions[0]?.['webPreferences']).toMatchObject({ contextIsolation: true, sandbox: true });
});

test('the policy of the page refuses eval, inline scripts, frames, strings as markup and requests to elsewhere', async () => {
  const { simulator } = shared;
  // In a timer: what the test itself evaluates is exempt from the policy.
  const attempt = (source: string) =>
    simulator.evaluate<string>(`new Promise((resolve) => setTimeout(async () => {
      try { await (${source})(); resolve('done'); } catch (error) { resolve(error.name); }
    }))`);
  expect(await attempt(`() => eval('1')`)).toBe('EvalError');
  expect(await attempt(`() => new Function('return 1')()`)).toBe('EvalError');
  expect(await attempt(`() => { document.body.innerHTML = '<img src=x onerror=globalThis.hurt=1>' }`)).toBe(
    'TypeError',
  );
  expect(await attempt(`() => fetch('http://169.254.169.254/')`)).toBe('TypeError');
  expect(await attempt(`() => fetch('file:///etc/passwd')`)).toBe('TypeError');
  expect(await attempt(`() => new WebSocket('ws://127.0.0.1:1/')`)).toMatch(/SecurityError|done/);
  await simulator.evaluate(`(() => {
    const frame = document.createElement('iframe');
    frame.name = 'other'; frame.src = 'https://evil.example/';
    document.body.append(frame);
  })()`);
  expect(await attempt(`() => { if (globalThis.hurt) throw new Error('ran') }`)).toBe('done');
  const { errors, refused } = await simulator.seen();
  expect(errors.join('\n')).toContain('Content Security Policy');
  expect(refused.filter((address) => /^(file|ws|http):/.test(address))).toEqual([]);
});

test('a frame inside the page is refused by the channel even when it gets hold of it', async () => {
  const { simulator } = shared;
  await simulator.evaluate(`(() => {
    const frame = document.createElement('iframe'); frame.name = 'inner'; document.body.append(frame);
  })()`);
  const answer = await waitFor(() =>
    simulator.evaluate<object>(`simulatorInvoke('casare:call', ['app.info', {}])`, 'inner'),
  );
  expect(answer).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
});

test('the page stays where it is, and links open outside after a question', async () => {
  const { simulator } = shared;
  await simulator.evaluate(`void setTimeout(() => { location.href = 'https://evil.example/' })`);
  await waitFor(async () => (await simulator.seen()).refused.includes('https://evil.example/'));
  await simulator.evaluate(`void window.open('https://somewhere.example/page')`);
  await waitFor(async () => (await simulator.seen()).opened.length === 1);
  await simulator.evaluate(`void window.open('http://plain.example/')`);
  await waitFor(async () => (await simulator.seen()).refused.includes('http://plain.example/'));
  const seen = await simulator.seen();
  expect(seen.url).toBe('app://studio/');
  expect(seen.opened).toEqual(['https://somewhere.example/page']);
  expect(seen.questions).toEqual(['Open this address in your browser? https://somewhere.example/page']);
  expect(seen.windows).toBe(1);
});

test('a host that is killed runs again, and the page is told', async () => {
  const { simulator } = shared;
  expect(await simulator.call('app.info', {})).toMatchObject({ ok: true });
  const { hostPid } = await simulator.seen();
  await simulator.send({ type: 'killHost' });
  await waitFor(async () => (await heard(simulator)).find(({ name }) => name === 'host.status'));
  expect((await heard(simulator)).at(-1)?.payload).toMatchObject({ state: 'restarted' });
  expect(await simulator.call('app.info', {})).toMatchObject({ ok: true });
  expect((await simulator.seen()).hostPid).not.toBe(hostPid);
});

test('events of the host and entries of the menu reach the page until it stops listening', async () => {
  const { simulator } = shared;
  await simulator.send({ type: 'menu', labels: ['File', 'Save'] });
  await waitFor(async () => (await heard(simulator)).some(({ name }) => name === 'app.action'));
  expect(await heard(simulator)).toContainEqual({ name: 'app.action', payload: { id: 'editor.save' } });
  expect(await simulator.call('files.delete', { path: 'first.flow.json' })).toMatchObject({ ok: true });
  await waitFor(async () => (await heard(simulator)).some(({ name }) => name === 'files.changed'));
  await simulator.evaluate('unlisten()');
  const before = (await heard(simulator)).length;
  await simulator.send({ type: 'menu', labels: ['File', 'Save'] });
  expect(await simulator.call('app.info', {})).toMatchObject({ ok: true });
  expect(await heard(simulator)).toHaveLength(before);
});

test('permissions are denied but for writing the clipboard', async () => {
  const { simulator } = shared;
  const ask = (permission: string, address = 'app://studio/') =>
    simulator.send({ type: 'permission', permission, address });
  for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'usb', 'midi'])
    expect(await ask(permission)).toEqual({ granted: false, checked: false });
  expect(await ask('clipboard-sanitized-write')).toEqual({ granted: true, checked: true });
  expect(await ask('clipboard-sanitized-write', 'https://evil.example/')).toEqual({ granted: false, checked: false });
});

test('quitting ends the host too; a second start brings no second window', async () => {
  const { simulator } = await startStudio();
  await using _end = simulator;
  expect(await simulator.call('app.info', {})).toMatchObject({ ok: true });
  await simulator.send({ type: 'secondInstance' });
  const { hostPid, windows } = await simulator.seen();
  expect(windows).toBe(1);
  expect(await simulator.quit()).toBe(0);
  expect(() => process.kill(hostPid ?? 0, 0)).toThrow('ESRCH');
});

test('settings are kept in the folder of the person', async () => {
  const { simulator, folder } = shared;
  expect(await simulator.call('settings.set', { settings: { theme: 'dark' } })).toMatchObject({ ok: true });
  const kept = await readFile(join(folder, 'user/userData/studio/settings.json'), 'utf8');
  expect(JSON.parse(kept)).toEqual({ theme: 'dark' });
});

test('scripts and patterns run in the programs that were built beside the host', async () => {
  const { simulator } = shared;
  const document = workflowOf(
    {
      start: 'control.start',
      code: { type: 'code.javascript', params: { code: 'return input.a + 1', input: { a: 41 } } },
      find: { type: 'text.regex', params: { text: 'order 17', pattern: '\\d+' } },
    },
    ['start>code', 'code>find'],
  );
  const started = await simulator.call('run.start', { document });
  expect(started).toMatchObject({ ok: true });
  const { runId } = started.reply as { runId: string };
  const runs = () => simulator.call('runs.list', {}).then(({ reply }) => (reply as { runs: RunSummary[] }).runs);
  const summary = await waitFor(async () =>
    (await runs()).find((run) => run.runId === runId && run.status !== 'running'),
  );
  expect(summary).toMatchObject({ status: 'completed', error: null });
  expect(await simulator.call('runs.output', { runId, path: 'code' })).toMatchObject({
    reply: { output: { result: 42 } },
  });
});

test('the studio itself works under the policy of the desktop program', { timeout: 120_000 }, async () => {
  await ensureStudioBuild();
  const folder = await makeTempFolder();
  await using studio = startSimulator({
    userFolder: join(folder, 'user'),
    env: {
      STUDIO_DIST: join(root, 'studio/dist'),
      STUDIO_WORKFLOWS: join(folder, 'workflows'),
      STUDIO_EXAMPLES: join(root, 'examples'),
    },
  });
  const text = () => studio.evaluate<string>(`document.getElementById('root').innerText`);
  await waitFor(async () => (await text()).length > 50, { until: 'the studio is drawn', timeoutMs: 30_000 });
  await studio.evaluate(`void (location.hash = '#/settings')`);
  await waitFor(() => studio.evaluate<boolean>(`location.hash === '#/settings' && document.fonts.status === 'loaded'`));
  const { errors, refused, url } = await studio.seen();
  expect(url).toMatch(/^app:\/\/studio\//);
  expect(errors).toEqual([]);
  expect(refused).toEqual([]);
});

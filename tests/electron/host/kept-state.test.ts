import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDrafts } from '../../../electron/host/drafts.ts';
import { openRunHistory } from '../../../electron/host/run-history.ts';
import { fileSecretStore } from '../../../electron/host/secret-store.ts';
import { openSettings } from '../../../electron/host/settings.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { workflowOf } from '../../support/workflows.ts';

const makeTempFolder = prepareTempFolders('kept-state');
const document = workflowOf({ start: 'control.start' });

test('a draft survives a new start, and is gone when it was dropped', async () => {
  const folder = await makeTempFolder();
  await openDrafts(folder).put('a.flow.json', document);
  const drafts = openDrafts(folder);
  const found = await drafts.get('a.flow.json');
  expect(found.document).toEqual(document);
  expect(found.savedAt).toBeGreaterThan(0);
  expect(await drafts.get('b.flow.json')).toEqual({ document: null, savedAt: null });
  await drafts.drop('a.flow.json');
  expect(await drafts.get('a.flow.json')).toEqual({ document: null, savedAt: null });
  await drafts.drop('a.flow.json');
});

test('the path of a draft never becomes a path on the disk', async () => {
  const folder = await makeTempFolder();
  await openDrafts(join(folder, 'drafts')).put('../../escape', document);
  expect(await readdir(folder)).toEqual(['drafts']);
});

test('settings merge, null removes, and quick changes do not overwrite each other', async () => {
  const path = join(await makeTempFolder(), 'settings.json');
  const settings = openSettings(path);
  expect(await settings.get()).toEqual({});
  await Promise.all(Array.from({ length: 20 }, (_, i) => settings.set({ [`key${i}`]: i })));
  expect(Object.keys(await settings.get())).toHaveLength(20);
  await settings.set({ key0: null, key1: { nested: [true] } });
  expect(await openSettings(path).get()).toMatchObject({ key1: { nested: [true] }, key2: 2 });
  expect(await settings.get()).not.toHaveProperty('key0');
});

test.each(['{"theme": "da', '[]', 'null', ''])('settings that hold %j are kept aside once', async (text) => {
  const folder = await makeTempFolder();
  const path = join(folder, 'settings.json');
  await writeFile(path, text);
  const settings = openSettings(path);
  expect(await Promise.all([settings.get(), settings.get(), settings.get()])).toEqual([{}, {}, {}]);
  await settings.set({ theme: 'light' });
  const names = (await readdir(folder)).sort();
  expect(names).toEqual(['settings.json', expect.stringMatching(/^settings\.json\.broken-\d+$/)]);
  expect(await readFile(join(folder, names[1] ?? ''), 'utf8')).toBe(text);
  expect(await settings.get()).toEqual({ theme: 'light' });
});

test('settings that cannot be read are not overwritten', async () => {
  const path = join(await makeTempFolder(), 'settings.json');
  await mkdir(path);
  const settings = openSettings(path);
  await expect(settings.get()).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  await expect(settings.set({ a: 1 })).rejects.toMatchObject({ code: 'FILE_ACCESS' });
});

test.runIf(process.platform !== 'win32')('the file of the key is for this person alone', async () => {
  const path = join(await makeTempFolder(), 'key');
  const secrets = fileSecretStore(path);
  expect(await secrets.get()).toBeNull();
  await secrets.set('casare_key');
  expect(await secrets.get()).toBe('casare_key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await secrets.set(null);
  expect(await secrets.get()).toBeNull();
});

test('a run that was under way when the host ended is shown as cancelled', async () => {
  const path = join(await makeTempFolder(), 'history.sqlite');
  const first = openRunHistory(path);
  first.begin({ runId: 'r1', workflowId: 'w', workflowName: 'W', startedAt: 1 });
  first.begin({ runId: 'r2', workflowId: 'w', workflowName: 'W', startedAt: 2 });
  first.end('r2', 'completed', 5, null);
  first.close();
  const second = openRunHistory(path);
  expect(second.list({ limit: 10 }).map(({ runId, status }) => [runId, status])).toEqual([
    ['r2', 'completed'],
    ['r1', 'cancelled'],
  ]);
  expect(second.list({ workflowId: 'other', limit: 10 })).toEqual([]);
  second.close();
});

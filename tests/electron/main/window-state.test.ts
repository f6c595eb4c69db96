import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepWindowState, readWindowState } from '../../../electron/main/window-state.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const makeTempFolder = prepareTempFolders('window-state');
const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const at = (x: number, y: number) => ({ bounds: { x, y, width: 1000, height: 700 }, isMaximized: false });

test('a window opens where it was closed', async () => {
  const folder = await makeTempFolder();
  const path = join(folder, 'user', 'window.json');
  expect(readWindowState(path, [screen])).toBeUndefined();
  keepWindowState(path, at(100, 50));
  expect(readWindowState(path, [screen])).toEqual(at(100, 50));
  expect(await readdir(join(folder, 'user'))).toEqual(['window.json']);
});

test('a place that no screen shows any more is forgotten', async () => {
  const path = join(await makeTempFolder(), 'window.json');
  keepWindowState(path, at(2500, 100));
  expect(readWindowState(path, [screen])).toBeUndefined();
  expect(readWindowState(path, [screen, { ...screen, x: 1920 }])).toEqual(at(2500, 100));
  keepWindowState(path, at(100, 1075));
  expect(readWindowState(path, [screen])).toBeUndefined();
});

test.each([
  '',
  '{',
  'null',
  '{"bounds":{"x":"1"}}',
  '{"bounds":{"x":0,"y":0,"width":1,"height":1},"isMaximized":false}',
])('a file that holds %j is as good as none', async (text) => {
  const path = join(await makeTempFolder(), 'window.json');
  await writeFile(path, text);
  expect(readWindowState(path, [screen])).toBeUndefined();
});

test('a place that cannot be kept costs nothing else', async () => {
  const file = join(await makeTempFolder(), 'file');
  await writeFile(file, '');
  expect(() => keepWindowState(join(file, 'window.json'), at(0, 0))).not.toThrow();
});

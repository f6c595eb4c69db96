import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findElectron } from '../../build/electron-binary.ts';
import { root, runTool } from '../../build/run-tool.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { writeTree } from '../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('electron-binary');

test('the folder that the environment names is used', async () => {
  const folder = await makeTempFolder();
  const names = { linux: 'electron', win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
  const name = names[process.platform as keyof typeof names];
  await writeTree(folder, { [name]: '' });
  await chmod(join(folder, name), 0o755);
  expect(await findElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toBe(join(folder, name));
});

test('without the program the command says what to do and ends with 2, building and fetching nothing', async () => {
  const nowhere = join(await makeTempFolder(), 'nothing');
  const { code, output } = await runTool(join(root, 'build/electron.ts'), [], {
    env: { ELECTRON_OVERRIDE_DIST_PATH: nowhere },
  });
  expect(code).toBe(2);
  expect(output).toContain(nowhere);
  expect(output).toContain('npm start');
  expect(output).not.toContain('built');
});

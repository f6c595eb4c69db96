import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { writeTree } from '../../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('browsers');

const run = promisify(execFile);
const finder = new URL('../../../engine/resources/find-browser.ts', import.meta.url).href;
let folder = '';

beforeAll(async () => {
  folder = await makeTempFolder();
  await writeTree(folder, {
    'first/notes.txt': '',
    'second/google-chrome': '#!/bin/sh\n',
    'third/chromium': '#!/bin/sh\n',
    'plain/chromium': 'not a program',
  });
  await chmod(join(folder, 'second/google-chrome'), 0o755);
  await chmod(join(folder, 'third/chromium'), 0o755);
});

/** In a process of its own: Playwright reads its folder when it is loaded, and here it must find none. */
async function findIn(env: Record<string, string>): Promise<unknown> {
  const script = `import { findBrowser } from ${JSON.stringify(finder)}; console.log(JSON.stringify(findBrowser() ?? null));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { PLAYWRIGHT_BROWSERS_PATH: join(folder, 'none'), ...env },
  });
  return JSON.parse(stdout);
}

const path = (...folders: string[]) => folders.map((name) => join(folder, name)).join(delimiter);

test.runIf(process.platform === 'linux')('PATH is searched for Chromium before Chrome', async () => {
  expect(await findIn({ PATH: path('first', 'second', 'third') })).toEqual({
    executablePath: join(folder, 'third/chromium'),
    source: 'machine',
  });
});

test.runIf(process.platform === 'linux')('a file that cannot be run is no browser', async () => {
  expect(await findIn({ PATH: path('plain', 'second') })).toMatchObject({
    executablePath: join(folder, 'second/google-chrome'),
  });
  expect(await findIn({ PATH: path('plain', 'first') })).toBeNull();
});

test('CASARE_BROWSER goes before everything else', async () => {
  const chosen = join(folder, 'second/google-chrome');
  expect(await findIn({ CASARE_BROWSER: chosen, PATH: path('third') })).toEqual({
    executablePath: chosen,
    source: 'CASARE_BROWSER',
  });
});

test('a CASARE_BROWSER that is not there is not replaced by another browser', async () => {
  expect(await findIn({ CASARE_BROWSER: join(folder, 'gone'), PATH: path('third') })).toBeNull();
});

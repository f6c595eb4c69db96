import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFileAccess } from '../../../engine/resources/file-access.ts';
import { checkSpelling, isInside } from '../../../engine/resources/path-policy.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { misspelledWindows, outsidePosix, outsideWindows } from './hostile-paths.ts';

const makeTempFolder = prepareTempFolders('paths');

async function openAccess() {
  const root = await makeTempFolder();
  const [folder, outside] = [join(root, 'run'), join(root, 'outside')];
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'own.txt'), 'own');
  return { root, folder, outside, files: createFileAccess({ folder }) };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error: { code?: string }) => error.code,
  );

test('more than 300 paths are looked at for each system', () => {
  expect(outsidePosix.length + 20).toBeGreaterThan(150);
  expect(misspelledWindows.length + outsideWindows.length).toBeGreaterThan(300);
  expect(outsidePosix.length * 5).toBeGreaterThan(300);
});

describe.runIf(process.platform !== 'win32')('on POSIX', () => {
  test('no path outside is read, opened, written, made or named', async () => {
    const { root, folder, files } = await openAccess();
    const wrong: unknown[] = [];
    for (const path of outsidePosix) {
      for (const way of ['readable', 'open', 'writable', 'locate'] as const) {
        const code = await codeOf(files[way](path));
        if (code !== 'FILE_ACCESS') wrong.push([path.slice(0, 60), way, code]);
      }
      const code = await codeOf(files.write(path, 'x'));
      if (code !== 'FILE_ACCESS') wrong.push([path.slice(0, 60), 'write', code]);
    }
    expect(wrong).toEqual([]);
    expect((await readdir(root)).toSorted()).toEqual(['outside', 'run', 'secret.txt']);
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'own.txt']);
  });

  test('links, pipes, sockets, devices and what /proc shows are no files', async () => {
    const { folder, outside, files } = await openAccess();
    const links: Record<string, string> = {
      'to-outside': outside,
      'to-secret': join(outside, 'secret.txt'),
      'to-proc': '/proc/self/environ',
      'to-fd': '/proc/self/fd/0',
      'to-cwd': '/proc/self/cwd',
      'to-zero': '/dev/zero',
      'to-tty': '/dev/tty',
      'to-itself': 'to-itself',
      'to-link': 'to-secret',
      'to-up': '../outside/secret.txt',
      'to-new': join(outside, 'new.txt'),
    };
    for (const [name, to] of Object.entries(links)) await symlink(to, join(folder, name));
    const maker = 'mkfifo';
    execFileSync(maker, [join(folder, 'pipe')]);
    const listener = createServer().listen(join(folder, 'socket'));
    await once(listener, 'listening');
    for (const name of [...Object.keys(links), 'to-outside/secret.txt', 'to-cwd/package.json', 'pipe', 'socket']) {
      expect([name, await codeOf(files.open(name))]).toEqual([
        name,
        expect.stringMatching(/FILE_ACCESS|FILE_NOT_FOUND/),
      ]);
      expect([name, await codeOf(files.write(name, 'x'))]).toEqual([name, 'FILE_ACCESS']);
    }
    listener.close();
    expect(await readdir(outside)).toEqual(['secret.txt']);
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
  });
});

describe('on Windows', () => {
  test.each([['C:\\run']])('below %s no name leads to a device, a stream or elsewhere', (root) => {
    const refused = (path: string) => {
      try {
        checkSpelling(path, 'win32');
        return false;
      } catch (error) {
        return (error as { code?: string }).code === 'FILE_ACCESS';
      }
    };
    expect(misspelledWindows.filter((path) => !refused(path))).toEqual([]);
    expect(outsideWindows.filter((path) => !refused(path) && isInside(root, win32.resolve(root, path), win32))).toEqual(
      [],
    );
    for (const path of [
      'own.txt',
      'sub\\own.txt',
      'sub/own.txt',
      'C:\\run\\x',
      'c:\\RUN\\x',
      '.\\a',
      'a..b',
      'nulls.txt',
      'com10',
    ])
      expect([path, refused(path), isInside(root, win32.resolve(root, path), win32)]).toEqual([path, false, true]);
  });
});

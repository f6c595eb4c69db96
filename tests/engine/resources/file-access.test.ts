import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '@casare/shared';
import { createFileAccess } from '../../../engine/resources/file-access.ts';
import { fileError } from '../../../engine/resources/file-errors.ts';
import { prepareTempFolders } from '../../support/temp.ts';

const makeTempFolder = prepareTempFolders('file-access');

async function openAccess() {
  const root = await makeTempFolder();
  const [folder, outside, allowed] = [join(root, 'run'), join(root, 'outside'), join(root, 'allowed')];
  for (const path of [folder, outside, allowed]) await mkdir(path);
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'own.txt'), 'own');
  return { folder, outside, allowed, files: createFileAccess({ folder, allowedFolders: [allowed] }) };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error: unknown) => (error as AppError).code,
  );

describe('the folders of a run', () => {
  it('are its own and those it was given', async () => {
    const { files, folder, allowed } = await openAccess();
    expect(await files.readable('own.txt')).toBe(join(folder, 'own.txt'));
    expect(await files.readable('./a/../own.txt')).toBe(join(folder, 'own.txt'));
    expect(await files.readable('.')).toBe(folder);
    expect((await files.write(join(allowed, 'x/y.txt'), 'x')).path).toBe(join(allowed, 'x', 'y.txt'));
  });

  it.each([
    '../outside/secret.txt',
    'a/../../outside/secret.txt',
    '/etc/passwd',
    '/',
    '..',
    '/proc/self/environ',
    '/dev/null',
  ])('do not hold %s', async (path) => {
    const { files, folder } = await openAccess();
    const ways = [
      files.readable(path),
      files.open(path),
      files.writable(path),
      files.write(path, 'x'),
      files.locate(path),
    ];
    expect(new Set(await Promise.all(ways.map(codeOf)))).toEqual(new Set(['FILE_ACCESS']));
    expect(await readdir(folder)).toEqual(['own.txt']);
  });

  it('are not told apart by the beginning of their name', async () => {
    const { files, folder } = await openAccess();
    await mkdir(`${folder}-other`);
    await writeFile(`${folder}-other/a.txt`, 'a');
    expect(await codeOf(files.readable(`${folder}-other/a.txt`))).toBe('FILE_ACCESS');
  });

  it.each(['', ' ', 'a\0b', `${'x'.repeat(5000)}`])('refuse the path %j', async (path) => {
    const { files } = await openAccess();
    expect(await codeOf(files.readable(path))).toBe('FILE_ACCESS');
    expect(await codeOf(files.writable(path))).toBe('FILE_ACCESS');
  });
});

describe('a link', () => {
  it('inside the folders is followed', async () => {
    const { files, folder, allowed } = await openAccess();
    await writeFile(join(allowed, 'a.txt'), 'a');
    await symlink(allowed, join(folder, 'in'));
    expect(await files.readable('in/a.txt')).toBe(join(allowed, 'a.txt'));
    await files.write('in/b.txt', 'b');
    expect(await readFile(join(allowed, 'b.txt'), 'utf8')).toBe('b');
  });

  it('that leads out is not, for reading, writing or making folders', async () => {
    const { files, folder, outside } = await openAccess();
    await symlink(outside, join(folder, 'out'));
    await symlink(join(outside, 'secret.txt'), join(folder, 'file'));
    await symlink(join(outside, 'new.txt'), join(folder, 'dangling'));
    await symlink('loop', join(folder, 'loop'));
    for (const path of ['out/secret.txt', 'file', 'loop'])
      expect(await codeOf(files.readable(path))).toBe('FILE_ACCESS');
    for (const path of ['out/x.txt', 'out/made/x.txt', 'file', 'dangling', 'loop/x'])
      expect(await codeOf(files.write(path, 'x'))).toBe('FILE_ACCESS');
    expect(await readdir(outside)).toEqual(['secret.txt']);
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
  });

  it('that is exchanged all the time lets nothing be read or written outside', async () => {
    const { files, folder, outside } = await openAccess();
    const [inside, way] = [join(folder, 'inside'), join(folder, 'way')];
    await mkdir(inside);
    await writeFile(join(inside, 'secret.txt'), 'harmless');
    await symlink(inside, way);
    let isRunning = true;
    const swapping = (async () => {
      for (let i = 0; isRunning; i++) {
        await symlink(i % 2 === 0 ? outside : inside, `${way}-next`);
        await rename(`${way}-next`, way);
      }
    })();
    const seen = new Set<string>();
    for (let i = 0; i < 600; i++) {
      const handle = await files.open('way/secret.txt').catch(() => undefined);
      if (handle) seen.add(await handle.readFile('utf8'));
      await handle?.close();
      await files.write('way/written.txt', 'x').catch(() => undefined);
    }
    isRunning = false;
    await swapping;
    expect([...seen]).toEqual(['harmless']);
    // What may be left is the empty name of a temporary file that was made before the check; nothing was written into it.
    const left = (await readdir(outside)).filter((name) => name.endsWith('.tmp'));
    const sizes = await Promise.all(left.map(async (name) => (await stat(join(outside, name))).size));
    expect(sizes.filter((size) => size > 0)).toEqual([]);
    expect((await readdir(outside)).filter((name) => !name.endsWith('.tmp'))).toEqual(['secret.txt']);
  });
});

describe('a file that is no file', () => {
  it('is neither opened nor waited for', async () => {
    const { files, folder } = await openAccess();
    const isWindows = process.platform === 'win32';
    const pipe = isWindows ? '\\\\.\\pipe\\casare' : 'pipe';
    const maker = 'mkfifo';
    if (!isWindows) execFileSync(maker, [join(folder, pipe)]);
    expect(await codeOf(files.readable(pipe))).toBe('FILE_ACCESS');
    expect(await codeOf(files.open(pipe))).toBe('FILE_ACCESS');
    expect(await codeOf(files.write(pipe, 'x'))).toBe('FILE_ACCESS');
    expect(await codeOf(files.open('.'))).toBe('FILE_ACCESS');
  });
});

describe('writing', () => {
  it('is whole or not at all, and keeps the rights of the file', async () => {
    const { files, folder } = await openAccess();
    await chmod(join(folder, 'own.txt'), 0o600);
    async function* broken() {
      yield Buffer.from('half');
      throw new Error('the source broke');
    }
    await expect(files.write('own.txt', broken())).rejects.toThrow('the source broke');
    expect(await readFile(join(folder, 'own.txt'), 'utf8')).toBe('own');
    await files.write('own.txt', 'new');
    expect((await stat(join(folder, 'own.txt'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['own.txt']);
  });

  it('without overwriting lets exactly one of many win', async () => {
    const { files } = await openAccess();
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_none, i) => codeOf(files.write('one.txt', `${i}`, { overwrite: false }))),
    );
    expect(codes.filter((code) => code === 'allowed')).toHaveLength(1);
    expect(codes.filter((code) => code === 'FILE_EXISTS')).toHaveLength(19);
  });

  it('ends with the run', async () => {
    const { files, folder } = await openAccess();
    const abort = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 3) abort.abort(new Error('cancelled'));
        yield Buffer.from('x');
      }
    }
    await expect(files.write('endless.txt', endless(), { signal: abort.signal })).rejects.toThrow('cancelled');
    await rm(join(folder, 'own.txt'));
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('failures of the file system', () => {
  it.each([
    ['ENOENT', 'FILE_NOT_FOUND', false],
    ['EEXIST', 'FILE_EXISTS', false],
    ['ENOSPC', 'DISK_FULL', true],
    ['EDQUOT', 'DISK_FULL', true],
    ['EACCES', 'FILE_ACCESS', false],
    ['EBUSY', 'FILE_ACCESS', true],
    ['ELOOP', 'FILE_ACCESS', false],
    ['EIO', 'FILE_ACCESS', false],
  ])('%s is told as %s', (code, expected, retryable) => {
    const told = fileError(Object.assign(new Error(`${code}: broken`), { code }), 'a.txt');
    expect(told).toMatchObject({ code: expected, retryable, details: { path: 'a.txt', reason: code } });
    expect(told).toBeInstanceOf(AppError);
  });

  it('are kept as they are when they are something else', () => {
    const other = new Error('other');
    expect(fileError(other, 'a')).toBe(other);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '@casare/shared';
import { expect, test } from 'vitest';
import { fileError } from '../../../electron/atomic-file.ts';
import { openWorkflowFiles } from '../../../electron/host/workflow-files.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { workflowOf } from '../../support/workflows.ts';

const makeTempFolder = prepareTempFolders('workflow-files');

async function openFolder() {
  const folder = await makeTempFolder();
  const root = join(folder, 'workflows');
  await mkdir(root);
  return { folder, root, files: openWorkflowFiles(root) };
}
const named = (name: string) => workflowOf({ start: 'control.start' }, [], { name });

test('what was saved is read, listed and can be saved again', async () => {
  const { files, root } = await openFolder();
  const { etag } = await files.save('reports/daily.flow.json', named('Daily'), null);
  expect(await files.read('reports/daily.flow.json')).toEqual({ document: named('Daily'), etag });
  expect(await files.list()).toMatchObject([{ path: 'reports/daily.flow.json', name: 'Daily', broken: false }]);
  const again = await files.save('reports/daily.flow.json', named('Daily 2'), etag);
  expect(again.etag).not.toBe(etag);
  expect(await readdir(join(root, 'reports'))).toEqual(['daily.flow.json']);
});

test('a file that was changed, deleted or made meanwhile is not overwritten', async () => {
  const { files, root } = await openFolder();
  const { etag } = await files.save('a.flow.json', named('A'), null);
  await writeFile(join(root, 'a.flow.json'), JSON.stringify(named('Other')));
  await expect(files.save('a.flow.json', named('Mine'), etag)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  await expect(files.save('a.flow.json', named('Mine'), null)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect((await files.read('a.flow.json')).document.name).toBe('Other');
  await files.remove('a.flow.json');
  await expect(files.save('a.flow.json', named('Mine'), etag)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  await expect(files.read('a.flow.json')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

test('of two saves at the same moment one wins and the other is told', async () => {
  const { files } = await openFolder();
  const { etag } = await files.save('a.flow.json', named('A'), null);
  const saves = await Promise.allSettled(['B', 'C', 'D'].map((name) => files.save('a.flow.json', named(name), etag)));
  expect(saves.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await files.read('a.flow.json')).document.name).toBe('B');
});

test('a write that fails leaves the old file and no other', async () => {
  const { files, root } = await openFolder();
  // The longest name a file may have: the temporary file beside it cannot be made.
  const name = `${'x'.repeat(245)}.flow.json`;
  const old = JSON.stringify(named('Old'));
  await writeFile(join(root, name), old);
  const { etag } = await files.read(name);
  await expect(files.save(name, named('New'), etag)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  expect(await readdir(root)).toEqual([name]);
  expect(await readFile(join(root, name), 'utf8')).toBe(old);
});

test('a folder in the way is said so and stays', async () => {
  const { files, root } = await openFolder();
  await mkdir(join(root, 'folder.flow.json'));
  await expect(files.save('folder.flow.json', named('New'), null)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  await expect(files.remove('folder.flow.json')).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  expect(await readdir(root)).toEqual(['folder.flow.json']);
  expect(await files.list()).toEqual([]);
});

/** Whether this process may make a file system of its own, for a disk that is really full. */
function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return process.platform === 'linux' && process.getuid?.() === 0;
  } catch {
    return false;
  }
}

test('no space and no quota are one error that says what to do', () => {
  for (const code of ['ENOSPC', 'EDQUOT'])
    expect(fileError(Object.assign(new Error(code), { code }), 'a.flow.json')).toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('Free some space'),
    });
});

test.runIf(mayMount())('a full disk is said so, and the old file is whole', async () => {
  const { root } = await openFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root]);
  try {
    const files = openWorkflowFiles(root);
    const { etag } = await files.save('a.flow.json', named('Small'), null);
    const big: Workflow = { ...named('Big'), description: 'x'.repeat(19_000), notes: bigNotes() };
    await expect(files.save('a.flow.json', big, etag)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect((await files.read('a.flow.json')).document.name).toBe('Small');
    expect(await readdir(root)).toEqual(['a.flow.json']);
  } finally {
    execFileSync('umount', [root]);
  }
});

function bigNotes(): Workflow['notes'] {
  return Array.from({ length: 10 }, (_, i) => ({ id: `n${i}`, text: 'y'.repeat(19_000), position: { x: 0, y: 0 } }));
}

test('renaming moves into a new folder, never over another file', async () => {
  const { files } = await openFolder();
  await files.save('a.flow.json', named('A'), null);
  await files.save('b.flow.json', named('B'), null);
  await expect(files.rename('a.flow.json', 'b.flow.json')).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  await files.rename('a.flow.json', 'deep/er/a.flow.json');
  expect((await files.list()).map(({ path }) => path).sort()).toEqual(['b.flow.json', 'deep/er/a.flow.json']);
  await expect(files.rename('gone.flow.json', 'c.flow.json')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(files.remove('gone.flow.json')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

test.each([
  '../outside.flow.json',
  'a/../../outside.flow.json',
  '/etc/outside.flow.json',
  'nul\0byte.flow.json',
  'settings.json',
  '.flow.json/..',
  '..',
  '.',
])('the path %j leads nowhere', async (path) => {
  const { files, folder } = await openFolder();
  await writeFile(join(folder, 'outside.flow.json'), JSON.stringify(named('Outside')));
  const refused = { code: 'FILE_ACCESS' };
  await expect(files.read(path)).rejects.toMatchObject(refused);
  await expect(files.save(path, named('X'), null)).rejects.toMatchObject(refused);
  await expect(files.rename('a.flow.json', path)).rejects.toMatchObject(refused);
  await expect(files.rename(path, 'a.flow.json')).rejects.toMatchObject(refused);
  await expect(files.remove(path)).rejects.toMatchObject(refused);
  expect((await readdir(folder)).sort()).toEqual(['outside.flow.json', 'workflows']);
});

test('a link that leads out of the folder is not followed', async () => {
  const { files, root, folder } = await openFolder();
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere/there.flow.json'), JSON.stringify(named('There')));
  await symlink(join(folder, 'elsewhere'), join(root, 'linked'));
  await symlink(join(folder, 'elsewhere/there.flow.json'), join(root, 'file.flow.json'));
  await symlink(join(folder, 'elsewhere/new.flow.json'), join(root, 'dangling.flow.json'));
  for (const path of ['linked/there.flow.json', 'file.flow.json', 'dangling.flow.json']) {
    await expect(files.read(path)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
    await expect(files.save(path, named('X'), null)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  }
  await expect(files.save('linked/new/x.flow.json', named('X'), null)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  expect(await readdir(join(folder, 'elsewhere'))).toEqual(['there.flow.json']);
  expect(await files.list()).toEqual([]);
});

test('a workflows folder that is itself a link is used', async () => {
  const folder = await makeTempFolder();
  await mkdir(join(folder, 'real'));
  await symlink(join(folder, 'real'), join(folder, 'link'));
  const files = openWorkflowFiles(join(folder, 'link'));
  await files.save('a.flow.json', named('A'), null);
  expect((await files.read('a.flow.json')).document.name).toBe('A');
});

test('a file that is no workflow is listed as broken', async () => {
  const { files, root } = await openFolder();
  await writeFile(join(root, 'torn.flow.json'), '{"schemaVersion": 1, "na');
  expect(await files.list()).toMatchObject([{ path: 'torn.flow.json', name: 'torn', broken: true }]);
});

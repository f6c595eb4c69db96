import { join } from 'node:path';
import { findInFolders } from '@casare/engine';
import { expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';
import { workflowOf } from '../support/workflows.ts';
import { writeTree } from '../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('workflow-folder');
const text = (id: string, name = id) => JSON.stringify(workflowOf({ start: 'control.start' }, [], { id, name }));

test('a workflow is found by the id in its file, whatever the file is called; the first folder that has it counts', async () => {
  const folder = await makeTempFolder();
  await writeTree(folder, {
    'own/some name.flow.json': text('a', 'own'),
    'own/broken.flow.json': '{ "id": "b", ',
    'own/parts/c.flow.json': text('c'),
    'other/a.flow.json': text('a', 'other'),
    'other/b.flow.json': text('b'),
    'other/d.json': text('d'),
  });
  const find = findInFolders([
    { path: join(folder, 'own'), deep: true },
    { path: join(folder, 'other'), deep: false },
  ]);
  expect((await find('a')).document.name).toBe('own');
  expect((await find('b')).document.id).toBe('b');
  expect((await find('c')).document.id).toBe('c');
  await expect(find('d')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(join(folder, 'own')),
  });
  const flat = findInFolders([{ path: join(folder, 'own'), deep: false }]);
  await expect(flat('c')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('two files with the same id are named, not guessed between', async () => {
  const folder = await makeTempFolder();
  await writeTree(folder, { 'one.flow.json': text('a'), 'two.flow.json': text('a') });
  await expect(findInFolders([{ path: folder, deep: true }])('a')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/one\.flow\.json, two\.flow\.json|two\.flow\.json, one\.flow\.json/),
  });
});

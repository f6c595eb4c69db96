import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findStale, writeGenerated } from '../../build/generate.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { writeTree } from '../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('generate');

const list = [
  { path: 'engine/catalog.json', generate: async () => '{"nodes":1}\n' },
  { path: 'docs/nodes.md', generate: async () => '# Nodes\n' },
];

test('missing and outdated files are stale, equal ones are not', async () => {
  const folder = await makeTempFolder();
  await writeTree(folder, { 'docs/nodes.md': '# Nodes\r\n' });
  expect(await findStale(folder, list)).toEqual(['engine/catalog.json']);
  await writeTree(folder, { 'docs/nodes.md': '# Old\n' });
  expect(await findStale(folder, list)).toEqual(['engine/catalog.json', 'docs/nodes.md']);
});

test('writing makes every file current and touches nothing else', async () => {
  const folder = await makeTempFolder();
  await writeTree(folder, { 'docs/nodes.md': '# Nodes\n' });
  expect(await writeGenerated(folder, list)).toEqual(['engine/catalog.json']);
  expect(await readFile(join(folder, 'engine/catalog.json'), 'utf8')).toBe('{"nodes":1}\n');
  expect(await findStale(folder, list)).toEqual([]);
});

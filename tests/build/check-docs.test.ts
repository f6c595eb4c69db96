import { expect, test } from 'vitest';
import { compareErrorCodes, findDeadLinks, findMachineTraces } from '../../build/check-docs.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { writeTree } from '../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('docs');

test('error codes and their page are compared both ways', () => {
  const faults = compareErrorCodes(['NODE_FAILED', 'THROWN'], '# Errors\n\n### NODE_FAILED\n\n### `GONE`\n');
  expect(faults).toEqual([
    expect.stringContaining('no section "### THROWN"'),
    expect.stringContaining('describes GONE'),
  ]);
});

test('links that lead nowhere are found with their line', async () => {
  const folder = await makeTempFolder();
  await writeTree(folder, {
    'README.md': [
      '[ok](docs/a.md) [web](https://example.com/x) [part](docs/a.md#second-part)',
      '![picture](docs/gone.png)',
      '[anchor](docs/a.md#third)',
      '```',
      '[code](nowhere.md)',
      '```',
      '<img src="docs/b.png"> [out](../up.md)',
    ].join('\n'),
    'docs/a.md': '# A\n## Second part\n[back](../README.md) [folder](.)\n',
  });
  expect(findDeadLinks(folder, ['README.md', 'docs/a.md']).sort()).toEqual([
    'README.md:2 the link "docs/gone.png" leads nowhere',
    'README.md:3 the link "docs/a.md#third" has no heading for "#third"',
    'README.md:7 the link "../up.md" leaves the repository',
    'README.md:7 the link "docs/b.png" leads nowhere',
  ]);
});

test('places of one machine are found, general paths are not', () => {
  const home = ['', 'home', 'ann', 'casare'].join('/');
  const windows = ['C:', 'Users', 'ann'].join('\\');
  const text = [`cd ${home}`, 'cd /opt/casare', windows, 'npm from packages.internal:4873', '/usr/bin/chromium'].join(
    '\n',
  );
  expect(findMachineTraces(text, ['packages.internal:4873']).map(({ line }) => line)).toEqual([1, 3, 4]);
});

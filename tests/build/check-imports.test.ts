import { expect, test } from 'vitest';
import { checkImports } from '../../build/check-imports.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { writeTree } from '../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('imports');

async function faultsOf(files: Record<string, string>): Promise<string[]> {
  const folder = await makeTempFolder();
  await writeTree(folder, files);
  return checkImports(folder);
}

const forbidden: [what: string, file: string, text: string, expected: RegExp][] = [
  [
    'a value import',
    'orchestrator/jobs/claim.ts',
    "import { run } from '@casare/engine';",
    /orchestrator may not import engine/,
  ],
  ['a type import', 'studio/App.tsx', "import type { Run } from '@casare/engine';", /studio may not import engine/],
  [
    'an inline type import',
    'robot/claim.ts',
    "type Job = import('@casare/orchestrator').Job;",
    /may not import orchestrator/,
  ],
  ['a dynamic import', 'shared/job.ts', "await import('@casare/engine');", /shared may not import engine/],
  [
    'a dynamic import with a hole',
    'studio/load.ts',
    'await import(`../engine/nodes/${name}.ts`);',
    /studio may not import engine/,
  ],
  ['a re-export', 'engine/index.ts', "export * from '../robot/robot.ts';", /engine may not import robot/],
  ['require', 'robot/claim.ts', "require('../orchestrator/jobs/claim.ts');", /robot may not import orchestrator/],
  [
    'a worker',
    'shared/layout.ts',
    "new Worker(new URL('../engine/run.ts', import.meta.url));",
    /shared may not import engine/,
  ],
  [
    'a test file',
    'robot/claim.ts',
    "import { waitFor } from '../tests/support/wait-for.ts';",
    /robot may not import tests/,
  ],
  [
    'the host from main',
    'electron/main/main.ts',
    "import { start } from '../host/host.ts';",
    /electron\/main may not import electron\/host/,
  ],
  [
    'the engine from main',
    'electron/main/main.ts',
    "import { run } from '@casare/engine';",
    /electron\/main may not import engine/,
  ],
  [
    'the engine from preload',
    'electron/preload/preload.ts',
    "import '@casare/engine';",
    /electron\/preload may not import engine/,
  ],
  ['a file behind the door', 'robot/run.ts', "import { run } from '@casare/engine/run.ts';", /goes round the door/],
  ['a file of another package', 'robot/run.ts', "import { run } from '../engine/run.ts';", /import "@casare\/engine"/],
  ['the own door', 'engine/run.ts', "import { a } from '@casare/engine';", /inside engine import the file itself/],
  ['an unknown package', 'engine/run.ts', "import { a } from '@casare/nothing';", /no package of this repository/],
  ['Node in shared', 'shared/read.ts', "import { readFileSync } from 'node:fs';", /shared may not import "node:fs"/],
  ['Node without prefix', 'studio/read.ts', "import { readFileSync } from 'fs';", /studio may not import "fs"/],
  ['PostgreSQL in a robot', 'robot/store.ts', "import pg from 'pg';", /robot may not import "pg"/],
  [
    'Electron in the host',
    'electron/host/host.ts',
    "import { app } from 'electron';",
    /electron\/host may not import "electron"/,
  ],
  ['node:vm anywhere', 'build/run.ts', "import vm from 'node:vm';", /build may not import "node:vm"/],
];

test.each(forbidden)('%s across the table is refused', async (_what, file, text, expected) => {
  const faults = await faultsOf({ [file]: text });
  expect(faults).toEqual([expect.stringMatching(expected)]);
  expect(faults[0]).toMatch(new RegExp(`^${file}:1 `));
});

test('what the table allows passes', async () => {
  const faults = await faultsOf({
    'shared/job.ts': "import { z } from 'zod';\nimport { x } from './state.ts';",
    'engine/run.ts': "import { readFile } from 'node:fs/promises';\nimport type { Job } from '@casare/shared';",
    'robot/run.ts': "import { run } from '@casare/engine';\nimport { job } from '@casare/shared';",
    'orchestrator/nodes.ts': "const nodes = new URL('../engine/catalog.json', import.meta.url);\nimport pg from 'pg';",
    'studio/vite.config.ts': "import { join } from 'node:path';",
    'electron/main/main.ts': "import { app } from 'electron';\nimport { channel } from '../channel.ts';",
    'electron/host/host.ts': "import { run } from '@casare/engine';",
    'tests/engine/run.test.ts': "import { run } from '../../engine/run.ts';",
    'build/start.ts': "import { run } from '../engine/run.ts';",
  });
  expect(faults).toEqual([]);
});

test('a refusal names the list to change', async () => {
  const [fault] = await faultsOf({ 'studio/App.tsx': "import '@casare/engine';" });
  expect(fault).toContain('folders in build/import-rules.ts');
});

test('the line of the import is given', async () => {
  const [fault] = await faultsOf({ 'shared/a.ts': "const a = 1;\n\nimport 'node:fs';\nexport { a };" });
  expect(fault).toMatch(/^shared\/a\.ts:3 /);
});

test.each(['engine/utils.ts', 'robot/helpers.ts', 'studio/lib/date.ts', 'shared/types.ts', 'engine/common/a.ts'])(
  '%s has a name that says nothing',
  async (file) => {
    expect(await faultsOf({ [file]: '' })).toEqual([expect.stringContaining('says nothing')]);
  },
);

test.each(['engine/runJob.ts', 'shared/Job.ts', 'studio/job_list.tsx'])(
  '%s is not named as files are',
  async (file) => {
    expect(await faultsOf({ [file]: '' })).toEqual([expect.stringContaining('kebab-case')]);
  },
);

test('a file of 401 lines is too long, one of 400 is not', async () => {
  const faults = await faultsOf({
    'engine/long.ts': '// line\n'.repeat(401),
    'engine/fits.ts': '// line\n'.repeat(400),
  });
  expect(faults).toEqual([expect.stringMatching(/^engine\/long\.ts:1 has 401 lines/)]);
});

test('a file that cannot be parsed is reported, not passed over', async () => {
  expect(await faultsOf({ 'engine/broken.ts': 'import {' })).toEqual([expect.stringContaining('cannot be parsed')]);
});

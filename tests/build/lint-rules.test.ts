import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root, runTool } from '../../build/run-tool.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { writeTree } from '../support/write-tree.ts';

const makeTempFolder = prepareTempFolders('lint');

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

/** One fault per file: the linter with our settings must name exactly that rule. */
const faulty: [rule: string, file: string, text: string][] = [
  ['no-floating-promises', 'engine/floating.ts', 'async function save() {}\nsave();\n'],
  [
    'no-misused-promises',
    'engine/misused.ts',
    'export const run = () => [1].forEach(async () => {});\nif (Promise.resolve(1)) run();\n',
  ],
  ['no-explicit-any', 'engine/anything.ts', 'export function run(input: any) {\n  return String(input);\n}\n'],
  ['no-process-env', 'engine/environment.ts', "export const home = process.env['HOME'];\n"],
  [
    'no-restricted-imports',
    'engine/environment-import.ts',
    "import { env } from 'node:process';\nexport const home = env['HOME'];\n",
  ],
  [
    'no-restricted-imports',
    'engine/sandbox.ts',
    "import vm from 'node:vm';\nexport const context = vm.createContext();\n",
  ],
  ['no-restricted-imports', 'engine/sandbox-two.ts', "import { VM } from 'vm2';\nexport const machine = new VM();\n"],
  ['max-lines', 'engine/long.ts', `${'// line\n'.repeat(401)}export const a = 1;\n`],
  ['no-cycle', 'engine/ring-a.ts', "import { b } from './ring-b.ts';\nexport const a = () => b;\n"],
  ['no-eval', 'engine/evaluates.ts', "export const two = eval('1 + 1');\n"],
  ['no-new-func', 'engine/compiles.ts', "export const two = new Function('return 2');\n"],
  ['no-implied-eval', 'engine/implies.ts', "setTimeout('alert(1)', 1);\n"],
  ['no-default-export', 'engine/default.ts', 'export default 1;\n'],
  ['consistent-type-imports', 'engine/type-import.ts', "import { Job } from './job.ts';\nexport type Other = Job;\n"],
  ['only-throw-error', 'engine/throws.ts', "export function fail() {\n  throw 'text';\n}\n"],
  [
    'switch-exhaustiveness-check',
    'engine/switches.ts',
    "export function size(kind: 'a' | 'b') {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}\n",
  ],
  [
    'no-focused-tests',
    'tests/focused.test.ts',
    "import { expect, test } from 'vitest';\ntest.only('a', () => expect(1).toBe(1));\n",
  ],
  [
    'no-disabled-tests',
    'tests/disabled.test.ts',
    "import { expect, test } from 'vitest';\ntest.skip('a', () => expect(1).toBe(1));\n",
  ],
  ['expect-expect', 'tests/hollow.test.ts', "import { test } from 'vitest';\ntest('a', () => {});\n"],
];

const fine: Record<string, string> = {
  'engine/job.ts': 'export interface Job {\n  id: string;\n}\n',
  'engine/ring-b.ts': "import { a } from './ring-a.ts';\nexport const b = () => a;\n",
  'robot/config.ts': "export const url = process.env['ORCHESTRATOR_URL'];\n",
  'robot/main.ts': "export const url = process.env['ORCHESTRATOR_URL'];\n",
  'build/tool.ts': "export const ci = process.env['CI'];\n",
  'studio/vite.config.ts': 'export default {};\n',
};

let diagnostics: Diagnostic[] = [];

beforeAll(async () => {
  const folder = await makeTempFolder();
  await writeTree(folder, { ...fine, ...Object.fromEntries(faulty.map(([, file, text]) => [file, text])) });
  await copyFile(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  await copyFile(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const { output } = await runTool(join(root, 'node_modules/oxlint/bin/oxlint'), ['--format', 'json'], { cwd: folder });
  diagnostics = (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics;
});

const rulesIn = (file: string) =>
  diagnostics.filter((found) => found.filename.replaceAll('\\', '/') === file).map((found) => found.code);

test.each(faulty)('%s catches %s', (rule, file) => {
  expect(rulesIn(file)).toContainEqual(expect.stringContaining(`(${rule})`));
});

test.each(Object.keys(fine).filter((file) => file !== 'engine/ring-b.ts'))('%s has no fault', (file) => {
  expect(rulesIn(file)).toEqual([]);
});

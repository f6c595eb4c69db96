import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/run-tool.ts';
import { type Mutation, mutations } from './mutation-list.ts';

export interface MutationResult {
  readonly name: string;
  readonly caught: boolean;
  /** What went red, or why nothing did. */
  readonly by: string;
}

const packages = ['shared', 'engine', 'robot', 'orchestrator', 'studio', 'electron'];

/** Takes one guard after the other out of a copy of the sources; its tests have to go red every time, and be green without it. */
export async function runMutations(
  log: (line: string) => void,
  chosen: readonly Mutation[] = mutations,
): Promise<MutationResult[]> {
  const copy = copySources();
  const results: MutationResult[] = [];
  try {
    for (const mutation of chosen) {
      const path = join(copy, mutation.file);
      const source = readFileSync(path, 'utf8');
      const mutated = source.replace(mutation.guard, mutation.without);
      if (mutated === source) {
        results.push({ name: mutation.name, caught: false, by: 'the guard was not found in the sources' });
      } else {
        writeFileSync(path, mutated);
        const { failed, text } = await runTests(copy, mutation.tests, mutation.named);
        writeFileSync(path, source);
        results.push({ name: mutation.name, caught: failed.length > 0, by: failed[0] ?? text.slice(-600) });
      }
      const last = results.at(-1);
      log(`${last?.caught ? 'caught  ' : 'SURVIVED'}  ${mutation.name}: ${last?.by}`);
    }
    const unharmed = [...new Set(chosen.flatMap(({ tests }) => tests))];
    const { failed, text, ran } = await runTests(copy, unharmed, undefined);
    const green = failed.length === 0 && ran > 0;
    log(`${green ? 'green   ' : 'RED     '}  the same ${ran} tests with every guard in its place`);
    if (!green) results.push({ name: 'no mutation', caught: false, by: failed.join(', ') || text.slice(-600) });
    return results;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A tree that resolves its own packages to itself and all others to those that are installed here. */
function copySources(): string {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'casare-mutations-'));
  for (const name of [...packages, 'migrations', 'tests', 'build', 'examples'])
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !path.includes('/node_modules') && !path.includes('/dist') && !path.includes('/.casare'),
    });
  for (const name of ['package.json', 'tsconfig.json', 'vitest.config.ts']) cpSync(join(root, name), join(copy, name));
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@casare'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@casare') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of packages) symlinkSync(join('..', '..', name), join(modules, '@casare', name));
  return copy;
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    readonly message: string;
    readonly name: string;
    readonly status: string;
  }[];
}

function runTests(
  copy: string,
  tests: readonly string[],
  named: string | undefined,
): Promise<{ failed: string[]; ran: number; text: string }> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    vitest,
    'run',
    ...tests,
    '--reporter=json',
    `--outputFile=${report}`,
    ...(named === undefined ? [] : ['-t', named]),
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-4000)));
    child.once('close', () => resolve({ ...readReport(report), text }));
  });
}

function readReport(path: string): { failed: string[]; ran: number } {
  try {
    const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Report;
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    // A file that could not even be loaded proves nothing about a guard.
    return { failed, ran: all.filter(({ status }) => status === 'passed' || status === 'failed').length };
  } catch {
    return { failed: [], ran: 0 };
  }
}

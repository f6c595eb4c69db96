import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { binOf, root, runTool } from './run-tool.ts';

interface Check {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  /** What `npm run fix` runs first; only tools that repair by themselves have it. */
  readonly fix?: readonly string[];
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const biome = binOf('@biomejs/biome', 'bin/biome');
const oxlint = binOf('oxlint', 'bin/oxlint');
const tsc = binOf('typescript', 'bin/tsc');
const tool = (name: string) => join(root, 'build', name);

// The slow ones first: all run at the same time, and the longest decides how long the whole takes.
const checks: readonly Check[] = [
  { name: 'types', script: tsc, args: ['-p', 'tsconfig.json'] },
  { name: 'types of studio', script: tsc, args: ['-p', 'studio/tsconfig.json'] },
  { name: 'lint', script: oxlint, args: [], fix: ['--fix'] },
  {
    name: 'dead code',
    script: binOf('knip', 'bin/knip.js'),
    args: ['--no-progress', '--no-config-hints'],
  },
  { name: 'imports', script: tool('check-imports.ts'), args: [] },
  { name: 'generated files', script: tool('generate.ts'), args: ['--check'], fix: [] },
  { name: 'docs', script: tool('check-docs.ts'), args: [] },
  { name: 'format', script: biome, args: ['format'], fix: ['format', '--write'] },
];

/** Run every check at the same time; `report` is told about each as it ends. */
export function runChecks(report: (result: CheckResult) => void): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async ({ name, script, args }) => {
      const started = performance.now();
      const { code, output } = await runTool(script, args);
      const result = { name, passed: code === 0, seconds: (performance.now() - started) / 1000, output };
      report(result);
      return result;
    }),
  );
}

/** Let the tools repair what they can, one after the other because they write the same files. */
export async function fixAll(): Promise<void> {
  for (const { script, fix } of checks) if (fix) await runTool(script, fix);
}

export function reportCheck({ name, passed, seconds, output }: CheckResult): void {
  console.log(`${passed ? '✓' : '✗'} ${name.padEnd(16)} ${seconds.toFixed(1).padStart(5)} s`);
  if (!passed) console.log(output.trimEnd().replace(/^/gm, '    '));
}

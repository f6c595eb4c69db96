import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import {
  createRunResources,
  type Recording,
  recordingSchema,
  replayTest,
  type StepDifference,
  type TestReport,
} from '@casare/engine';
import { AppError, asAppError, toWire } from '@casare/shared';
import colors from 'picocolors';
import { type CommandContext, defineCommand } from './define-command.ts';
import { openRegistry } from './packs/packs-folder.ts';
import { readWorkflowFile } from './workflow-file.ts';

export const test = defineCommand({
  usage: 'test [path]',
  summary: 'Run the tests of a file or folder, offline, and show what differs step by step',
  options: [{ flags: '--update', description: 'take what differs as the new expectation' }],
  async run(ctx, [path = '.'], options) {
    const files = await findTests(resolve(path));
    if (files.length === 0)
      throw new AppError('USAGE', `There is no *.test.json in "${path}". Record one: casare test record <workflow>`);
    const registry = await openRegistry(ctx);
    const reports = [];
    for (const file of files) {
      ctx.signal.throwIfAborted();
      const outcome = await runTest(ctx, file, registry, options.update === true);
      ctx.out.note(describe(relative(process.cwd(), file), outcome));
      reports.push({ file, ...outcome });
    }
    const failed = reports.filter((report) => !report.passed).length;
    ctx.out.result(
      { passed: reports.length - failed, failed, tests: reports },
      `${reports.length - failed} passed, ${failed} failed`,
    );
    return failed > 0 ? 1 : 0;
  },
});

type Outcome = Omit<TestReport, 'updated'> | { passed: false; error: ReturnType<typeof toWire> };

async function findTests(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new AppError('FILE_NOT_FOUND', `There is no file or folder "${path}".`);
  if (found.isFile()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.endsWith('.test.json') && !name.includes('node_modules'))
    .sort()
    .map((name) => join(path, name));
}

async function runTest(
  ctx: CommandContext,
  file: string,
  registry: Awaited<ReturnType<typeof openRegistry>>,
  update: boolean,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'casare-test-'));
  try {
    const recording = await readRecording(file);
    const document = await readWorkflowFile(resolve(dirname(file), recording.workflow));
    const { updated, ...report } = await replayTest(recording, document, registry, {
      resources: createRunResources({ folder }),
      signal: ctx.signal,
    });
    if (update && !report.passed) {
      await writeFile(file, `${JSON.stringify(updated, null, 2)}\n`);
      return { ...report, passed: true };
    }
    return report;
  } catch (error) {
    return { passed: false, error: toWire(asAppError(error)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readRecording(file: string): Promise<Recording> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AppError('DATA_FORMAT', `${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = recordingSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new AppError('DATA_FORMAT', `${file} is no test: ${issues[0]?.path}: ${issues[0]?.message}`, {
    details: { issues },
  });
}

function describe(name: string, outcome: Outcome): string {
  if ('error' in outcome) return `${colors.red('✗')} ${name}\n    ${outcome.error.code}: ${outcome.error.message}`;
  const { passed, ran, pinned, durationMs, steps, result, unreached } = outcome;
  const head = `${passed ? colors.green('✓') : colors.red('✗')} ${name} ${colors.dim(`${ran} steps, ${pinned} of them recorded, ${Math.round(durationMs)} ms`)}`;
  const lines = steps.flatMap((step) => [`    ${colors.bold(step.path)} ${colors.dim(step.type)}`, ...sides(step)]);
  if (result.length > 0) lines.push(`    ${colors.bold('result')}`, ...result.map(line));
  if (unreached.length > 0) lines.push(colors.dim(`    never reached: ${unreached.join(', ')}`));
  return [head, ...lines].join('\n');
}

function sides({ what, differences }: StepDifference): string[] {
  if (what === 'not run') return ['      ran when it was recorded, does not now'];
  if (what === 'not recorded') return ['      runs now, did not when it was recorded'];
  return differences.map(line);
}

function line({ at, expected, actual }: { at: string; expected?: unknown; actual?: unknown }): string {
  return `      ${at}: ${colors.green(short(expected))} → ${colors.red(short(actual))}`;
}

function short(value: unknown): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.ts';
import { reportCheck, runChecks } from './checks.ts';
import { binOf, runTool } from './run-tool.ts';
import { ensureStudioBuild } from './studio-build.ts';
import { ensureTestPrograms } from './system-packages.ts';
import { type Tally, addTallies, lastLine, tallyOne, tallyPlaywright, tallyVitest } from './tally.ts';

const parts = ['unit', 'e2e', 'nightly'] as const;
const usage = `usage: npm test [${parts.join(' | ')}] [-- arguments for that runner]`;

const [part, ...passOn] = process.argv.slice(2);
if (part !== undefined && !parts.some((known) => known === part)) stop(usage);

// The runners have databases and browsers to stop: they are told, and waited for.
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => interrupted.abort());
const { signal } = interrupted;

const env = { CASARE_BROWSER: await ensureBrowser().catch((error: Error) => stop(error.message)) };
await ensureTestPrograms().catch((error: Error) => stop(error.message));
const reports = await mkdtemp(join(tmpdir(), 'casare-reports-'));
const tallies: Tally[] = [];
try {
  for (const run of partsToRun()) if (!signal.aborted) tallies.push(...(await run()));
} finally {
  await rm(reports, { recursive: true, force: true });
}
if (signal.aborted) stop('Interrupted.', 130);

const total = addTallies(tallies);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(lastLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;

function partsToRun(): (() => Promise<Tally[]>)[] {
  if (part === 'unit') return [() => vitestPart('test', passOn)];
  if (part === 'e2e') return [studioPart, () => playwrightPart(passOn)];
  const everyTime = [checksPart, studioPart, () => vitestPart('test', []), () => playwrightPart([])];
  return part === 'nightly' ? [...everyTime, () => vitestPart('nightly', passOn)] : everyTime;
}

async function checksPart(): Promise<Tally[]> {
  title('checks');
  const results = await runChecks(reportCheck);
  return results.map((result) => tallyOne(result.passed));
}

async function studioPart(): Promise<Tally[]> {
  title('studio build');
  try {
    console.log(await ensureStudioBuild());
    return [tallyOne(true)];
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    return [tallyOne(false)];
  }
}

async function vitestPart(mode: 'test' | 'nightly', args: readonly string[]): Promise<Tally[]> {
  title(mode === 'nightly' ? 'nightly tests' : 'tests');
  const file = join(reports, `vitest-${mode}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await runTool(
    binOf('vitest', 'vitest.mjs'),
    ['run', '--mode', mode, '--passWithNoTests', ...reporters, ...args],
    { show: true, env, signal },
  );
  return [tallyVitest(await readReport(file), code)];
}

async function playwrightPart(args: readonly string[]): Promise<Tally[]> {
  title('end-to-end tests');
  const file = join(reports, 'playwright.json');
  const { code } = await runTool(
    binOf('@playwright/test', 'cli.js'),
    ['test', '--pass-with-no-tests', '--reporter=list,json', ...args],
    { show: true, signal, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
  );
  return [tallyPlaywright(await readReport(file), code)];
}

async function readReport<Report>(file: string): Promise<Report | undefined> {
  try {
    // The runners are pinned, so the shape of their report is the one tally.ts describes.
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function title(text: string): void {
  console.log(`\n── ${text}`);
}

function stop(message: string, code = 2): never {
  console.error(message);
  process.exit(code);
}

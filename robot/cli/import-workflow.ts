import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  AppError,
  importN8n,
  importNodeRed,
  type ImportReport,
  type ImportResult,
  isN8nDocument,
  isNodeRedDocument,
  sumUp,
} from '@casare/shared';
import { type CommandContext, defineCommand, type OptionValues, textOption } from './define-command.ts';
import { describeProblem } from './output.ts';
import { openRegistry } from './packs/packs-folder.ts';

interface ImportedFile {
  file: string;
  written: string[];
  report: ImportReport;
}

const options = [
  { flags: '--out <folder>', description: 'where the workflows go (default: beside the file)' },
  { flags: '--force', description: 'overwrite workflows that are there' },
];

export const importN8nFiles = defineCommand({
  usage: 'import n8n <path>',
  summary: 'Turn workflows exported from n8n, a file or a folder of them, into workflows of ours',
  options,
  run: (ctx, [path = ''], given) => importFiles(ctx, path, given, 'n8n'),
});

export const importNodeRedFile = defineCommand({
  usage: 'import nodered <path>',
  summary: 'Turn flows exported from Node-RED, a file or a folder of them, into workflows of ours',
  options,
  run: (ctx, [path = ''], given) => importFiles(ctx, path, given, 'Node-RED'),
});

async function importFiles(
  ctx: CommandContext,
  path: string,
  given: OptionValues,
  source: ImportReport['source'],
): Promise<void> {
  const { catalog } = await openRegistry(ctx);
  const { files, isFolder } = await filesOf(resolve(path));
  const read: { file: string; result: ImportResult }[] = [];
  for (const file of files) {
    const json = await readJson(file, isFolder);
    if (source === 'n8n' ? isN8nDocument(json) : isNodeRedDocument(json))
      read.push({ file, result: source === 'n8n' ? importN8n(json, catalog) : importNodeRed(json, catalog) });
    else if (!isFolder) throw notOne(file, source);
  }
  if (read.every(({ result }) => result.workflows.length === 0)) throw notOne(path, source);
  const imported = await writeAll(read, textOption(given, 'out'), given.force === true);
  const nodes = imported.flatMap(({ report }) => report.nodes);
  ctx.out.result({ files: imported, ...sumUp(nodes) }, describe(ctx, imported));
}

function notOne(path: string, source: string): AppError {
  const how =
    source === 'n8n'
      ? 'In n8n, export it with "Download" in the menu of the workflow.'
      : 'In Node-RED, export it with Menu, Export, JSON.';
  return new AppError('INPUT_INVALID', `"${path}" holds no workflow of ${source}. ${how}`);
}

async function filesOf(path: string): Promise<{ files: string[]; isFolder: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new AppError('FILE_NOT_FOUND', `There is no file or folder "${path}".`);
  if (!found.isDirectory()) return { files: [path], isFolder: false };
  const names = (await readdir(path)).filter((name) => name.endsWith('.json') && !name.endsWith('.flow.json')).sort();
  return { files: names.map((name) => join(path, name)), isFolder: true };
}

/** In a folder other files may lie about; what is no JSON is passed over there. */
async function readJson(file: string, isFolder: boolean): Promise<unknown> {
  try {
    return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    if (isFolder && error instanceof SyntaxError) return undefined;
    if (error instanceof SyntaxError)
      throw new AppError('INPUT_INVALID', `"${file}" is not JSON: ${error.message}`, { cause: error });
    throw new AppError('FILE_ACCESS', `"${file}" cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Names are looked at before anything is written, so that an import is there as a whole or not at all. */
async function writeAll(
  read: readonly { file: string; result: ImportResult }[],
  out: string | undefined,
  force: boolean,
): Promise<ImportedFile[]> {
  const taken = new Set<string>();
  const plans = read.map(({ file, result }) => {
    const folder = out === undefined ? dirname(file) : resolve(out);
    const targets = result.workflows.map((workflow) => {
      let target = join(folder, `${workflow.id}.flow.json`);
      for (let n = 2; taken.has(target); n++) target = join(folder, `${workflow.id}-${n}.flow.json`);
      taken.add(target);
      return { target, workflow: { ...workflow, id: basename(target, '.flow.json') } };
    });
    return { file, folder, targets, report: result.report };
  });
  for (const target of force ? [] : taken) {
    if (await stat(target).catch(() => undefined))
      throw new AppError(
        'FILE_EXISTS',
        `"${target}" exists. Give --force to overwrite it, or another folder with --out.`,
      );
  }
  for (const { folder, targets } of plans) {
    await mkdir(folder, { recursive: true });
    for (const { target, workflow } of targets) await writeFile(target, `${JSON.stringify(workflow, null, 2)}\n`);
  }
  return plans.map(({ file, targets, report }) => ({ file, written: targets.map(({ target }) => target), report }));
}

function describe(ctx: CommandContext, imported: readonly ImportedFile[]): string {
  const parts = imported.flatMap(({ file, written, report }) => [
    `${basename(file)}:`,
    ctx.out.table(
      report.nodes.map((node) => ({
        node: node.name,
        type: node.type,
        result: node.outcome,
        steps: node.steps.join(', '),
      })),
      ['node', 'type', 'result', 'steps'],
    ),
    ...report.nodes.filter((node) => node.notes.length > 0).map((node) => `  ${node.name}: ${node.notes.join(' ')}`),
    ...report.notes.map((note) => `  ${note}`),
    ...report.problems.map((problem) => `  ${describeProblem(problem)}`),
    ...written.map((target) => `  wrote ${target}`),
    '',
  ]);
  const { totals, fidelityPercent } = sumUp(imported.flatMap(({ report }) => report.nodes));
  return [
    ...parts,
    `${totals.converted} converted, ${totals.partial} partly, ${totals.placeholder} placeholders, ${totals.dropped} became notes or frames: ${fidelityPercent} % taken over.`,
  ].join('\n');
}

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createMemoryJournal, createRunResources, recordRun } from '@casare/engine';
import { AppError, resolveInputs, toWire } from '@casare/shared';
import { defineCommand, listOption, textOption } from './define-command.ts';
import { openRegistry } from './packs/packs-folder.ts';
import { readInputs, readWorkflowFile } from './workflow-file.ts';

export const testRecord = defineCommand({
  usage: 'test record <file>',
  summary: 'Run a workflow for real and keep the run as a test',
  options: [
    {
      flags: '--input <name=value>',
      description: 'input of the workflow, as JSON or text; may be repeated',
      repeat: true,
    },
    { flags: '--name <text>', description: 'what the test shows (default: the name of the workflow)' },
    { flags: '--out <file>', description: 'file of the test (default: beside the workflow, <name>.test.json)' },
    { flags: '--force', description: 'overwrite the file' },
    { flags: '--show', description: 'show the browser window' },
  ],
  async run(ctx, [file = ''], options) {
    const path = resolve(file);
    const workflow = await readWorkflowFile(path);
    const out = resolve(textOption(options, 'out') ?? path.replace(/(?:\.flow)?\.json$/, '.test.json'));
    if (out === path) throw new AppError('USAGE', 'The test needs a file of its own. Name it with --out.');
    if (existsSync(out) && options.force !== true)
      throw new AppError(
        'FILE_EXISTS',
        `"${out}" exists. Give --force to record it again, or another name with --out.`,
      );
    const input = resolveInputs(workflow, readInputs(listOption(options, 'input'), workflow));
    const folder = await mkdtemp(join(tmpdir(), 'casare-record-'));
    const { result, recording } = await recordRun(
      workflow,
      await openRegistry(ctx),
      {
        runId: randomUUID(),
        input,
        journal: createMemoryJournal(),
        resources: createRunResources({
          folder,
          sourceFolder: dirname(path),
          browser: { headless: options.show !== true },
          programs: 'any',
        }),
        signal: ctx.signal,
      },
      textOption(options, 'name') ?? workflow.name,
    );
    if (result.status === 'cancelled') throw result.error ?? new AppError('RUN_CANCELLED', 'The run was cancelled.');
    const test = { ...recording, workflow: relative(dirname(out), path).replaceAll('\\', '/') };
    await writeFile(out, `${JSON.stringify(test, null, 2)}\n`);
    const pinned = recording.steps.filter((step) => step.pinned).length;
    ctx.out.result(
      {
        file: out,
        status: result.status,
        steps: recording.steps.length,
        pinned,
        ...(result.error && { error: toWire(result.error) }),
      },
      [
        `kept ${recording.steps.length} steps of a run that ${result.status} in ${basename(out)}; ${pinned} of them will not run again but give what they gave now`,
        `run it with: casare test ${file === out ? out : relative(process.cwd(), out) || out}`,
      ].join('\n'),
    );
  },
});

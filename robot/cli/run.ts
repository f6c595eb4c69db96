import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  compile,
  createMemoryJournal,
  createRunResources,
  findInFolders,
  openLocalQueues,
  openSqliteJournal,
  run as runProgram,
} from '@casare/engine';
import { resolveInputs, type RunEvent, toWire } from '@casare/shared';
import colors from 'picocolors';
import { createTerminalPeople, readAnswers } from './ask-in-terminal.ts';
import { defineCommand, listOption, textOption } from './define-command.ts';
import { localVault } from './local-vault.ts';
import type { Output } from './output.ts';
import { openRegistry } from './packs/packs-folder.ts';
import { readInputs, readWorkflowFile } from './workflow-file.ts';

export const run = defineCommand({
  usage: 'run <file>',
  summary: 'Run a workflow on this machine; needs no orchestrator',
  options: [
    {
      flags: '--input <name=value>',
      description: 'input of the workflow, as JSON or text; may be repeated',
      repeat: true,
    },
    { flags: '--folder <path>', description: 'folder for the files the run writes (default: a new temporary one)' },
    { flags: '--journal <file>', description: 'keep the journal in this file; the same file again resumes the run' },
    {
      flags: '--answer <step=answer>',
      description: 'what to answer a step that asks a person: a choice, or JSON; may be repeated',
      repeat: true,
    },
    {
      flags: '--credentials <file>',
      description: 'where credentials and assets are kept (default: those of this person, see "casare credentials")',
    },
    { flags: '--queues <file>', description: 'where queue items are kept (default: in the folder of the workflow)' },
    { flags: '--show', description: 'show the browser window' },
    { flags: '--events', description: 'with --json: one event a line before the result' },
  ],
  async run(ctx, [file = ''], options) {
    const workflow = await readWorkflowFile(file);
    const program = compile(workflow, await openRegistry(ctx));
    const input = resolveInputs(workflow, readInputs(listOption(options, 'input'), workflow));
    const folder = resolve(textOption(options, 'folder') ?? (await mkdtemp(join(tmpdir(), 'casare-run-'))));
    const journalFile = textOption(options, 'journal');
    const journal = journalFile === undefined ? createMemoryJournal() : openSqliteJournal(resolve(journalFile));
    const started = journal.load().length;
    if (started > 0) ctx.out.note(`resuming from ${journalFile} (${started} rows)`);
    const interactive = process.stdin.isTTY && process.stderr.isTTY && !ctx.out.json;
    const people = createTerminalPeople(
      readAnswers(listOption(options, 'answer')),
      interactive ? { input: process.stdin, output: process.stderr } : undefined,
      ctx.out,
    );
    const queues = openLocalQueues(
      resolve(textOption(options, 'queues') ?? join(dirname(file), '.casare', 'queues.sqlite')),
    );
    const result = await runProgram(program, {
      // The effect keys of a resumed run must be those of its first attempt.
      runId: journalFile === undefined ? randomUUID() : `file:${resolve(journalFile)}`,
      input,
      journal,
      resources: createRunResources({
        folder,
        sourceFolder: dirname(resolve(file)),
        browser: { headless: options.show !== true },
        people,
        queues,
        programs: 'any',
      }),
      signal: ctx.signal,
      readVault: ({ credentials, assets }) =>
        localVault(textOption(options, 'credentials')).read({ credentials, assets }),
      loadWorkflow: findInFolders([{ path: dirname(resolve(file)), deep: false }]),
      onEvents: (events) => events.forEach((event) => show(ctx.out, event, options.events === true)),
    });
    queues.close();
    await journal.close();
    const error = result.error && toWire(result.error);
    ctx.out.result(
      {
        status: result.status,
        output: result.output,
        ...(error && { error }),
        steps: result.steps,
        replayedSteps: result.replayedSteps,
        durationMs: Math.round(result.durationMs),
        folder,
      },
      [
        `${result.status === 'completed' ? colors.green('completed') : colors.red(result.status)} in ${(result.durationMs / 1000).toFixed(2)} s, ${result.steps} steps${result.replayedSteps > 0 ? ` (${result.replayedSteps} taken from the journal)` : ''}`,
        ...(error ? [`${error.code}: ${error.message}`] : []),
        ...(Object.keys(result.output).length > 0 ? [JSON.stringify(result.output, null, 2)] : []),
        `files: ${folder}`,
      ].join('\n'),
    );
    return result.status === 'completed' ? 0 : 1;
  },
});

function show(out: Output, event: RunEvent, everyEvent: boolean): void {
  if (out.json) {
    if (everyEvent) out.line(event, '');
    return;
  }
  if (event.type === 'node.finished')
    out.note(
      `${colors.green('✓')} ${event.path} ${colors.dim(`${Math.round(event.durationMs)} ms${event.replayed ? ', from the journal' : ''}`)}`,
    );
  else if (event.type === 'node.failed')
    out.note(
      `${colors.red('✗')} ${event.path} ${event.error.code}: ${event.error.message}${event.handled ? colors.dim(' (handled)') : ''}`,
    );
  else if (event.type === 'node.retrying')
    out.note(`${colors.yellow('↻')} ${event.path} try ${event.attempt} in ${Math.round(event.delayMs)} ms`);
  else if (event.type === 'node.log') out.note(`  ${event.level} ${event.message}`);
}

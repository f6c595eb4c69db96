import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { commandLine } from './command-line.ts';
import { serverOf, shellFields } from './connection.ts';
import { keepOutput } from './keep-output.ts';

const program = { 'x-show-if': { mode: ['program'] } };

export const sshRun = defineNode({
  type: 'ssh.run',
  version: 1,
  title: 'Run SSH command',
  category: 'transfer',
  icon: 'square-terminal',
  description: 'Runs a program or a shell script on another machine over SSH and gives its output and exit code.',
  synonyms: ['remote command', 'shell', 'execute on server', 'linux'],
  params: z.strictObject({
    mode: z.enum(['program', 'script']).default('program').meta({
      title: 'What',
      description:
        'A program gets its arguments exactly as they are. A script is read by the shell: values put into it are read too.',
    }),
    program: z
      .string()
      .max(4096)
      .default('')
      .meta({ title: 'Program', placeholder: 'systemctl', ...program }),
    args: z
      .array(z.string().max(100_000))
      .max(1000)
      .default([])
      .meta({ title: 'Arguments', 'x-widget': 'list', ...program }),
    script: z
      .string()
      .max(1_000_000)
      .default('')
      .meta({ title: 'Script', 'x-widget': 'textarea', 'x-show-if': { mode: ['script'] } }),
    stdin: z
      .string()
      .max(10_000_000)
      .default('')
      .meta({ title: 'Input of the program', 'x-widget': 'textarea', 'x-advanced': true }),
    folder: z.string().max(4096).default('').meta({ title: 'Folder to run in', 'x-advanced': true }),
    env: z
      .record(z.string().max(200), z.string().max(100_000))
      .default({})
      .meta({ title: 'Environment variables', 'x-widget': 'keyvalue', 'x-advanced': true }),
    failOnNonZero: z.boolean().default(true).meta({ title: 'An exit code other than 0 is an error' }),
    repeatable: z.boolean().default(false).meta({
      title: 'Running it twice does no harm',
      description: 'A run that was interrupted then runs it again without asking.',
    }),
    ...shellFields,
    maxOutputKib: z
      .int()
      .min(1)
      .max(16_384)
      .default(1024)
      .meta({ title: 'Keep at most', unit: 'KiB', 'x-advanced': true }),
  }),
  output: z.object({
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    stdout: z.string(),
    stderr: z.string(),
    truncated: z.boolean(),
  }),
  effect: 'ask',
  effectOf: ({ repeatable }) => (repeatable ? 'idempotent' : 'ask'),
  examples: [
    {
      title: 'Free space',
      params: { host: 'server.example.com', user: 'robot', program: 'df', args: ['-h'], repeatable: true },
    },
  ],
  async run(
    ctx,
    { mode, program: name, args, script, stdin, folder, env, failOnNonZero, repeatable, maxOutputKib, ...rest },
  ) {
    if ((mode === 'program' ? name : script).trim() === '')
      throw new AppError('COMMAND_FAILED', `There is nothing to run. Fill in the ${mode}.`);
    const command = commandLine({ mode, program: name, args, script, folder, env });
    const server = await serverOf(ctx, rest);
    const stdout = keepOutput(maxOutputKib * 1024, (line) => ctx.log('info', line));
    const stderr = keepOutput(maxOutputKib * 1024, (line) => ctx.log('warn', line));
    const end = await runOnce(ctx, repeatable, (begun) =>
      ctx.remotes.shell(server, ctx.signal, (shell) => {
        begun();
        return shell.run(command, { stdin, onStdout: stdout.add, onStderr: stderr.add });
      }),
    );
    const output = { ...end, stdout: stdout.end(), stderr: stderr.end(), truncated: stdout.isCut || stderr.isCut };
    if (failOnNonZero && end.exitCode !== 0) {
      const how =
        end.exitCode === null ? `was ended by ${end.signal ?? 'the server'}` : `ended with exit code ${end.exitCode}`;
      const last = (output.stderr || output.stdout).trim().slice(-500);
      throw new AppError('COMMAND_FAILED', `The command on "${server.host}" ${how}${last === '' ? '.' : `: ${last}`}`, {
        details: { host: server.host, exitCode: end.exitCode, signal: end.signal, stderr: output.stderr.slice(-4000) },
      });
    }
    return { output };
  },
});

/** A connection that broke while the command ran leaves open whether it did its work. */
async function runOnce<End>(
  ctx: NodeContext,
  repeatable: boolean,
  start: (begun: () => void) => Promise<End>,
): Promise<End> {
  let hasBegun = false;
  try {
    return await start(() => {
      hasBegun = true;
    });
  } catch (error) {
    if (!hasBegun || repeatable || ctx.signal.aborted || !(error instanceof AppError)) throw error;
    throw new AppError(
      'STEP_IN_DOUBT',
      `${error.message} The command had begun; look what it has done before it runs again.`,
      {
        details: error.details,
        cause: error,
      },
    );
  }
}

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { logOutput } from '../../resources/programs/log-output.ts';
import { outputOf, programFields, programOutput } from './program-fields.ts';

/** How each shell is told to run a text. */
const shells = {
  sh: (script: string) => ({ program: 'sh', args: ['-c', script] }),
  bash: (script: string) => ({ program: 'bash', args: ['-c', script] }),
  powershell: (script: string) => ({
    program: 'powershell',
    args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')],
  }),
  pwsh: (script: string) => ({
    program: 'pwsh',
    args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')],
  }),
  cmd: (script: string) => ({ program: 'cmd', args: ['/d', '/s', '/c', script] }),
};

export const script = defineNode({
  type: 'system.script',
  version: 1,
  title: 'Run a shell script',
  category: 'system',
  icon: 'square-terminal',
  description:
    'Runs a script in a shell of this machine, with all that the user of the robot may do. Values reach it as environment variables, never as part of its text.',
  synonyms: ['batch', 'powershell', 'bash', 'command line', 'cmd'],
  params: z.strictObject({
    shell: z
      .enum(['sh', 'bash', 'powershell', 'pwsh', 'cmd'])
      .default('sh')
      .meta({ title: 'Shell', description: 'powershell and cmd are on Windows; pwsh is PowerShell 7.' }),
    script: z
      .string()
      .min(1)
      .max(100_000)
      .meta({ title: 'Script', 'x-widget': 'code', 'x-raw': true, placeholder: 'echo "$NAME"' }),
    ...programFields,
    environment: programFields.environment.meta({
      title: 'Values',
      description: 'Environment variables that the script reads, e.g. NAME as "$NAME".',
      'x-widget': 'keyvalue',
      'x-advanced': false,
    }),
  }),
  output: programOutput,
  capabilities: ['programs'],
  effect: 'ask',
  effectOf: ({ repeatable }) => (repeatable ? 'idempotent' : 'ask'),
  examples: [
    { title: 'Free space', params: { shell: 'sh', script: 'df -h . | tail -1', repeatable: true } },
    {
      title: 'With a value',
      params: { shell: 'bash', script: 'mkdir -p "$NAME"', environment: { NAME: '${item.name}' } },
    },
  ],
  async run(ctx, { shell, script: text, folder, environment, success, log }) {
    const shown = logOutput(ctx, log);
    const end = await ctx.programs.run(
      { ...shells[shell](text), environment, ...(folder !== '' && { folder: await ctx.files.readable(folder) }) },
      ctx.signal,
      shown.onText,
    );
    shown.end();
    return { output: outputOf('The script', end, success) };
  },
});

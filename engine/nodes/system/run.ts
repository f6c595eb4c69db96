import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { logOutput } from '../../resources/programs/log-output.ts';
import { outputOf, programFields, programOutput } from './program-fields.ts';

export const run = defineNode({
  type: 'system.run',
  version: 1,
  title: 'Run a program',
  category: 'system',
  icon: 'terminal',
  description:
    'Starts a program of this machine, waits for its end and reads its output. Arguments are handed over one by one; no shell reads them.',
  synonyms: ['run program', 'command', 'process', 'execute', 'exec', 'shell', 'cmd', 'start application'],
  params: z.strictObject({
    program: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'Program', description: 'Its name, or its whole path.', placeholder: 'git' }),
    args: z
      .array(z.string().max(100_000))
      .max(10_000)
      .default([])
      .meta({ title: 'Arguments', 'x-widget': 'list', placeholder: 'status' }),
    input: z
      .string()
      .max(50_000_000)
      .default('')
      .meta({ title: 'Input', description: 'Text that the program reads.', 'x-widget': 'textarea' }),
    ...programFields,
  }),
  output: programOutput,
  capabilities: ['programs'],
  effect: 'ask',
  effectOf: ({ repeatable }) => (repeatable ? 'idempotent' : 'ask'),
  examples: [
    { title: 'The state of a repository', params: { program: 'git', args: ['status', '--short'], repeatable: true } },
    { title: 'Sort lines', params: { program: 'sort', args: ['-u'], input: '${steps.read.output.content}' } },
  ],
  async run(ctx, { program, args, input, folder, environment, success, log }) {
    const shown = logOutput(ctx, log);
    const end = await ctx.programs.run(
      { program, args, input, environment, ...(folder !== '' && { folder: await ctx.files.readable(folder) }) },
      ctx.signal,
      shown.onText,
    );
    shown.end();
    return { output: outputOf(`"${program}"`, end, success) };
  },
});

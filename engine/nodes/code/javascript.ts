import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const javascript = defineNode({
  type: 'code.javascript',
  version: 1,
  title: 'JavaScript',
  category: 'code',
  icon: 'square-code',
  description: 'Runs JavaScript on data, shut off from the machine: no files, no network, no packages.',
  synonyms: ['script', 'code', 'function', 'js'],
  params: z.strictObject({
    code: z.string().min(1).max(1_000_000).default('return input;').meta({
      title: 'Script',
      description: 'Reads `input`; `return` gives the result; console.log writes to the log.',
      'x-widget': 'code',
      'x-raw': true,
    }),
    input: z
      .unknown()
      .optional()
      .meta({ title: 'Input', placeholder: '${steps.read.output.rows}', 'x-widget': 'json' }),
    timeoutMs: z.int().min(10).max(60_000).default(500).meta({ title: 'Time limit', unit: 'ms', 'x-advanced': true }),
    memoryMb: z.int().min(4).max(256).default(64).meta({ title: 'Memory limit', unit: 'MiB', 'x-advanced': true }),
  }),
  output: z.object({ result: z.unknown() }),
  effect: 'pure',
  examples: [
    { title: 'A sum', params: { code: 'return input.reduce((sum, n) => sum + n, 0);', input: [1, 2, 3] } },
    {
      title: 'Rows made anew',
      params: { code: 'return input.map(({ name }) => ({ name: name.toUpperCase() }));', input: [{ name: 'ada' }] },
    },
  ],
  async run(ctx, { code, input, timeoutMs, memoryMb }) {
    const { output, logs } = await ctx.sandbox.runScript({ code, input, timeoutMs, memoryMb }, ctx.signal);
    for (const { level, message } of logs) ctx.log(level, message);
    return { output: { result: output } };
  },
});

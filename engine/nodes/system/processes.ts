import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { readProcesses } from './read-processes.ts';

export const processes = defineNode({
  type: 'system.processes',
  version: 1,
  title: 'List processes',
  category: 'system',
  icon: 'list-tree',
  description: 'Lists the programs that run on this machine, or those whose name or command has a text in it.',
  synonyms: ['tasks', 'task manager', 'pid', 'is running'],
  params: z.strictObject({
    name: z.string().max(500).default('').meta({
      title: 'With this text',
      description: 'In the name or the command; empty for all.',
      placeholder: 'excel',
    }),
  }),
  output: z.object({
    processes: z.array(
      z.object({
        pid: z.number(),
        parent: z.number().nullable(),
        name: z.string(),
        command: z.string(),
        memoryMb: z.number(),
      }),
    ),
    count: z.number(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'All', params: {} },
    { title: 'Whether a program runs', params: { name: 'excel' } },
  ],
  async run(ctx, { name }) {
    const word = name.toLowerCase();
    const found = (await readProcesses(ctx)).filter(
      (row) => row.name.toLowerCase().includes(word) || row.command.toLowerCase().includes(word),
    );
    return { output: { processes: found, count: found.length } };
  },
});

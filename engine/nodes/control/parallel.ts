import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const parallel = defineNode({
  type: 'control.parallel',
  version: 1,
  title: 'Parallel',
  category: 'control',
  icon: 'git-fork',
  description:
    'Runs several branches at the same time and waits for all of them, for the first that succeeds, or for all whatever happens.',
  synonyms: ['concurrent', 'fork', 'join', 'race', 'together'],
  params: z.strictObject({
    branches: z.int().min(2).max(16).default(2).meta({ title: 'Branches' }),
    mode: z
      .enum(['all', 'any', 'settled'])
      .default('all')
      .meta({
        title: 'Wait for',
        'x-labels': {
          all: 'All; the first failure stops the others',
          any: 'The first that succeeds',
          settled: 'All, failed or not',
        },
      }),
  }),
  output: z.object({
    results: z.array(z.unknown()).meta({ description: 'Last output of each branch.' }),
    winner: z.string().optional(),
    errors: z.array(z.unknown()).optional(),
  }),
  outputs: [{ id: 'out', title: 'Done', kind: 'flow' }],
  dynamicOutputs: { param: 'branches', prefix: 'branch', kind: 'body' },
  effect: 'pure',
  container: 'parallel',
  examples: [{ title: 'Two searches, whichever answers first', params: { branches: 2, mode: 'any' } }],
});

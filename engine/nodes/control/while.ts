import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { conditionParam } from './condition-param.ts';

export const whileNode = defineNode({
  type: 'control.while',
  version: 1,
  title: 'While',
  category: 'control',
  icon: 'rotate-cw',
  description: 'Runs its body as long as a condition holds; the condition is looked at before every pass.',
  synonyms: ['loop', 'until', 'repeat while'],
  params: z.strictObject({
    condition: conditionParam,
    maxIterations: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(100_000)
      .meta({ title: 'Most iterations', description: 'A loop that goes on beyond this fails.' }),
  }),
  output: z.object({ count: z.number() }),
  outputs: [
    { id: 'body', title: 'Each pass', kind: 'body' },
    { id: 'out', title: 'Done', kind: 'flow' },
  ],
  effect: 'pure',
  container: 'while',
  examples: [{ title: 'While there is a next page', params: { condition: '${vars.nextPage !== null}' } }],
});

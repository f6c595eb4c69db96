import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const repeat = defineNode({
  type: 'control.repeat',
  version: 1,
  title: 'Repeat',
  category: 'control',
  icon: 'iteration-ccw',
  description: 'Runs its body a number of times. In the body, index counts from 0.',
  synonyms: ['loop', 'times', 'for'],
  params: z.strictObject({
    times: z.int().min(0).max(10_000_000).meta({ title: 'Times' }),
  }),
  output: z.object({ count: z.number() }),
  outputs: [
    { id: 'body', title: 'Each pass', kind: 'body' },
    { id: 'out', title: 'Done', kind: 'flow' },
  ],
  effect: 'pure',
  container: 'repeat',
  examples: [{ title: 'Three times', params: { times: 3 } }],
});

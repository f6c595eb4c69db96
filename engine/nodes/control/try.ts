import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const tryNode = defineNode({
  type: 'control.try',
  version: 1,
  title: 'Try',
  category: 'control',
  icon: 'shield',
  description:
    'Runs its body; when a step in it fails, runs Catch, where error tells what happened; then runs Finally in any case. Without a wire at Catch the failure goes on after Finally.',
  synonyms: ['catch', 'error handling', 'exception', 'finally'],
  params: z.strictObject({}),
  output: z.object({ failed: z.boolean(), error: z.unknown() }),
  outputs: [
    { id: 'body', title: 'Try', kind: 'body' },
    { id: 'catch', title: 'Catch', kind: 'body' },
    { id: 'finally', title: 'Finally', kind: 'body' },
    { id: 'out', title: 'Done', kind: 'flow' },
  ],
  effect: 'pure',
  container: 'try',
  examples: [{ title: 'Try', params: {} }],
});

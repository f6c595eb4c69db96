import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const continueNode = defineNode({
  type: 'control.continue',
  version: 1,
  title: 'Continue',
  category: 'control',
  icon: 'skip-forward',
  description: 'Ends this pass of the nearest loop and begins the next. A Finally on the way is run.',
  synonyms: ['next', 'skip'],
  params: z.strictObject({}),
  output: z.undefined(),
  outputs: [],
  effect: 'pure',
  examples: [{ title: 'Continue', params: {} }],
  run: () => ({ jump: 'continue' }),
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const breakNode = defineNode({
  type: 'control.break',
  version: 1,
  title: 'Break',
  category: 'control',
  icon: 'log-out',
  description: 'Ends the nearest loop. A Finally on the way is run.',
  synonyms: ['exit loop', 'leave'],
  params: z.strictObject({}),
  output: z.undefined(),
  outputs: [],
  effect: 'pure',
  examples: [{ title: 'Break', params: {} }],
  run: () => ({ jump: 'break' }),
});

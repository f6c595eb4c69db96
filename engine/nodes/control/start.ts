import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const start = defineNode({
  type: 'control.start',
  version: 1,
  title: 'Start',
  category: 'control',
  icon: 'play',
  description: 'Where a run begins. A workflow has exactly one.',
  synonyms: ['begin', 'entry'],
  params: z.strictObject({}),
  output: z.object({}),
  inputs: [],
  effect: 'pure',
  examples: [{ title: 'Start', params: {} }],
  run: () => ({ output: {} }),
});

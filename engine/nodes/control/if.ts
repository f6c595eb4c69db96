import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { isTrue } from '../../truth.ts';
import { conditionParam } from './condition-param.ts';

export const ifNode = defineNode({
  type: 'control.if',
  version: 1,
  title: 'If',
  category: 'control',
  icon: 'split',
  description: 'Goes on at one of two ports, depending on a condition.',
  synonyms: ['condition', 'branch', 'decision', 'else'],
  params: z.strictObject({ condition: conditionParam }),
  output: z.object({ result: z.boolean() }),
  outputs: [
    { id: 'true', title: 'True', kind: 'flow' },
    { id: 'false', title: 'False', kind: 'flow' },
  ],
  effect: 'pure',
  examples: [{ title: 'More than ten rows', params: { condition: '${steps.read.output.count > 10}' } }],
  run(_ctx, { condition }) {
    const result = isTrue(condition);
    return { output: { result }, port: result ? 'true' : 'false' };
  },
});

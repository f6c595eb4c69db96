import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { isTrue } from '../../truth.ts';
import { conditionParam } from './condition-param.ts';

export const assert = defineNode({
  type: 'control.assert',
  version: 1,
  title: 'Assert',
  category: 'control',
  icon: 'badge-check',
  description: 'Fails when a condition does not hold.',
  synonyms: ['check', 'verify', 'expect', 'test'],
  params: z.strictObject({
    condition: conditionParam,
    message: z.string().max(20_000).default('').meta({ title: 'Message', description: 'What the failure says.' }),
  }),
  output: z.object({}),
  effect: 'pure',
  examples: [
    {
      title: 'Something was found',
      params: { condition: '${steps.search.output.count > 0}', message: 'Nothing was found.' },
    },
  ],
  run(_ctx, { condition, message }) {
    if (isTrue(condition)) return { output: {} };
    throw new AppError('ASSERTION_FAILED', message === '' ? 'The condition does not hold.' : message);
  },
});

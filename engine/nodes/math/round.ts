import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { roundTo } from './rounding.ts';

export const round = defineNode({
  type: 'math.round',
  version: 1,
  title: 'Round',
  category: 'math',
  icon: 'tally-5',
  description: 'Rounds a number to digits after (or before) the point, in the way that accounting needs.',
  synonyms: ['ceil', 'floor', 'truncate', 'decimals', 'bankers rounding'],
  params: z.strictObject({
    value: z.number().meta({ title: 'Number' }),
    digits: z.int().min(-12).max(12).default(0).meta({ title: 'Digits', description: '2: hundredths; -2: hundreds.' }),
    mode: z
      .enum(['halfUp', 'halfEven', 'up', 'down', 'ceil', 'floor'])
      .default('halfUp')
      .meta({ title: 'How', description: 'halfEven is bankers’ rounding; up and down mean away from and towards 0.' }),
  }),
  output: z.object({ result: z.number(), text: z.string() }),
  effect: 'pure',
  examples: [
    { title: 'To cents', params: { value: 1.005, digits: 2 } },
    { title: 'Up to full hundreds', params: { value: 1234, digits: -2, mode: 'up' } },
  ],
  run(_ctx, { value, digits, mode }) {
    const result = roundTo(value, digits, mode);
    return { output: { result, text: result.toFixed(Math.max(0, digits)) } };
  },
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const delay = defineNode({
  type: 'control.delay',
  version: 1,
  title: 'Delay',
  category: 'control',
  icon: 'timer',
  description: 'Waits for a time. A run that is interrupted meanwhile waits only for the rest.',
  synonyms: ['wait', 'sleep', 'pause'],
  params: z.strictObject({
    ms: z.number().min(0).max(2_592_000_000).meta({ title: 'Time', unit: 'ms' }),
  }),
  output: z.object({ until: z.number() }),
  effect: 'pure',
  waits: true,
  examples: [{ title: 'Two seconds', params: { ms: 2000 } }],
  async run(ctx, { ms }) {
    const kept = (ctx.resumed as { until: number } | undefined)?.until;
    const until = kept ?? ctx.now() + ms;
    if (kept === undefined) await ctx.checkpoint({ until });
    const left = until - ctx.now();
    if (left > 0) await ctx.sleep(left);
    return { output: { until } };
  },
});

import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { StepContext } from '../../step-context.ts';
import { isTrue } from '../../truth.ts';
import { conditionParam } from './condition-param.ts';

export const waitUntil = defineNode({
  type: 'control.waitUntil',
  version: 1,
  title: 'Wait until',
  category: 'control',
  icon: 'hourglass',
  description:
    'Waits until a moment, or until a condition holds that a step running at the same time makes true. Leaves by Timed out when that takes too long.',
  synonyms: ['wait for', 'poll', 'schedule', 'until'],
  params: z.strictObject({
    condition: conditionParam.optional(),
    time: z.union([z.string(), z.number()]).optional().meta({
      title: 'Moment',
      description: 'A date with time, or milliseconds since 1970.',
      placeholder: '2026-12-24T18:00:00Z',
    }),
    everyMs: z.int().min(10).max(3_600_000).default(200).meta({ title: 'Look every', unit: 'ms' }),
    timeoutMs: z.int().min(0).max(2_592_000_000).default(60_000).meta({ title: 'At most', unit: 'ms' }),
  }),
  output: z.object({ reached: z.boolean(), waitedMs: z.number() }),
  outputs: [
    { id: 'out', title: 'Reached', kind: 'flow' },
    { id: 'timeout', title: 'Timed out', kind: 'flow' },
  ],
  effect: 'pure',
  waits: true,
  examples: [
    { title: 'Six in the evening', params: { time: '2026-12-24T18:00:00Z' } },
    { title: 'Until a branch has set a variable', params: { condition: '${vars.ready}', timeoutMs: 30_000 } },
  ],
  async run(ctx, { condition, time, everyMs, timeoutMs }) {
    const begun = (ctx.resumed as { begun: number } | undefined)?.begun ?? ctx.now();
    if (ctx.resumed === undefined) await ctx.checkpoint({ begun });
    if (time !== undefined) {
      await waitFor(ctx, momentOf(time));
      return { output: { reached: true, waitedMs: ctx.now() - begun } };
    }
    const evaluate = () => (ctx instanceof StepContext ? ctx.freshParams().condition : condition);
    while (!isTrue(evaluate())) {
      const left = begun + timeoutMs - ctx.now();
      if (left <= 0) return { output: { reached: false, waitedMs: ctx.now() - begun }, port: 'timeout' };
      await ctx.sleep(Math.min(everyMs, left));
    }
    return { output: { reached: true, waitedMs: ctx.now() - begun } };
  },
});

async function waitFor(ctx: { now(): number; sleep(ms: number): Promise<void> }, moment: number): Promise<void> {
  const left = moment - ctx.now();
  if (left > 0) await ctx.sleep(left);
}

function momentOf(time: string | number): number {
  const moment = typeof time === 'number' ? time : Date.parse(time);
  if (Number.isFinite(moment)) return moment;
  throw new AppError(
    'DATA_FORMAT',
    `"${time}" is no moment. Write it like 2026-12-24T18:00:00Z, or as milliseconds since 1970.`,
  );
}

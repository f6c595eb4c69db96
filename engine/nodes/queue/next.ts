import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { itemSchema, queueField } from './item-schema.ts';

const lookEveryMs = 500;

export const next = defineNode({
  type: 'queue.next',
  version: 1,
  title: 'Next queue item',
  category: 'workflow',
  icon: 'package-open',
  description: 'Takes the most urgent item of a queue and keeps it for this run. Leaves by Empty when there is none.',
  synonyms: ['get transaction item', 'work item', 'dequeue', 'performer'],
  params: z.strictObject({
    queue: queueField,
    waitSeconds: z.number().min(0).max(86_400).default(0).meta({ title: 'Wait for one', unit: 's' }),
    lockMinutes: z.number().min(0.01).max(10_080).default(60).meta({
      title: 'Keep it for',
      description: 'An item of which nothing is heard for so long is given up; progress begins the time anew.',
      unit: 'min',
      'x-advanced': true,
    }),
  }),
  output: z.object({ item: itemSchema.nullable() }),
  outputs: [
    { id: 'out', title: 'Item', kind: 'flow' },
    { id: 'empty', title: 'Empty', kind: 'flow' },
  ],
  effect: 'keyed',
  waits: true,
  examples: [{ title: 'An invoice', params: { queue: 'invoices' } }],
  async run(ctx, { queue, waitSeconds, lockMinutes }) {
    const until = ctx.now() + waitSeconds * 1000;
    for (;;) {
      ctx.signal.throwIfAborted();
      const item = await ctx.queues.next({ queue, effectKey: ctx.effectKey, lockMs: lockMinutes * 60_000 });
      if (item) return { output: { item } };
      const left = until - ctx.now();
      if (left <= 0) return { output: { item: null }, port: 'empty' };
      await ctx.sleep(Math.min(left, lookEveryMs));
    }
  },
});

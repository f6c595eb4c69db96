import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const forEach = defineNode({
  type: 'control.forEach',
  version: 1,
  title: 'For each',
  category: 'control',
  icon: 'repeat',
  description:
    'Runs its body once per item of a list. In the body, item is the item and index its place, counted from 0.',
  synonyms: ['loop', 'iterate', 'map', 'every'],
  params: z.strictObject({
    items: z.array(z.unknown()).max(1_000_000).meta({ title: 'Items', placeholder: '${steps.read.output.rows}' }),
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .default(1)
      .meta({ title: 'At the same time', description: 'How many items are worked on at once.' }),
    collect: z
      .boolean()
      .default(true)
      .meta({ title: 'Collect results', description: 'Keep the last output of every pass as a list.' }),
  }),
  output: z.object({ count: z.number(), results: z.array(z.unknown()).optional() }),
  outputs: [
    { id: 'body', title: 'Each item', kind: 'body' },
    { id: 'out', title: 'Done', kind: 'flow' },
  ],
  effect: 'pure',
  container: 'forEach',
  examples: [
    { title: 'Every row', params: { items: '${steps.read.output.rows}' as unknown as unknown[] } },
    { title: 'Four at a time', params: { items: [1, 2, 3], concurrency: 4 } },
  ],
});

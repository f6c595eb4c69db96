import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { itemSchema, momentField, momentOf, queueField } from './item-schema.ts';

export const add = defineNode({
  type: 'queue.add',
  version: 1,
  title: 'Add queue item',
  category: 'workflow',
  icon: 'package-plus',
  description: 'Puts a piece of work into a queue, for this or another run to take.',
  synonyms: ['transaction', 'work item', 'enqueue', 'dispatcher'],
  params: z.strictObject({
    queue: queueField,
    data: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ title: 'Data', placeholder: '{ "invoice": 7 }', 'x-widget': 'json' }),
    reference: z.string().max(200).default('').meta({
      title: 'Reference',
      description: 'What the item is called where it comes from, e.g. the number of an invoice.',
    }),
    duplicate: z.enum(['skip', 'fail', 'allow']).default('skip').meta({
      title: 'A reference that is in the queue already',
      description: 'skip: nothing is added; fail: an error; allow: added all the same.',
    }),
    priority: z.enum(['low', 'normal', 'high']).default('normal').meta({ title: 'Priority' }),
    deadline: momentField('Deadline'),
    postponeUntil: momentField('Not before'),
    maxRetries: z.int().min(0).max(50).optional().meta({
      title: 'Retries',
      description: 'After a failure that is not the item’s own. Empty: as the queue says, else 1.',
      'x-advanced': true,
    }),
  }),
  output: z.object({ item: itemSchema, added: z.boolean() }),
  effect: 'keyed',
  examples: [{ title: 'An invoice', params: { queue: 'invoices', reference: 'R-7', data: { amount: 12.5 } } }],
  async run(ctx, { queue, data, reference, duplicate, priority, deadline, postponeUntil, maxRetries }) {
    ctx.signal.throwIfAborted();
    const result = await ctx.queues.add({
      queue,
      data,
      reference: reference === '' ? null : reference,
      uniqueReference: duplicate !== 'allow',
      priority,
      deadline: momentOf(deadline),
      postponedUntil: momentOf(postponeUntil),
      maxRetries: maxRetries ?? null,
      effectKey: ctx.effectKey,
    });
    if (!result.added && duplicate === 'fail')
      throw new AppError('CONFLICT', `The queue "${queue}" has an item "${reference}" already.`, {
        details: { reference, itemId: result.item.id },
      });
    return { output: { item: result.item, added: result.added } };
  },
});

import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import type { ItemReport } from '../../resources/queues.ts';
import { itemSchema, momentOf } from './item-schema.ts';

const show = (...statuses: string[]) => ({ 'x-show-if': { status: statuses } });

const params = z.strictObject({
  item: z
    .object({ id: z.string().max(100), lock: z.string().max(200).nullable() })
    .meta({ title: 'Item', placeholder: '${steps.next.output.item}', 'x-widget': 'json' }),
  status: z.enum(['successful', 'failed', 'inProgress', 'postponed']).default('successful').meta({ title: 'Status' }),
  failure: z
    .enum(['business', 'application'])
    .default('application')
    .meta({
      title: 'Cause',
      description: 'business: the item itself is wrong and is not tried again; application: anything else.',
      ...show('failed'),
    }),
  reason: z
    .string()
    .max(10_000)
    .default('')
    .meta({ title: 'Reason', ...show('failed') }),
  output: z
    .unknown()
    .optional()
    .meta({ title: 'Result', 'x-widget': 'json', ...show('successful', 'failed') }),
  progress: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Progress', ...show('inProgress') }),
  until: z
    .string()
    .max(100)
    .default('')
    .meta({ title: 'Not before', placeholder: '2026-12-24T18:00:00Z', ...show('postponed') }),
});

export const setStatus = defineNode({
  type: 'queue.setStatus',
  version: 1,
  title: 'Set status of queue item',
  category: 'workflow',
  icon: 'package',
  description: 'Says how the work on an item went: done, failed, put off, or how far it is.',
  synonyms: ['set transaction status', 'progress', 'postpone', 'finish item'],
  params,
  output: z.object({ item: itemSchema }),
  effect: 'idempotent',
  examples: [
    { title: 'Done', params: { item: '${steps.next.output.item}' as unknown as { id: string; lock: string } } },
  ],
  async run(ctx, given) {
    ctx.signal.throwIfAborted();
    if (given.item.lock === null)
      throw new AppError('PARAMS_INVALID', 'This item was not taken by "Next queue item", so nobody holds it.');
    return { output: { item: await ctx.queues.report(given.item.id, given.item.lock, reportOf(given)) } };
  },
});

function reportOf({ status, failure, reason, output = null, progress, until }: z.output<typeof params>): ItemReport {
  switch (status) {
    case 'successful':
      return { status, output };
    case 'failed':
      return { status, kind: failure, reason, output };
    case 'inProgress':
      return { status, progress };
    case 'postponed': {
      const moment = momentOf(until);
      if (moment === null) throw new AppError('PARAMS_INVALID', 'Say until when the item is put off.');
      return { status, until: moment };
    }
  }
}

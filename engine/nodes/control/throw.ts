import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const throwNode = defineNode({
  type: 'control.throw',
  version: 1,
  title: 'Throw',
  category: 'control',
  icon: 'circle-alert',
  description: 'Fails with a message of your own. A Try around it can catch it; otherwise the run fails.',
  synonyms: ['error', 'raise', 'fail', 'exception'],
  params: z.strictObject({
    message: z.string().min(1).max(20_000).meta({ title: 'Message' }),
    reason: z
      .string()
      .max(64)
      .default('')
      .meta({ title: 'Reason', description: 'A word of your own to tell failures apart: error.details.reason.' }),
    data: z
      .unknown()
      .optional()
      .meta({ title: 'Data', description: 'Facts for whoever handles it: error.details.data.' }),
    retryable: z.boolean().default(false).meta({ title: 'Trying again may help' }),
  }),
  output: z.undefined(),
  outputs: [],
  effect: 'pure',
  examples: [
    { title: 'A rule of the business', params: { message: 'Order ${item.id} has no customer.', reason: 'noCustomer' } },
  ],
  run(_ctx, { message, reason, data, retryable }) {
    const details = { ...(reason !== '' && { reason }), ...(data !== undefined && { data }) };
    throw new AppError('THROWN', message, { retryable, details });
  },
});

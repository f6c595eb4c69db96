import { retryPolicySchema } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

const policy = retryPolicySchema.shape;

export const retry = defineNode({
  type: 'control.retry',
  version: 1,
  title: 'Retry',
  category: 'control',
  icon: 'refresh-ccw-dot',
  description:
    'Runs its body again, after a growing pause, until it succeeds or the attempts are used up; then it fails with the last error.',
  synonyms: ['attempts', 'again', 'backoff'],
  params: z.strictObject({
    attempts: z.int().min(1).max(100).default(3).meta({ title: 'Attempts' }),
    initialMs: policy.initialMs,
    factor: policy.factor,
    maxMs: policy.maxMs,
    jitter: policy.jitter,
    codes: policy.codes,
  }),
  output: z.object({ attempts: z.number() }),
  outputs: [
    { id: 'body', title: 'Attempt', kind: 'body' },
    { id: 'out', title: 'Done', kind: 'flow' },
  ],
  effect: 'pure',
  container: 'retry',
  examples: [{ title: 'Five attempts', params: { attempts: 5, initialMs: 500 } }],
});

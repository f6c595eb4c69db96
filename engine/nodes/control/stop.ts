import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const stop = defineNode({
  type: 'control.stop',
  version: 1,
  title: 'Stop',
  category: 'control',
  icon: 'octagon',
  description: 'Ends the run as completed, wherever it stands. To end it as failed, use Throw.',
  synonyms: ['end', 'exit', 'quit', 'finish'],
  params: z.strictObject({
    reason: z.string().max(2000).default('').meta({ title: 'Reason', description: 'Written to the log.' }),
  }),
  output: z.undefined(),
  outputs: [],
  effect: 'pure',
  examples: [{ title: 'Nothing to do', params: { reason: 'No open orders.' } }],
  run(ctx, { reason }) {
    if (reason !== '') ctx.log('info', reason);
    return { jump: 'stop' };
  },
});

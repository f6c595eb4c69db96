import { logLevelSchema } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText } from './paths.ts';

export const log = defineNode({
  type: 'data.log',
  version: 1,
  title: 'Write to log',
  category: 'data',
  icon: 'scroll-text',
  description: 'Writes a line to the log of the run, seen live and kept with it.',
  synonyms: ['print', 'message', 'debug', 'console'],
  params: z.strictObject({
    message: z.unknown().meta({ title: 'Message', placeholder: 'Order ${item.id} is done', 'x-widget': 'textarea' }),
    level: logLevelSchema.default('info').meta({ title: 'Level' }),
    data: z
      .unknown()
      .optional()
      .meta({ title: 'Data', description: 'Shown folded under the line.', 'x-advanced': true }),
  }),
  output: z.object({ message: z.string() }),
  effect: 'pure',
  examples: [
    { title: 'A message', params: { message: 'Started' } },
    { title: 'A warning with data', params: { message: 'No price', level: 'warn', data: { order: 17 } } },
  ],
  run(ctx, { message, level, data }) {
    const text = asText(message).slice(0, 16_384);
    ctx.log(level, text, data);
    return { output: { message: text } };
  },
});

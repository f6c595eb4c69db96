import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { botFields, botLimits, callBot } from './telegram-api.ts';

const updateSchema = z.looseObject({ update_id: z.int() });

export const telegramUpdates = defineNode({
  type: 'messaging.telegramUpdates',
  version: 1,
  title: 'Read from Telegram',
  category: 'messaging',
  icon: 'inbox',
  description: 'Reads what people have written to a Telegram bot, and waits for it where wanted.',
  synonyms: ['get updates', 'receive', 'bot', 'poll', 'incoming message'],
  params: z.strictObject({
    ...botFields,
    offset: z.int().default(0).meta({
      title: 'From',
      description: 'nextOffset of the last reading: Telegram then forgets everything before it.',
      placeholder: '${vars.offset}',
    }),
    limit: z.int().min(1).max(100).default(100).meta({ title: 'At most' }),
    waitSeconds: z.int().min(0).max(50).default(0).meta({ title: 'Wait for one', unit: 's' }),
    kinds: z
      .array(z.string().max(50))
      .max(30)
      .default([])
      .meta({ title: 'Only', placeholder: 'message', 'x-widget': 'list', 'x-advanced': true }),
    ...botLimits,
  }),
  output: z.object({
    updates: z.array(z.record(z.string(), z.unknown())),
    count: z.int(),
    nextOffset: z.int(),
  }),
  effect: 'idempotent',
  waits: true,
  examples: [{ title: 'What is new', params: { botToken: '${vars.botToken}', waitSeconds: 20 } }],
  async run(ctx, params) {
    const { offset, limit, waitSeconds, kinds } = params;
    const result = await callBot(
      ctx,
      { ...params, timeoutMs: params.timeoutMs + waitSeconds * 1000 },
      'getUpdates',
      {
        limit,
        timeout: waitSeconds,
        ...(offset === 0 ? {} : { offset }),
        ...(kinds.length > 0 ? { allowed_updates: kinds } : {}),
      },
      { once: false },
    );
    const updates = z.array(updateSchema).parse(result);
    const nextOffset = updates.reduce((next, { update_id: id }) => Math.max(next, id + 1), offset);
    return { output: { updates, count: updates.length, nextOffset } };
  },
});

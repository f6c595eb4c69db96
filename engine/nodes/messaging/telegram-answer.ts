import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { botFields, botLimits, callBot } from './telegram-api.ts';

export const telegramAnswer = defineNode({
  type: 'messaging.telegramAnswer',
  version: 1,
  title: 'Answer Telegram button',
  category: 'messaging',
  icon: 'reply',
  description: 'Answers a person who pressed a button below a message of a Telegram bot.',
  synonyms: ['callback query', 'bot', 'inline keyboard'],
  params: z.strictObject({
    ...botFields,
    callbackId: z.string().min(1).max(200).meta({ title: 'Press', placeholder: '${item.callback_query.id}' }),
    text: z.string().max(200).default('').meta({ title: 'Text' }),
    isAlert: z.boolean().default(false).meta({ title: 'As a window' }),
    url: z.string().max(4096).default('').meta({ title: 'Open address', 'x-advanced': true }),
    ...botLimits,
  }),
  output: z.object({ isDone: z.boolean() }),
  effect: 'idempotent',
  examples: [{ title: 'Noted', params: { botToken: '${vars.botToken}', callbackId: '123', text: 'Noted.' } }],
  async run(ctx, params) {
    const { callbackId, text, isAlert, url } = params;
    const fields = { callback_query_id: callbackId, text, url, ...(isAlert ? { show_alert: true } : {}) };
    await callBot(ctx, params, 'answerCallbackQuery', fields, { once: false });
    return { output: { isDone: true } };
  },
});

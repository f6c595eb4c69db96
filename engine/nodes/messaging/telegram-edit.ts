import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { botFields, botLimits, callBot } from './telegram-api.ts';

export const telegramEdit = defineNode({
  type: 'messaging.telegramEdit',
  version: 1,
  title: 'Change Telegram message',
  category: 'messaging',
  icon: 'pencil',
  description: 'Changes or deletes a message that a Telegram bot has sent.',
  synonyms: ['edit', 'delete message', 'bot'],
  params: z.strictObject({
    ...botFields,
    chatId: z.string().min(1).max(200).meta({ title: 'Chat' }),
    messageId: z.int().min(1).meta({ title: 'Message', placeholder: '${steps.send.output.messageId}' }),
    action: z.enum(['edit', 'delete']).default('edit').meta({ title: 'Do' }),
    text: z
      .string()
      .max(4096)
      .default('')
      .meta({ title: 'New text', 'x-widget': 'textarea', 'x-show-if': { action: ['edit'] } }),
    markup: z
      .enum(['plain', 'MarkdownV2', 'HTML', 'Markdown'])
      .default('plain')
      .meta({ title: 'Written in', 'x-show-if': { action: ['edit'] } }),
    ...botLimits,
  }),
  output: z.object({ isDone: z.boolean() }),
  effect: 'idempotent',
  examples: [
    { title: 'Done', params: { botToken: '${vars.botToken}', chatId: '@reports', messageId: 7, text: 'Done.' } },
  ],
  async run(ctx, params) {
    const { chatId, messageId, action, text, markup } = params;
    const message = { chat_id: chatId, message_id: messageId };
    const mode = markup === 'plain' ? {} : { parse_mode: markup };
    if (action === 'delete') await callBot(ctx, params, 'deleteMessage', message, { once: false });
    else await callBot(ctx, params, 'editMessageText', { ...message, text, ...mode }, { once: false });
    return { output: { isDone: true } };
  },
});

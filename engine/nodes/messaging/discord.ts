import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { multipart } from '../../web/multipart.ts';
import { secretsOf, timeoutField, webhookField } from './fields.ts';

const faultSchema = z.object({ message: z.string(), retry_after: z.number().optional() });

export const discord = defineNode({
  type: 'messaging.discord',
  version: 1,
  title: 'Send to Discord',
  category: 'messaging',
  icon: 'messages-square',
  description: 'Writes a message into a Discord channel, with embeds and files where wanted.',
  synonyms: ['channel', 'notify', 'chat', 'webhook', 'embed'],
  params: z.strictObject({
    webhookUrl: webhookField('https://discord.com/api/webhooks/…'),
    text: z.string().max(2000).default('').meta({ title: 'Text', 'x-widget': 'textarea' }),
    username: z.string().max(80).default('').meta({ title: 'Shown as' }),
    embeds: z
      .array(z.record(z.string(), z.unknown()))
      .max(10)
      .default([])
      .meta({ title: 'Embeds', 'x-widget': 'json', 'x-advanced': true }),
    files: z.array(z.string().min(1).max(4096)).max(10).default([]).meta({ title: 'Files', 'x-widget': 'list' }),
    mentions: z.boolean().default(false).meta({
      title: 'Mentions call people',
      description: 'Off: @everyone in a text from outside calls nobody.',
      'x-advanced': true,
    }),
    timeoutMs: timeoutField,
  }),
  output: z.object({ messageId: z.string() }),
  effect: 'once',
  examples: [{ title: 'A line', params: { webhookUrl: '${vars.discordWebhook}', text: 'The report is ready.' } }],
  async run(ctx, { webhookUrl, text, username, embeds, files, mentions, timeoutMs }) {
    const message = {
      content: text,
      ...(username === '' ? {} : { username }),
      ...(embeds.length > 0 ? { embeds } : {}),
      ...(mentions ? {} : { allowed_mentions: { parse: [] } }),
    };
    const parts = files.map((file, i) => ({ field: `files[${i}]`, file }));
    const form = parts.length > 0 ? await multipart(ctx, parts, { payload_json: JSON.stringify(message) }) : undefined;
    const { data } = await callApi(ctx, {
      service: 'Discord',
      // With wait it answers after the message stands there, and names it.
      url: `${webhookUrl}${webhookUrl.includes('?') ? '&' : '?'}wait=true`,
      ...(form ? { body: form.body, headers: { 'content-type': form.contentType } } : { json: message }),
      secrets: secretsOf(webhookUrl),
      once: true,
      timeoutMs,
      reasonOf: (answer) => faultSchema.safeParse(answer).data?.message,
      pauseOf: (answer) => {
        const seconds = faultSchema.safeParse(answer).data?.retry_after;
        return seconds === undefined ? undefined : Math.ceil(seconds * 1000);
      },
    });
    const sent = z.object({ id: z.string() }).safeParse(data);
    return { output: { messageId: sent.data?.id ?? '' } };
  },
});

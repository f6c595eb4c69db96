import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { secretsOf, timeoutField, webhookField } from './fields.ts';

export const slack = defineNode({
  type: 'messaging.slack',
  version: 1,
  title: 'Send to Slack',
  category: 'messaging',
  icon: 'hash',
  description: 'Writes a message into a Slack channel, as text or with blocks.',
  synonyms: ['channel', 'notify', 'chat', 'webhook', 'block kit'],
  params: z.strictObject({
    webhookUrl: webhookField('https://hooks.slack.com/services/…'),
    text: z.string().max(40_000).default('').meta({
      title: 'Text',
      description: '*bold*, _italic_, <https://example.com|link>. With blocks: what notifications show.',
      'x-widget': 'textarea',
    }),
    blocks: z
      .array(z.record(z.string(), z.unknown()))
      .max(50)
      .default([])
      .meta({ title: 'Blocks', 'x-widget': 'json', 'x-advanced': true }),
    threadTs: z
      .string()
      .max(50)
      .default('')
      .meta({ title: 'Reply to', description: 'Time mark of the message.', 'x-advanced': true }),
    timeoutMs: timeoutField,
  }),
  output: z.object({ isSent: z.boolean() }),
  effect: 'once',
  examples: [{ title: 'A line', params: { webhookUrl: '${vars.slackWebhook}', text: 'The report is ready.' } }],
  async run(ctx, { webhookUrl, text, blocks, threadTs, timeoutMs }) {
    await callApi(ctx, {
      service: 'Slack',
      url: webhookUrl,
      json: { text, ...(blocks.length > 0 ? { blocks } : {}), ...(threadTs === '' ? {} : { thread_ts: threadTs }) },
      secrets: secretsOf(webhookUrl),
      once: true,
      timeoutMs,
    });
    return { output: { isSent: true } };
  },
});

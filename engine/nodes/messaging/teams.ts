import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { secretsOf, timeoutField, webhookField } from './fields.ts';

export const teams = defineNode({
  type: 'messaging.teams',
  version: 1,
  title: 'Send to Teams',
  category: 'messaging',
  icon: 'users',
  description: 'Posts a card into a Microsoft Teams channel or chat through its webhook.',
  synonyms: ['microsoft teams', 'channel', 'notify', 'adaptive card', 'workflow webhook'],
  params: z.strictObject({
    webhookUrl: webhookField('https://….webhook.office.com/… or the address of a Teams workflow'),
    heading: z.string().max(1000).default('').meta({ title: 'Heading' }),
    text: z
      .string()
      .max(20_000)
      .default('')
      .meta({ title: 'Text', description: 'Markdown works: **bold**, lists, links.', 'x-widget': 'textarea' }),
    facts: z
      .record(z.string().max(200), z.string().max(4000))
      .default({})
      .meta({ title: 'Facts', description: 'Shown as a list of names and values.', 'x-widget': 'keyvalue' }),
    linkTitle: z.string().max(200).default('').meta({ title: 'Button', placeholder: 'Open the report' }),
    linkUrl: z.string().max(4096).default('').meta({ title: 'Address of the button' }),
    card: z.record(z.string(), z.unknown()).default({}).meta({
      title: 'Own card',
      description: 'An Adaptive Card in place of all of the above.',
      'x-widget': 'json',
      'x-advanced': true,
    }),
    timeoutMs: timeoutField,
  }),
  output: z.object({ isSent: z.boolean() }),
  effect: 'once',
  examples: [
    {
      title: 'A report',
      params: { webhookUrl: '${vars.teamsWebhook}', heading: 'Report', text: 'It is ready.', facts: { Orders: '17' } },
    },
  ],
  async run(ctx, { webhookUrl, heading, text, facts, linkTitle, linkUrl, card, timeoutMs }) {
    const own = {
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.4',
      body: [
        ...(heading === '' ? [] : [{ type: 'TextBlock', text: heading, size: 'Large', weight: 'Bolder', wrap: true }]),
        ...(text === '' ? [] : [{ type: 'TextBlock', text, wrap: true }]),
        ...(Object.keys(facts).length === 0
          ? []
          : [{ type: 'FactSet', facts: Object.entries(facts).map(([title, value]) => ({ title, value })) }]),
      ],
      ...(linkUrl === '' ? {} : { actions: [{ type: 'Action.OpenUrl', title: linkTitle || linkUrl, url: linkUrl }] }),
    };
    const content = Object.keys(card).length > 0 ? card : own;
    await callApi(ctx, {
      service: 'Teams',
      url: webhookUrl,
      json: {
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
      },
      secrets: secretsOf(webhookUrl),
      once: true,
      timeoutMs,
    });
    return { output: { isSent: true } };
  },
});

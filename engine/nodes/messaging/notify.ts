import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { secretsOf, timeoutField, webhookField } from './fields.ts';

export const notify = defineNode({
  type: 'messaging.notify',
  version: 1,
  title: 'Notify webhook',
  category: 'messaging',
  icon: 'bell',
  description:
    'Sends a short message, and an error where there is one, to any webhook in a form that tools understand.',
  synonyms: ['alert', 'alarm', 'error webhook', 'mattermost', 'rocket chat', 'google chat', 'ntfy'],
  params: z.strictObject({
    webhookUrl: webhookField('https://example.com/hooks/…'),
    message: z.string().min(1).max(20_000).meta({ title: 'Message', 'x-widget': 'textarea' }),
    level: z.enum(['info', 'warning', 'error']).default('info').meta({ title: 'Level' }),
    error: z
      .unknown()
      .optional()
      .meta({ title: 'Error', description: 'In Catch: ${error}.', placeholder: '${error}', 'x-widget': 'json' }),
    fields: z
      .record(z.string().max(200), z.unknown())
      .default({})
      .meta({ title: 'Further fields', 'x-widget': 'keyvalue' }),
    form: z.enum(['generic', 'text', 'plain']).default('generic').meta({
      title: 'Form',
      description: 'generic: all as JSON. text: { "text": … }, as many chats take it. plain: the message as it is.',
    }),
    timeoutMs: timeoutField,
  }),
  output: z.object({ status: z.int(), answer: z.unknown() }),
  effect: 'once',
  effectOf: ({ form }) => (form === 'generic' ? 'keyed' : 'once'),
  examples: [
    {
      title: 'A failure',
      params: { webhookUrl: 'https://example.com/hooks/robot', message: 'The import failed.', level: 'error' },
    },
  ],
  async run(ctx, { webhookUrl, message, level, error, fields, form, timeoutMs }) {
    const wired = error !== null && typeof error === 'object' ? (error as Record<string, unknown>) : undefined;
    const reason = wired?.['message'] ?? error;
    const line = reason === undefined || reason === null ? message : `${message} (${textOf(reason)})`;
    const generic = {
      ...fields,
      id: ctx.effectKey,
      message,
      level,
      at: new Date(ctx.run.startedAt).toISOString(),
      workflow: ctx.run.workflowName,
      runId: ctx.run.id,
      ...(error === undefined ? {} : { error }),
    };
    const { status, data } = await callApi(ctx, {
      service: 'The webhook',
      url: webhookUrl,
      ...(form === 'plain'
        ? { body: line, headers: { 'content-type': 'text/plain; charset=utf-8' } }
        : form === 'text'
          ? { json: { text: line } }
          : { json: generic, headers: { 'idempotency-key': ctx.effectKey } }),
      secrets: secretsOf(webhookUrl),
      once: form !== 'generic',
      timeoutMs,
    });
    return { output: { status, answer: data } };
  },
});

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

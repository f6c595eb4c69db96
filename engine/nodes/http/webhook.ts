import { AppError } from '@casare/shared';
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { limitFields, limitsOf, requestFields, retryOnField } from './fields.ts';
import { outputOf, responseSchema } from './response.ts';

export const webhook = defineNode({
  type: 'http.webhook',
  version: 1,
  title: 'Call signed webhook',
  category: 'http',
  icon: 'webhook',
  description: 'Sends an event to a web address, signed so that the receiver knows who sent it and takes it once.',
  synonyms: ['event', 'standard webhooks', 'whsec', 'callback', 'notify'],
  params: z.strictObject({
    url: requestFields.url,
    secret: z.string().max(1000).default('').meta({
      title: 'Secret',
      placeholder: 'whsec_…',
      description: 'As the receiver gave it. Several, separated by spaces, while it is being changed.',
      'x-widget': 'password',
    }),
    event: z.string().max(200).default('').meta({ title: 'Kind of event', placeholder: 'order.paid' }),
    data: z.unknown().optional().meta({ title: 'Data', 'x-widget': 'json' }),
    headers: requestFields.headers,
    retryOn: retryOnField,
    ...limitFields,
  }),
  output: responseSchema.extend({ id: z.string() }),
  effect: 'keyed',
  examples: [
    {
      title: 'An order',
      params: { url: 'https://example.com/hooks', secret: '${vars.hookSecret}', event: 'order.paid', data: { id: 7 } },
    },
  ],
  async run(ctx, { url, secret, event, data, headers, retryOn, ...rest }) {
    const id = `msg_${ctx.effectKey}`;
    const at = ctx.now();
    const seconds = Math.floor(at / 1000);
    // The start of the run, not of this try: the same event has the same body however often it is sent.
    const timestamp = new Date(ctx.run.startedAt).toISOString();
    const body = JSON.stringify(event === '' ? (data ?? null) : { type: event, timestamp, data: data ?? null });
    const signatures = secret
      .split(/\s+/)
      .filter(Boolean)
      .map((one) => signatureOf(one, `${id}.${seconds}.${body}`));
    const answer = await ctx.http.request(
      {
        method: 'POST',
        url,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          ...(signatures.length > 0 ? { 'webhook-signature': signatures.join(' ') } : {}),
        },
        credentialHeaders: Object.keys(headers).map((name) => name.toLowerCase()),
        body,
        ...limitsOf(rest),
      },
      ctx.signal,
    );
    if (!isFine(answer.status, '2xx')) throw refusal(answer, answer.body, 'POST', { retryOn });
    return { output: { ...outputOf(answer, 'auto'), id } };
  },
});

function signatureOf(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.byteLength < 16)
    throw new AppError(
      'PARAMS_INVALID',
      'The secret is too short or not base64. Copy it whole from the receiver, with whsec_ before it.',
    );
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

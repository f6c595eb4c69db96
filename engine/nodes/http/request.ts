import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileUpload } from '../../web/file-upload.ts';
import { withDoubt } from '../../web/in-doubt.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { valueAt } from '../../web/value-at.ts';
import type { HttpUpload } from '../../resources/http.ts';
import type { NodeContext } from '../../define-node.ts';
import { authFields } from './auth.ts';
import { limitFields, limitsOf, requestFields, retryOnField, withQuery } from './fields.ts';
import { outputOf, parseField, responseSchema, successField } from './response.ts';
import { send } from './send.ts';

const params = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']).default('GET').meta({ title: 'Method' }),
  ...requestFields,
  ...authFields,
  bodyKind: z
    .enum(['none', 'json', 'form', 'text', 'file'])
    .default('none')
    .meta({ title: 'Body', 'x-show-if': { method: ['POST', 'PUT', 'PATCH', 'DELETE'] } }),
  body: z
    .unknown()
    .optional()
    .meta({
      title: 'Content',
      description: 'Data for json, fields for form, text for text.',
      'x-widget': 'json',
      'x-show-if': { bodyKind: ['json', 'form', 'text'] },
    }),
  bodyFile: z
    .string()
    .max(4096)
    .default('')
    .meta({ title: 'File', description: 'Sent as it is.', 'x-widget': 'file', 'x-show-if': { bodyKind: ['file'] } }),
  contentType: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Content type', placeholder: 'application/xml', 'x-show-if': { bodyKind: ['text', 'file'] } }),
  parse: parseField,
  responsePath: z.string().max(1000).default('').meta({
    title: 'Part of the answer',
    placeholder: 'data.items[0].id',
    description: 'The step gives only this part of a JSON answer as its body; null where it is missing.',
    'x-advanced': true,
  }),
  success: successField,
  retryOn: retryOnField,
  idempotencyKey: z.boolean().default(true).meta({
    title: 'Send an Idempotency-Key',
    description:
      'With POST and PATCH: the same for every try of this step, so that a server that knows it does the work once.',
    'x-advanced': true,
  }),
  ...limitFields,
  maxMegabytes: z.int().min(1).max(256).default(10).meta({ title: 'Largest answer', unit: 'MiB', 'x-advanced': true }),
});

export const request = defineNode({
  type: 'http.request',
  version: 1,
  title: 'HTTP request',
  category: 'http',
  icon: 'globe',
  description: 'Sends a request to a web address or an API and reads the answer.',
  synonyms: ['api', 'http', 'rest', 'call', 'get', 'post', 'fetch', 'webhook', 'curl'],
  params,
  output: responseSchema,
  effect: 'once',
  effectOf: ({ method, idempotencyKey }) => {
    if (method === 'POST' || method === 'PATCH') return idempotencyKey ? 'keyed' : 'once';
    return 'idempotent';
  },
  examples: [
    { title: 'Read an order', params: { url: 'https://api.example.com/orders/7' } },
    {
      title: 'Send an order',
      params: {
        method: 'POST',
        url: 'https://api.example.com/orders',
        bodyKind: 'json',
        body: { item: 'pens', count: 3 },
      },
    },
  ],
  async run(ctx, params) {
    const { method, url, query, headers, parse, responsePath, success, idempotencyKey, retryOn } = params;
    const mayHaveBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
    const content = mayHaveBody ? await contentOf(ctx, params) : undefined;
    const needsKey = method === 'POST' || method === 'PATCH';
    const once = needsKey && !idempotencyKey;
    const answer = await send(
      ctx,
      {
        method,
        url: withQuery(url, query),
        headers: {
          ...(content ? { 'content-type': content.type } : {}),
          ...(needsKey && idempotencyKey ? { 'idempotency-key': ctx.effectKey } : {}),
          ...lowerCase(headers),
        },
        ...(content ? { body: content.body } : {}),
        ...limitsOf(params),
        maxBytes: params.maxMegabytes * 1024 * 1024,
      },
      params,
    ).catch((error: unknown) => {
      throw once ? withDoubt(error) : error;
    });
    if (!isFine(answer.status, success)) throw refusal(answer, answer.body, method, { once, retryOn });
    const output = outputOf(answer, parse);
    return {
      output: responsePath === '' ? output : { ...output, body: valueAt(output.body, responsePath) ?? null },
    };
  },
});

interface Content {
  body: string | HttpUpload;
  type: string;
}

async function contentOf(
  ctx: NodeContext,
  { bodyKind, body, bodyFile, contentType }: z.output<typeof params>,
): Promise<Content | undefined> {
  switch (bodyKind) {
    case 'none':
      return undefined;
    case 'json':
      return { body: JSON.stringify(body ?? null), type: 'application/json' };
    case 'form':
      return {
        body: withQuery('', (body ?? {}) as Record<string, string>).slice(1),
        type: 'application/x-www-form-urlencoded',
      };
    case 'text':
      return {
        body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
        type: contentType || 'text/plain; charset=utf-8',
      };
    case 'file':
      return { body: await fileUpload(ctx, bodyFile), type: contentType || 'application/octet-stream' };
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { authFields, credentialsOf } from './auth.ts';
import { limitFields, requestFields, withQuery } from './fields.ts';
import { isFine, parseField, readBody, refusal, responseSchema, successField } from './response.ts';

const params = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']).default('GET').meta({ title: 'Method' }),
  ...requestFields,
  ...authFields,
  bodyKind: z
    .enum(['none', 'json', 'form', 'text'])
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
  contentType: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Content type', placeholder: 'application/xml', 'x-show-if': { bodyKind: ['text'] } }),
  parse: parseField,
  success: successField,
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
  synonyms: ['api', 'rest', 'call', 'get', 'post', 'fetch', 'webhook', 'curl'],
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
  async run(
    ctx,
    { method, url, query, headers, bodyKind, body, contentType, parse, success, idempotencyKey, maxMegabytes, ...rest },
  ) {
    const credentials = credentialsOf(rest);
    const mayHaveBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
    const content = mayHaveBody ? contentOf(bodyKind, body, contentType) : undefined;
    const needsKey = idempotencyKey && (method === 'POST' || method === 'PATCH');
    const answer = await ctx.http.request(
      {
        method,
        url: withQuery(url, { ...query, ...credentials.query }),
        headers: {
          ...(content ? { 'content-type': content.type } : {}),
          ...(needsKey ? { 'idempotency-key': ctx.effectKey } : {}),
          ...lowerCase(headers),
          ...credentials.headers,
        },
        ...(content ? { body: content.text } : {}),
        credentialHeaders: credentials.credentialHeaders,
        timeoutMs: rest.timeoutMs,
        maxRedirects: rest.maxRedirects,
        verifyTls: rest.verifyTls,
        maxBytes: maxMegabytes * 1024 * 1024,
      },
      ctx.signal,
    );
    const { status, headers: received } = answer;
    if (!isFine(status, success)) throw refusal(answer, answer.body, method);
    return {
      output: {
        status,
        ok: status >= 200 && status < 300,
        headers: received,
        body: readBody(answer, parse),
        url: answer.url,
      },
    };
  },
});

function contentOf(
  kind: z.output<typeof params>['bodyKind'],
  body: unknown,
  type: string,
): { text: string; type: string } | undefined {
  switch (kind) {
    case 'none':
      return undefined;
    case 'json':
      return { text: JSON.stringify(body ?? null), type: 'application/json' };
    case 'form':
      return {
        text: withQuery('', (body ?? {}) as Record<string, string>).slice(1),
        type: 'application/x-www-form-urlencoded',
      };
    case 'text':
      return {
        text: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
        type: type || 'text/plain; charset=utf-8',
      };
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

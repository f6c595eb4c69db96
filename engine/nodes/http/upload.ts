import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { authFields, credentialsOf } from './auth.ts';
import { limitFields, requestFields, withQuery } from './fields.ts';
import { multipart } from './multipart.ts';
import { isFine, parseField, readBody, refusal, responseSchema, successField } from './response.ts';

export const upload = defineNode({
  type: 'http.upload',
  version: 1,
  title: 'Send files',
  category: 'http',
  icon: 'upload',
  description: 'Sends files with further fields to a web address, as a form in a browser does.',
  synonyms: ['upload file', 'multipart', 'form data', 'attach'],
  params: z.strictObject({
    ...requestFields,
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').meta({ title: 'Method' }),
    files: z.array(z.string().min(1).max(4096)).min(1).max(100).meta({ title: 'Files', 'x-widget': 'list' }),
    fieldName: z.string().min(1).max(200).default('file').meta({ title: 'Field of the files' }),
    fields: z
      .record(z.string().max(200), z.string().max(1_000_000))
      .default({})
      .meta({ title: 'Further fields', 'x-widget': 'keyvalue' }),
    ...authFields,
    parse: parseField,
    success: successField,
    idempotencyKey: z.boolean().default(true).meta({
      title: 'Send an Idempotency-Key',
      description: 'The same for every try of this step.',
      'x-advanced': true,
    }),
    ...limitFields,
  }),
  output: responseSchema,
  effect: 'once',
  effectOf: ({ method, idempotencyKey }) => (method === 'PUT' ? 'idempotent' : idempotencyKey ? 'keyed' : 'once'),
  examples: [{ title: 'One file', params: { url: 'https://example.com/upload', files: ['output/report.pdf'] } }],
  async run(ctx, { url, query, headers, method, files, fieldName, fields, parse, success, idempotencyKey, ...rest }) {
    const credentials = credentialsOf(rest);
    const form = await multipart(ctx, fieldName, files, fields);
    const answer = await ctx.http.request(
      {
        method,
        url: withQuery(url, { ...query, ...credentials.query }),
        headers: {
          ...(idempotencyKey && method !== 'PUT' ? { 'idempotency-key': ctx.effectKey } : {}),
          ...headers,
          ...credentials.headers,
          'content-type': form.contentType,
        },
        body: form.body,
        credentialHeaders: credentials.credentialHeaders,
        timeoutMs: rest.timeoutMs,
        maxRedirects: rest.maxRedirects,
        verifyTls: rest.verifyTls,
      },
      ctx.signal,
    );
    const { status } = answer;
    if (!isFine(status, success)) throw refusal(answer, answer.body, method);
    return {
      output: {
        status,
        ok: status >= 200 && status < 300,
        headers: answer.headers,
        body: readBody(answer, parse),
        url: answer.url,
      },
    };
  },
});

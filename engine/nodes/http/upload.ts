import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { withDoubt } from '../../web/in-doubt.ts';
import { multipart } from '../../web/multipart.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { authFields } from './auth.ts';
import { limitFields, limitsOf, requestFields, retryOnField, withQuery } from './fields.ts';
import { outputOf, parseField, responseSchema, successField } from './response.ts';
import { send } from './send.ts';

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
    retryOn: retryOnField,
    ...limitFields,
  }),
  output: responseSchema,
  effect: 'once',
  effectOf: ({ method, idempotencyKey }) => (method === 'PUT' ? 'idempotent' : idempotencyKey ? 'keyed' : 'once'),
  examples: [{ title: 'One file', params: { url: 'https://example.com/upload', files: ['output/report.pdf'] } }],
  async run(
    ctx,
    { url, query, headers, method, files, fieldName, fields, parse, success, idempotencyKey, retryOn, ...rest },
  ) {
    const form = await multipart(
      ctx,
      files.map((file) => ({ field: fieldName, file })),
      fields,
    );
    const once = method !== 'PUT' && !idempotencyKey;
    const answer = await send(
      ctx,
      {
        method,
        url: withQuery(url, query),
        headers: {
          ...(idempotencyKey && method !== 'PUT' ? { 'idempotency-key': ctx.effectKey } : {}),
          ...headers,
          'content-type': form.contentType,
        },
        body: form.body,
        ...limitsOf(rest),
      },
      rest,
    ).catch((error: unknown) => {
      throw once ? withDoubt(error) : error;
    });
    if (!isFine(answer.status, success)) throw refusal(answer, answer.body, method, { once, retryOn });
    return { output: outputOf(answer, parse) };
  },
});

import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { authFields } from './auth.ts';
import { limitFields, limitsOf, requestFields } from './fields.ts';
import { readBody } from './response.ts';
import { send } from './send.ts';

export const graphql = defineNode({
  type: 'http.graphql',
  version: 1,
  title: 'GraphQL request',
  category: 'http',
  icon: 'waypoints',
  description: 'Sends a GraphQL query or mutation and gives its data; errors in the answer are errors of the step.',
  synonyms: ['query', 'mutation', 'api'],
  params: z.strictObject({
    url: requestFields.url,
    document: z.string().min(1).max(100_000).meta({
      title: 'Query or mutation',
      'x-widget': 'code',
      'x-raw': true,
      placeholder: 'query ($id: ID!) { order(id: $id) { total } }',
    }),
    variables: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Variables', 'x-widget': 'keyvalue' }),
    operationName: z.string().max(200).default('').meta({ title: 'Operation', 'x-advanced': true }),
    headers: requestFields.headers,
    session: requestFields.session,
    ...authFields,
    ...limitFields,
  }),
  output: z.object({ data: z.unknown(), extensions: z.unknown() }),
  effect: 'once',
  effectOf: ({ document }) =>
    /(^|\})\s*(mutation|subscription)\b/.test(withoutComments(document)) ? 'keyed' : 'idempotent',
  examples: [
    {
      title: 'An order',
      params: {
        url: 'https://api.example.com/graphql',
        document: 'query ($id: ID!) { order(id: $id) { total } }',
        variables: { id: '7' },
      },
    },
  ],
  async run(ctx, { url, document, variables, operationName, headers, ...rest }) {
    const answer = await send(
      ctx,
      {
        method: 'POST',
        url,
        headers: {
          accept: 'application/graphql-response+json, application/json',
          'idempotency-key': ctx.effectKey,
          ...headers,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ query: document, variables, ...(operationName === '' ? {} : { operationName }) }),
        ...limitsOf(rest),
      },
      rest,
    );
    const isJson = (answer.headers['content-type'] ?? '').includes('json');
    if (!isJson && !isFine(answer.status, '2xx')) throw refusal(answer, answer.body, 'POST');
    const reply = replySchema.safeParse(readBody(answer, 'json'));
    if (!reply.success) throw refusal(answer, answer.body, 'POST');
    const { data = null, errors = [], extensions = null } = reply.data;
    if (errors.length > 0)
      throw new AppError(
        'HTTP_FAILED',
        `The server refused the query: ${errors
          .map(({ message }) => message)
          .join('; ')
          .slice(0, 500)}. Correct the query or its variables.`,
        {
          details: { status: answer.status, errors: errors.slice(0, 10).map(({ message }) => message) },
        },
      );
    if (!isFine(answer.status, '2xx')) throw refusal(answer, answer.body, 'POST');
    return { output: { data, extensions } };
  },
});

const replySchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
  extensions: z.unknown().optional(),
});

function withoutComments(document: string): string {
  return document.replaceAll(/#[^\n]*/g, '');
}

import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { withDoubt } from '../../web/in-doubt.ts';
import { refusal } from '../../web/refusal.ts';
import { isFine } from '../../web/statuses.ts';
import { authFields } from './auth.ts';
import { limitFields, limitsOf, requestFields, retryOnField } from './fields.ts';
import { send } from './send.ts';
import { readEnvelope, soapEnvelope } from './soap-envelope.ts';

const params = z.strictObject({
  url: requestFields.url,
  operation: z.string().max(200).default('').meta({
    title: 'Operation',
    placeholder: 'GetOrder',
    description: 'The element around the content. Empty: the content is the whole body.',
  }),
  namespace: z.string().max(1000).default('').meta({ title: 'Namespace', placeholder: 'http://example.com/orders' }),
  content: z.unknown().optional().meta({
    title: 'Content',
    description: 'Fields of the operation, or XML as text. @name is an attribute, #text its text.',
    'x-widget': 'json',
  }),
  action: z.string().max(1000).default('').meta({ title: 'Action', placeholder: 'http://example.com/orders/GetOrder' }),
  version: z.enum(['1.1', '1.2']).default('1.1').meta({ title: 'SOAP version' }),
  isReading: z.boolean().default(false).meta({
    title: 'Only reads',
    description: 'The operation changes nothing, so it may be sent again after a failure.',
  }),
  security: z.enum(['none', 'text', 'digest']).default('none').meta({
    title: 'WS-Security',
    description: 'Name and password within the message; digest keeps the password to itself.',
  }),
  wsUsername: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'User in the message', 'x-show-if': { security: ['text', 'digest'] } }),
  wsPassword: z
    .string()
    .max(5000)
    .default('')
    .meta({ title: 'Password in the message', 'x-widget': 'password', 'x-show-if': { security: ['text', 'digest'] } }),
  lists: z.array(z.string().min(1).max(200)).max(100).default([]).meta({
    title: 'Always lists',
    description: 'Elements that become lists even where they stand alone.',
    'x-advanced': true,
  }),
  headers: requestFields.headers,
  session: requestFields.session,
  ...authFields,
  retryOn: retryOnField,
  ...limitFields,
});

export const soap = defineNode({
  type: 'http.soap',
  version: 1,
  title: 'SOAP request',
  category: 'http',
  icon: 'mail-open',
  description: 'Calls an operation of a SOAP service and gives its answer as data; a fault is an error of the step.',
  synonyms: ['web service', 'wsdl', 'xml', 'ws-security', 'envelope'],
  params,
  output: z.object({ body: z.unknown(), header: z.unknown(), status: z.int() }),
  effect: 'once',
  effectOf: ({ isReading }) => (isReading ? 'idempotent' : 'once'),
  examples: [
    {
      title: 'An order',
      params: {
        url: 'https://example.com/orders.asmx',
        operation: 'GetOrder',
        namespace: 'http://example.com/orders',
        content: { id: 7 },
        isReading: true,
      },
    },
  ],
  async run(ctx, params) {
    const { url, action, version, headers, isReading, retryOn, lists } = params;
    const envelope = await soapEnvelope(params, new Date(ctx.now()));
    const type =
      version === '1.2'
        ? `application/soap+xml; charset=utf-8${action === '' ? '' : `; action="${action.replaceAll('"', '%22')}"`}`
        : 'text/xml; charset=utf-8';
    const answer = await send(
      ctx,
      {
        method: 'POST',
        url,
        headers: {
          ...headers,
          'content-type': type,
          ...(version === '1.1' ? { soapaction: `"${action.replaceAll('"', '%22')}"` } : {}),
        },
        body: envelope,
        ...limitsOf(params),
        // The message holds name and password: a redirect must not carry it elsewhere.
        ...(params.security === 'none' ? {} : { maxRedirects: 0 }),
      },
      params,
    ).catch((error: unknown) => {
      throw isReading ? error : withDoubt(error);
    });
    const read = await readEnvelope(answer, lists);
    if (read?.fault) {
      const { code, reason, detail } = read.fault;
      throw new AppError(
        'HTTP_FAILED',
        `The service refused the operation: ${reason || code}. Correct the content or the operation.`,
        {
          details: { status: answer.status, faultCode: code, faultReason: reason, faultDetail: detail },
        },
      );
    }
    if (!isFine(answer.status, '2xx')) throw refusal(answer, answer.body, 'POST', { once: !isReading, retryOn });
    if (!read)
      throw new AppError(
        'DATA_FORMAT',
        'The answer is no SOAP envelope. Check the address: it may be a page for people.',
      );
    return { output: { body: read.body, header: read.header, status: answer.status } };
  },
});

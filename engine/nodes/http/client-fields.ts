import { z } from 'zod';
import { limitFields } from './fields.ts';
import type { TokenClient } from './token-request.ts';

/** Who we are to an authorisation server. */
export const clientFields = {
  clientId: z.string().max(1000).default('').meta({ title: 'Client ID' }),
  clientSecret: z
    .string()
    .max(20_000)
    .default('')
    .meta({ title: 'Client secret', description: 'Empty for a public client.', 'x-widget': 'password' }),
  clientAuth: z.enum(['basic', 'body']).default('basic').meta({ title: 'Client is named in', 'x-advanced': true }),
  timeoutMs: limitFields.timeoutMs,
  verifyTls: limitFields.verifyTls,
};

const schema = z.object(clientFields);

export function clientOf({
  clientId,
  clientSecret,
  clientAuth,
  timeoutMs,
  verifyTls,
}: z.output<typeof schema>): TokenClient {
  return { clientId, clientSecret, clientAuth, timeoutMs, verifyTls, credentialHosts: [] };
}

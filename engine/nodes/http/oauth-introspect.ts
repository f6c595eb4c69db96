import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { clientFields, clientOf } from './client-fields.ts';
import { postToAuthority } from './token-request.ts';

const replySchema = z.looseObject({
  active: z.boolean(),
  client_id: z.string().optional(),
  username: z.string().optional(),
  sub: z.string().optional(),
  scope: z.string().optional(),
  token_type: z.string().optional(),
  exp: z.number().optional(),
});

export const oauthIntrospect = defineNode({
  type: 'http.oauth2Introspect',
  version: 1,
  title: 'Check OAuth2 token',
  category: 'http',
  icon: 'badge-check',
  description: 'Asks an authorisation server whether a token is valid, whose it is and what it allows.',
  synonyms: ['introspection', 'validate token', 'oauth'],
  params: z.strictObject({
    url: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'Introspection address', placeholder: 'https://login.example.com/oauth2/introspect' }),
    token: z.string().min(1).max(20_000).meta({ title: 'Token', 'x-widget': 'password' }),
    ...clientFields,
  }),
  output: z.object({
    isActive: z.boolean(),
    clientId: z.string().nullable(),
    username: z.string().nullable(),
    subject: z.string().nullable(),
    scope: z.string(),
    tokenType: z.string().nullable(),
    expiresAt: z.string().nullable(),
    claims: z.record(z.string(), z.unknown()),
  }),
  effect: 'idempotent',
  examples: [
    {
      title: 'A token',
      params: { url: 'https://login.example.com/oauth2/introspect', token: '${vars.token}', clientId: 'robot' },
    },
  ],
  async run(ctx, params) {
    const answer = await postToAuthority(ctx, params.url, clientOf(params), { token: params.token });
    const claims = replySchema.parse(answer);
    return {
      output: {
        isActive: claims.active,
        clientId: claims.client_id ?? null,
        username: claims.username ?? null,
        subject: claims.sub ?? null,
        scope: claims.scope ?? '',
        tokenType: claims.token_type ?? null,
        expiresAt: claims.exp === undefined ? null : new Date(claims.exp * 1000).toISOString(),
        claims,
      },
    };
  },
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { clientFields, clientOf } from './client-fields.ts';
import { giveTokens, tokenOutput, tokenVariables } from './token-output.ts';
import { requestToken } from './token-request.ts';

const show = (...grant: string[]) => ({ 'x-show-if': { grant } });
const secret = (title: string, ...grants: string[]) =>
  z
    .string()
    .max(20_000)
    .default('')
    .meta({ title, 'x-widget': 'password', ...show(...grants) });

export const oauthToken = defineNode({
  type: 'http.oauth2Token',
  version: 1,
  title: 'Get OAuth2 token',
  category: 'http',
  icon: 'key-round',
  description:
    'Asks an authorisation server for an access token: for this client, or by a refresh token, code or password.',
  synonyms: ['oauth', 'access token', 'client credentials', 'refresh token', 'sign in', 'token exchange'],
  params: z.strictObject({
    tokenUrl: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'Token address', placeholder: 'https://login.example.com/oauth2/token' }),
    grant: z
      .enum(['client_credentials', 'refresh_token', 'authorization_code', 'password'])
      .default('client_credentials')
      .meta({ title: 'Token by' }),
    refreshToken: secret('Refresh token', 'refresh_token'),
    code: secret('Code', 'authorization_code'),
    codeVerifier: secret('Code verifier', 'authorization_code'),
    redirectUri: z
      .string()
      .max(4096)
      .default('')
      .meta({ title: 'Redirect address', ...show('authorization_code') }),
    username: z
      .string()
      .max(500)
      .default('')
      .meta({ title: 'User name', ...show('password') }),
    password: secret('Password', 'password'),
    scope: z.string().max(4000).default('').meta({ title: 'Scope' }),
    ...clientFields,
    fields: z
      .record(z.string().max(200), z.string().max(4000))
      .default({})
      .meta({ title: 'Further fields', placeholder: 'audience', 'x-widget': 'keyvalue', 'x-advanced': true }),
    ...tokenVariables,
  }),
  output: tokenOutput,
  effect: 'once',
  // A code is worth something once, and a refresh token may be replaced by the first use.
  effectOf: ({ grant }) => (grant === 'authorization_code' || grant === 'refresh_token' ? 'once' : 'idempotent'),
  examples: [
    {
      title: 'For this client',
      params: {
        tokenUrl: 'https://login.example.com/oauth2/token',
        clientId: 'robot',
        clientSecret: '${vars.clientSecret}',
        scope: 'orders.read',
      },
    },
  ],
  async run(ctx, params) {
    const { tokenUrl, grant, refreshToken, code, codeVerifier, redirectUri, username, password, scope, fields } =
      params;
    const reply = await requestToken(ctx, tokenUrl, clientOf(params), {
      grant_type: grant,
      ...(grant === 'refresh_token' ? { refresh_token: refreshToken } : {}),
      ...(grant === 'authorization_code' ? { code, code_verifier: codeVerifier, redirect_uri: redirectUri } : {}),
      ...(grant === 'password' ? { username, password } : {}),
      scope,
      ...fields,
    });
    return { output: giveTokens(ctx, reply, params) };
  },
});

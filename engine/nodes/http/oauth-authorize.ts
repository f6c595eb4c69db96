import { AppError } from '@casare/shared';
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import { openCallbackServer } from './callback-server.ts';
import { clientFields, clientOf } from './client-fields.ts';
import { withQuery } from './fields.ts';
import { openAddress } from './open-address.ts';
import { giveTokens, tokenOutput, tokenVariables } from './token-output.ts';
import { requestToken } from './token-request.ts';

export const oauthAuthorize = defineNode({
  type: 'http.oauth2Authorize',
  version: 1,
  title: 'Sign in with OAuth2',
  category: 'http',
  icon: 'log-in',
  description: 'Lets a person sign in and agree in their browser, waits for the answer and gives the tokens.',
  synonyms: ['oauth', 'authorization code', 'pkce', 'consent', 'callback server', 'login'],
  params: z.strictObject({
    authorizeUrl: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'Sign-in address', placeholder: 'https://login.example.com/oauth2/authorize' }),
    tokenUrl: z
      .string()
      .min(1)
      .max(4096)
      .meta({ title: 'Token address', placeholder: 'https://login.example.com/oauth2/token' }),
    scope: z.string().max(4000).default('').meta({ title: 'Scope', placeholder: 'openid offline_access' }),
    show: z.enum(['browser', 'log']).default('browser').meta({
      title: 'Show the address',
      description: 'browser: opens it for the person at this machine. log: writes it into the log of the run.',
    }),
    ...clientFields,
    port: z.int().min(0).max(65_535).default(0).meta({
      title: 'Port of the answer',
      description: 'Where the redirect address is registered with a port. 0: any free one.',
      'x-advanced': true,
    }),
    path: z
      .string()
      .regex(/^\/[\w./-]{0,200}$/, 'a path such as /callback')
      .default('/callback')
      .meta({ title: 'Path of the answer', 'x-advanced': true }),
    fields: z
      .record(z.string().max(200), z.string().max(4000))
      .default({})
      .meta({ title: 'Further fields', placeholder: 'prompt', 'x-widget': 'keyvalue', 'x-advanced': true }),
    waitSeconds: z.int().min(1).max(3600).default(300).meta({ title: 'Wait for the person', unit: 's' }),
    ...tokenVariables,
  }),
  output: tokenOutput,
  effect: 'idempotent',
  waits: true,
  examples: [
    {
      title: 'A person agrees',
      params: {
        authorizeUrl: 'https://login.example.com/oauth2/authorize',
        tokenUrl: 'https://login.example.com/oauth2/token',
        clientId: 'desktop-app',
        scope: 'openid offline_access',
      },
    },
  ],
  async run(ctx, params) {
    const { authorizeUrl, tokenUrl, scope, show, port, path, fields, clientId, waitSeconds } = params;
    const state = randomBytes(24).toString('base64url');
    const verifier = randomBytes(48).toString('base64url');
    const deadline = AbortSignal.timeout(waitSeconds * 1000);
    const signal = AbortSignal.any([ctx.signal, deadline]);
    await using callback = await openCallbackServer(port, path, state, signal);
    const address = withQuery(authorizeUrl, {
      ...fields,
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callback.redirectUri,
      ...(scope === '' ? {} : { scope }),
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    await present(ctx, address, show);
    const code = await callback.code.catch((error: unknown) => {
      if (deadline.aborted && !ctx.signal.aborted) throw nobodyCame(waitSeconds);
      throw error;
    });
    const reply = await requestToken(ctx, tokenUrl, clientOf(params), {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: callback.redirectUri,
    });
    return { output: giveTokens(ctx, reply, params) };
  },
});

async function present(ctx: NodeContext, address: string, show: 'browser' | 'log'): Promise<void> {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new AppError('HTTP_FAILED', 'The sign-in address is no web address. Write it in full, with https://.');
  ctx.progress(0, 'Waits for a person to sign in');
  if (show === 'browser') await openAddress(address);
  else ctx.log('info', `Open this address to sign in: ${address}`, { address });
}

function nobodyCame(seconds: number): AppError {
  return new AppError('NODE_TIMEOUT', `Nobody signed in within ${seconds} s. Start again, or wait longer.`, {
    retryable: true,
  });
}

import { createHash } from 'node:crypto';
import type { NodeContext } from '../../define-node.ts';
import type { HttpAccess } from '../../resources/http.ts';
import type { AuthParams } from './auth.ts';
import { requestToken, type TokenClient } from './token-request.ts';

interface KeptToken {
  token: string;
  /** Milliseconds since 1970. */
  until: number;
  /** Where the server gives a new one with every token, the old one is worth nothing any more. */
  refreshToken?: string;
}

/** A run keeps its tokens as long as its connections: they hang on them and go with them. */
const kept = new WeakMap<HttpAccess, Map<string, Promise<KeptToken>>>();
/** A token that is about to end might end on its way. */
const marginMs = 30_000;
const unknownLifeMs = 5 * 60_000;

/** The access token of these parameters, asked for when there is none that lasts. Steps at the same time share one request. */
export async function accessToken(
  ctx: NodeContext,
  params: AuthParams,
  limits: Pick<TokenClient, 'timeoutMs' | 'verifyTls'>,
): Promise<string> {
  const tokens = tokensOf(ctx);
  const key = keyOf(params);
  for (;;) {
    const current = tokens.get(key);
    const known = await current?.catch(() => undefined);
    if (known && known.until > ctx.now()) return known.token;
    // Somebody else has asked meanwhile: that answer is as good.
    if (tokens.get(key) !== current) continue;
    const asked = askForToken(ctx, { ...params, refreshToken: known?.refreshToken ?? params.refreshToken }, limits);
    tokens.set(key, asked);
    try {
      return (await asked).token;
    } catch (error) {
      if (tokens.get(key) === asked) tokens.delete(key);
      throw error;
    }
  }
}

/** Asks for another token next time: this one was refused. */
export function forgetToken(ctx: NodeContext, params: AuthParams, token: string): void {
  const tokens = tokensOf(ctx);
  const known = tokens.get(keyOf(params));
  if (known)
    tokens.set(
      keyOf(params),
      known.then((one) => (one.token === token ? { ...one, until: 0 } : one)),
    );
}

async function askForToken(
  ctx: NodeContext,
  params: AuthParams,
  limits: Pick<TokenClient, 'timeoutMs' | 'verifyTls'>,
): Promise<KeptToken> {
  const { grant, tokenUrl, scope, refreshToken, ownerName, ownerPassword, tokenFields } = params;
  const reply = await requestToken(
    ctx,
    tokenUrl,
    // The hosts named are those of the API; the token address stands in the step itself.
    { ...params, ...limits, credentialHosts: [] },
    {
      grant_type: grant,
      ...(grant === 'refresh_token' ? { refresh_token: refreshToken } : {}),
      ...(grant === 'password' ? { username: ownerName, password: ownerPassword } : {}),
      scope,
      ...tokenFields,
    },
  );
  const lifeMs = reply.expires_in === undefined ? unknownLifeMs : reply.expires_in * 1000;
  const rotated = reply.refresh_token === undefined ? {} : { refreshToken: reply.refresh_token };
  return { token: reply.access_token, until: ctx.now() + Math.max(lifeMs - marginMs, lifeMs / 2), ...rotated };
}

function tokensOf(ctx: NodeContext): Map<string, Promise<KeptToken>> {
  let tokens = kept.get(ctx.http);
  if (!tokens) kept.set(ctx.http, (tokens = new Map()));
  return tokens;
}

function keyOf({
  grant,
  tokenUrl,
  clientId,
  clientSecret,
  scope,
  refreshToken,
  ownerName,
  ownerPassword,
  tokenFields,
}: AuthParams): string {
  const facts = [grant, tokenUrl, clientId, clientSecret, scope, refreshToken, ownerName, ownerPassword, tokenFields];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64');
}

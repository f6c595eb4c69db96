import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { parseJson } from '../../formats/json.ts';
import { redacted } from '../../web/redacted.ts';
import { pauseAsked } from '../../web/refusal.ts';
import { checkCredentialHost } from './credential-hosts.ts';

export interface TokenClient {
  clientId: string;
  clientSecret: string;
  clientAuth: 'basic' | 'body';
  credentialHosts: readonly string[];
  timeoutMs: number;
  verifyTls: boolean;
}

const replySchema = z.looseObject({
  access_token: z.string().min(1).max(100_000),
  token_type: z.string().max(100).default('Bearer'),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().max(100_000).optional(),
  id_token: z.string().max(100_000).optional(),
  scope: z.string().max(10_000).optional(),
});
type TokenReply = z.output<typeof replySchema>;

/** Asks for a token. Never follows a redirect: the body holds the secret. */
export async function requestToken(
  ctx: NodeContext,
  tokenUrl: string,
  client: TokenClient,
  fields: Readonly<Record<string, string>>,
): Promise<TokenReply> {
  const data = await postToAuthority(ctx, tokenUrl, client, fields);
  const reply = replySchema.safeParse(data);
  if (reply.success) return reply.data;
  throw new AppError('DATA_FORMAT', `${hostOf(tokenUrl)} answered without an access token. Check the token address.`);
}

/** A form sent to the token, introspection or revocation endpoint, with the client named as it wants it. */
export async function postToAuthority(
  ctx: NodeContext,
  url: string,
  { clientId, clientSecret, clientAuth, credentialHosts, timeoutMs, verifyTls }: TokenClient,
  fields: Readonly<Record<string, string>>,
): Promise<unknown> {
  checkCredentialHost(url, credentialHosts);
  const byHeader = clientAuth === 'basic' && clientSecret !== '';
  const form = new URLSearchParams(
    Object.entries({
      ...fields,
      ...(byHeader ? {} : { client_id: clientId, client_secret: clientSecret }),
    }).filter(([, value]) => value !== ''),
  );
  const answer = await ctx.http.request(
    {
      method: 'POST',
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(byHeader ? { authorization: `Basic ${basicOf(clientId, clientSecret)}` } : {}),
      },
      body: form.toString(),
      maxRedirects: 0,
      maxBytes: 1024 * 1024,
      timeoutMs,
      verifyTls,
    },
    ctx.signal,
  );
  const text = new TextDecoder().decode(answer.body);
  if (answer.status >= 200 && answer.status < 300) return parseJson(text, `The answer of ${hostOf(url)}`);
  const secrets = [clientSecret, ...Object.entries(fields).flatMap(([name, value]) => (isSecret(name) ? [value] : []))];
  const why = redacted(reasonOf(text), secrets);
  const { status } = answer;
  throw new AppError(
    status < 500 && status !== 429 ? 'UNAUTHENTICATED' : 'HTTP_FAILED',
    `${hostOf(url)} gave no token (status ${status})${why === '' ? '' : `: ${why}`}. Check client, secret and grant.`,
    { retryable: status === 429 || status >= 500, details: { status, reason: why, ...pauseAsked(answer.headers) } },
  );
}

function isSecret(name: string): boolean {
  return ['password', 'refresh_token', 'code', 'code_verifier', 'token'].includes(name);
}

/** RFC 6749 wants both parts form-encoded before they are joined. */
function basicOf(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64');
}

const faultSchema = z.object({ error: z.string(), error_description: z.string().optional() });

function reasonOf(text: string): string {
  try {
    const fault = faultSchema.parse(JSON.parse(text));
    return [fault.error, fault.error_description].filter(Boolean).join(': ').slice(0, 300);
  } catch {
    return text.slice(0, 200).trim();
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? `"${new URL(url).host}"` : 'The token address';
}

import { createHash, createHmac } from 'node:crypto';
import type { NodeContext } from '../../define-node.ts';
import type { HttpHead, HttpRequest, HttpResponse, HttpStream } from '../../resources/http.ts';
import type { AuthParams } from './auth.ts';
import { type AwsKeys, signAws } from './aws-signature.ts';
import { checkCredentialHost } from './credential-hosts.ts';
import { answerDigest } from './digest.ts';
import { withQuery } from './fields.ts';
import { accessToken, forgetToken } from './token-cache.ts';

/** A request with the credentials of the step; the answer is the server's last word. */
export function send(ctx: NodeContext, request: HttpRequest, auth: AuthParams): Promise<HttpResponse> {
  return withCredentials(ctx, request, auth, (signed) => ctx.http.request(signed, ctx.signal));
}

/** The same with the body as it arrives. */
export function sendForStream(ctx: NodeContext, request: HttpRequest, auth: AuthParams): Promise<HttpStream> {
  return withCredentials(
    ctx,
    request,
    auth,
    (signed) => ctx.http.stream(signed, ctx.signal),
    async ({ body }) => void (await body[Symbol.asyncIterator]().return?.()),
  );
}

async function withCredentials<Answer extends HttpHead>(
  ctx: NodeContext,
  request: HttpRequest,
  auth: AuthParams,
  ask: (request: HttpRequest) => Promise<Answer>,
  discard: (answer: Answer) => Promise<void> = async () => undefined,
): Promise<Answer> {
  if (auth.auth !== 'none') checkCredentialHost(request.url, auth.credentialHosts);
  switch (auth.auth) {
    case 'none':
      return ask(request);
    case 'basic': {
      const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
      return ask(withHeaders(request, { authorization: `Basic ${pair}` }));
    }
    case 'bearer':
      return ask(withHeaders(request, { authorization: `Bearer ${auth.token}` }));
    case 'apiKey':
      return auth.keyIn === 'query'
        ? ask({ ...request, url: withQuery(request.url, { [auth.keyName]: auth.token }) })
        : ask(withHeaders(request, { [auth.keyName.toLowerCase()]: auth.token }));
    case 'hmac':
      return ask(withHeaders(request, await hmacHeaders(ctx, request, auth)));
    case 'aws':
      return ask(withHeaders(request, await awsHeaders(ctx, request, auth)));
    case 'oauth2': {
      const token = await accessToken(ctx, auth, limitsOf(request));
      const answer = await ask(withHeaders(request, { authorization: `Bearer ${token}` }));
      if (answer.status !== 401) return answer;
      // Ended early or withdrawn: one more try with a new one.
      await discard(answer);
      forgetToken(ctx, auth, token);
      const fresh = await accessToken(ctx, auth, limitsOf(request));
      return ask(withHeaders(request, { authorization: `Bearer ${fresh}` }));
    }
    case 'digest': {
      const answer = await ask(request);
      // A challenge of another host, reached by a redirect, gets no answer.
      const asked = new URL(request.url);
      if (answer.status !== 401 || new URL(answer.url).origin !== asked.origin) return answer;
      const answered = answerDigest(answer.headers['www-authenticate'] ?? '', {
        method: request.method,
        target: asked.pathname + asked.search,
        username: auth.username,
        password: auth.password,
      });
      if (answered === undefined) return answer;
      await discard(answer);
      return ask(withHeaders(request, { authorization: answered }));
    }
  }
}

/** The credentials win over headers of the same name, and follow no redirect to another host. */
function withHeaders(request: HttpRequest, credentials: Readonly<Record<string, string>>): HttpRequest {
  const names = Object.keys(credentials);
  const own = Object.entries(request.headers ?? {}).filter(([name]) => !names.includes(name.toLowerCase()));
  return {
    ...request,
    headers: { ...Object.fromEntries(own), ...credentials },
    credentialHeaders: [...(request.credentialHeaders ?? []), ...names],
  };
}

function limitsOf({ timeoutMs = 30_000, verifyTls = true }: HttpRequest) {
  return { timeoutMs, verifyTls };
}

async function hmacHeaders(ctx: NodeContext, request: HttpRequest, auth: AuthParams): Promise<Record<string, string>> {
  const mac = createHmac(auth.signatureHash, auth.token);
  const seconds = String(Math.floor(ctx.now() / 1000));
  if (auth.timestampHeader !== '') mac.update(`${seconds}.`);
  for await (const chunk of chunksOf(request.body)) mac.update(chunk);
  return {
    [auth.signatureHeader.toLowerCase()]: auth.signaturePrefix + mac.digest(auth.signatureEncoding),
    ...(auth.timestampHeader === '' ? {} : { [auth.timestampHeader.toLowerCase()]: seconds }),
  };
}

/** Signs a request for a service of AWS or one that checks the same signature. */
export async function awsHeaders(
  ctx: NodeContext,
  request: HttpRequest,
  keys: AwsKeys,
): Promise<Record<string, string>> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(request.body)) {
    ctx.signal.throwIfAborted();
    hash.update(chunk);
  }
  const own = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return signAws(
    {
      method: request.method,
      url: new URL(request.url),
      headers: Object.fromEntries(own.filter(([name]) => name === 'content-type' || name.startsWith('x-amz-'))),
      payloadHash: hash.digest('hex'),
    },
    keys,
    new Date(ctx.now()),
  );
}

/** A file is read once for the signature and once more when it is sent. */
function chunksOf(body: HttpRequest['body']): AsyncIterable<Uint8Array> | Iterable<string | Uint8Array> {
  if (body === undefined) return [];
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body.open();
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';

// The provider warns on the console that its keys are meant for development only.
vi.spyOn(console, 'warn').mockImplementation(() => undefined);
vi.spyOn(console, 'info').mockImplementation(() => undefined);

const bench = await openNodeBench();
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const robot = { client_id: 'robot', client_secret: 'robot-secret', redirect_uris: [], response_types: [] };
const provider = new Provider(issuer, {
  clients: [
    { ...robot, grant_types: ['client_credentials'] },
    {
      client_id: 'desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: true },
  },
  scopes: ['openid', 'offline_access', 'orders'],
  pkce: { required: () => true },
  cookies: { keys: ['only for this test'] },
  jwks: undefined,
});
server.on('request', provider.callback());
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const tokenUrl = `${issuer}/token`;
const client = { clientId: 'robot', clientSecret: 'robot-secret' };
const signIn = {
  authorizeUrl: `${issuer}/auth`,
  tokenUrl,
  clientId: 'desktop',
  scope: 'openid offline_access',
  fields: { prompt: 'consent' },
  show: 'log',
};

/** A browser as far as signing in needs one: cookies, redirects, and the two forms of the provider. */
async function signInAs(address: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = address;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step++) {
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: form } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await answer.text();
    const location = answer.headers.get('location');
    form = undefined;
    if (location !== null) url = new URL(location, url).href;
    else if (url.includes('/callback')) return text;
    else {
      const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1];
      if (action === undefined) throw new Error(`Nothing to fill in at ${url}: ${text.slice(0, 500)}`);
      url = new URL(action, url).href;
      const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1] ?? '';
      form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login, password: 'pw' } : {}) });
    }
  }
  throw new Error('The sign-in does not end.');
}

async function shownAddress(): Promise<string> {
  const log = await waitFor(() => bench.logs.find(({ message }) => message.startsWith('Open this address')));
  bench.logs.length = 0;
  return (log.data as { address: string }).address;
}

describe('http.oauth2Token', () => {
  it('gets a token for a client, which the server then knows', async () => {
    const { output } = await bench.run('http.oauth2Token', { tokenUrl, ...client, scope: 'orders' });
    expect(output).toMatchObject({ tokenType: 'Bearer', expiresIn: 600, scope: 'orders', refreshToken: null });
    const checked = await bench.run('http.oauth2Introspect', {
      url: `${tokenUrl}/introspection`,
      token: output.accessToken,
      ...client,
    });
    expect(checked.output).toMatchObject({ isActive: true, clientId: 'robot', scope: 'orders' });
    const unknown = await bench.run('http.oauth2Introspect', {
      url: `${tokenUrl}/introspection`,
      token: 'nonsense',
      ...client,
    });
    expect(unknown.output).toMatchObject({ isActive: false, clientId: null });
  });

  it('puts the token into a variable instead of its output', async () => {
    const { output } = await bench.run('http.oauth2Token', {
      tokenUrl,
      ...client,
      scope: 'orders',
      tokenVariable: 'key',
    });
    expect(output.accessToken).toBeNull();
    expect(bench.vars['key']).toMatch(/^.{20,}$/);
  });

  it('says why there is none', async () => {
    const error = await bench.fail('http.oauth2Token', { tokenUrl, ...client, clientSecret: 'not-the-secret' });
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      retryable: false,
      message: expect.stringContaining('invalid_client'),
    });
    expect(JSON.stringify([error.message, error.details])).not.toContain('not-the-secret');
  });
});

describe('http.oauth2Authorize', () => {
  it('waits for a person who signs in, and its refresh token gives new ones', async () => {
    const waiting = bench.run('http.oauth2Authorize', signIn);
    const page = await signInAs(await shownAddress(), 'ada');
    expect(page).toContain('You are signed in');
    const { output } = await waiting;
    expect(output).toMatchObject({
      tokenType: 'Bearer',
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
    });
    const claims = JSON.parse(Buffer.from(String(output.idToken).split('.')[1] ?? '', 'base64url').toString()) as {
      sub: string;
    };
    expect(claims.sub).toBe('ada');
    const again = await bench.run('http.oauth2Token', {
      tokenUrl,
      clientId: 'desktop',
      grant: 'refresh_token',
      refreshToken: output.refreshToken,
    });
    expect(again.output.accessToken).not.toBe(output.accessToken);
  });

  it('turns away answers that belong to no sign-in and goes on waiting', async () => {
    const waiting = bench.run('http.oauth2Authorize', signIn);
    const address = new URL(await shownAddress());
    const back = address.searchParams.get('redirect_uri') ?? '';
    expect((await fetch(`${back}?code=stolen&state=guessed`)).status).toBe(400);
    expect((await fetch(new URL('/other', back))).status).toBe(404);
    expect((await fetch(`${back}?state=${address.searchParams.get('state')}`)).status).toBe(400);
    await signInAs(address.href, 'ada');
    expect((await waiting).output.accessToken).toEqual(expect.any(String));
    await expect(fetch(back)).rejects.toThrow('fetch failed');
  });

  it('fails when the person refuses, when nobody comes, and when it is cancelled', async () => {
    const refused = bench.fail('http.oauth2Authorize', signIn);
    const address = new URL(await shownAddress());
    const back = `${address.searchParams.get('redirect_uri')}?state=${address.searchParams.get('state')}`;
    expect(await (await fetch(`${back}&error=access_denied`)).text()).toContain('refused');
    expect(await refused).toMatchObject({ code: 'UNAUTHENTICATED', details: { reason: 'access_denied' } });
    expect(await bench.fail('http.oauth2Authorize', { ...signIn, waitSeconds: 1 })).toMatchObject({
      code: 'NODE_TIMEOUT',
    });
    bench.logs.length = 0;
    const abort = new AbortController();
    const cancelled = bench.run('http.oauth2Authorize', signIn, { signal: abort.signal });
    await shownAddress();
    abort.abort(new Error('cancelled by a person'));
    await expect(cancelled).rejects.toThrow('cancelled by a person');
  });
});

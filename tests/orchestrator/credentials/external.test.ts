import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSecretStores } from '../../../orchestrator/secret-stores/secret-stores.ts';
import type { OpenedStore } from '../../../orchestrator/secret-stores/secret-stores.ts';

/** Speaks the part of Vault's HTTP API that is used: KV version 2, tokens, roles, renewal. No real Vault is behind it. */
const vault = {
  requests: [] as string[],
  secrets: new Map<string, Record<string, unknown>>(),
  tokens: new Set<string>(),
  sealed: false,
  logins: 0,
  renewals: 0,
  lease: 60,
  renewable: true,
  namespaces: [] as (string | undefined)[],
};
let url = '';

const server = createServer((request, response) => {
  const path = (request.url ?? '').replace('/v1/', '');
  vault.requests.push(`${request.method} ${path}`);
  vault.namespaces.push(request.headers['x-vault-namespace'] as string | undefined);
  void body(request).then((sent) => {
    const [status, reply] = answer(request, path, sent);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  });
});

async function body(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answer(request: IncomingMessage, path: string, sent: Record<string, unknown>): [number, unknown] {
  if (vault.sealed) return [503, { errors: ['Vault is sealed'] }];
  const auth = (token: string) => ({
    auth: { client_token: token, lease_duration: vault.lease, renewable: vault.renewable, policies: ['default'] },
  });
  if (path === 'auth/approle/login') {
    if (sent['role_id'] !== 'role' || sent['secret_id'] !== 'secret id')
      return [400, { errors: ['invalid role or secret ID'] }];
    vault.logins++;
    const token = `hvs.login-${vault.logins}`;
    vault.tokens.add(token);
    return [200, auth(token)];
  }
  const token = String(request.headers['x-vault-token']);
  if (!vault.tokens.has(token)) return [403, { errors: ['permission denied'] }];
  if (path === 'auth/token/renew-self') {
    vault.renewals++;
    return [200, auth(token)];
  }
  const secret = vault.secrets.get(decodeURIComponent(path));
  if (!secret) return [404, { errors: [] }];
  return [
    200,
    { request_id: 'x', data: { data: secret, metadata: { version: 3, destroyed: false, deletion_time: '' } } },
  ];
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  Object.assign(vault, {
    requests: [],
    sealed: false,
    logins: 0,
    renewals: 0,
    lease: 60,
    renewable: true,
    namespaces: [],
  });
  vault.secrets = new Map([['secret/data/apps/crm', { username: 'ann', password: 'canary', port: 5432 }]]);
  vault.tokens = new Set(['root token']);
});

const opened = (settings: object, secret = 'root token', at = url): OpenedStore => ({
  id: 'store',
  name: 'vault',
  provider: 'vault',
  access: { settings: { url: at, mount: 'secret', auth: 'token', ...settings }, secret },
});

test('a secret is read by its path with a token, values as text, and kept for a moment', async () => {
  let now = 0;
  const stores = createSecretStores([url], () => now);
  const store = opened({ namespace: 'team/a' });
  const wanted = { username: 'ann', password: 'canary', port: '5432' };
  expect(await Promise.all([stores.read(store, 'apps/crm'), stores.read(store, 'apps/crm')])).toEqual([wanted, wanted]);
  expect(vault.requests).toEqual(['GET secret/data/apps/crm']);
  expect(vault.namespaces).toEqual(['team/a']);
  vault.secrets.set('secret/data/apps/crm', { password: 'newer' });
  expect(await stores.read(store, 'apps/crm')).toEqual(wanted);
  now = 5001;
  expect(await stores.read(store, 'apps/crm')).toEqual({ password: 'newer' });
});

test('a role signs in once, renews in time, and signs in anew when its session is over or was revoked', async () => {
  let now = 0;
  const stores = createSecretStores([url], () => now);
  const store = opened({ auth: 'approle', roleId: 'role' }, 'secret id');
  const paths = ['a', 'b', 'c', 'd', 'e'];
  for (const path of paths) vault.secrets.set(`secret/data/${path}`, { path });
  await Promise.all([stores.read(store, 'a'), stores.read(store, 'b')]);
  expect([vault.logins, vault.renewals]).toEqual([1, 0]);
  now = 41_000;
  await stores.read(store, 'c');
  expect([vault.logins, vault.renewals]).toEqual([1, 1]);
  now = 200_000;
  await stores.read(store, 'd');
  expect([vault.logins, vault.renewals]).toEqual([2, 1]);
  vault.tokens.clear();
  expect(await stores.read(store, 'e')).toEqual({ path: 'e' });
  expect(vault.logins).toBe(3);
});

test('what it refuses is said with its own words, and no value among them', async () => {
  const stores = createSecretStores([url]);
  const failed = (store: OpenedStore, path: string) =>
    stores.read(store, path).then(
      () => 'read',
      (error: { code: string; message: string; retryable: boolean }) =>
        `${error.code} ${error.retryable} ${error.message}`,
    );
  expect(await failed(opened({}), 'apps/none')).toMatch(/^SECRET_STORE_FAILED false There is nothing at "apps\/none"/);
  expect(await failed(opened({}, 'wrong'), 'apps/other')).toMatch(/false .*status 403: permission denied/);
  const role = opened({ auth: 'approle', roleId: 'role' }, 'wrong');
  expect(await failed(role, 'apps/third')).toMatch(/did not accept the role.*invalid role/);
  vault.sealed = true;
  expect(await failed(opened({}), 'apps/fourth')).toMatch(/true .*Vault is sealed/);
  expect(await failed(opened({}, 'root token', 'http://127.0.0.1:1'), 'x')).toMatch(/^FORBIDDEN/);
});

test('a store that fails again and again is left alone, and asked again later', async () => {
  vault.sealed = true;
  const stores = createSecretStores([url]);
  const store = opened({});
  for (let i = 0; i < 5; i++) await stores.read(store, `p${i}`).catch(() => undefined);
  expect(vault.requests).toHaveLength(5);
  await expect(stores.read(store, 'next')).rejects.toThrow('left alone for a moment');
  expect(vault.requests).toHaveLength(5);
  vault.sealed = false;
  stores.forget('store');
  expect(await stores.read(store, 'apps/crm')).toMatchObject({ password: 'canary' });
});

test('a store that gives no answer, or one of another kind, fails with what to do', async () => {
  const other = createServer((_request, response) => response.end('<html>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const stores = createSecretStores([at]);
  await expect(stores.read(opened({}, 't', at), 'x')).rejects.toThrow('does not speak the protocol of Vault');
  await new Promise((resolve) => other.close(resolve));
  stores.forget('store');
  await expect(stores.read(opened({}, 't', at), 'y')).rejects.toMatchObject({
    code: 'SECRET_STORE_FAILED',
    retryable: true,
  });
});

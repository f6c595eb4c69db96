import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign as signBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { createAccessTokens } from '../../../orchestrator/people/access-tokens.ts';
import { createSigningKeys, type SigningKey } from '../../../orchestrator/people/signing-keys.ts';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, query, startFleet } from '../fleet.ts';
import { addPerson, bearer, type TestPerson } from './people.ts';

let fleet: Fleet;
let ann: TestPerson;
let own: SigningKey;
let claims: Record<string, unknown>;
let asked = 0;
const trap = createServer((_request, response) => {
  asked++;
  response.end('{"keys":[]}');
});

beforeAll(async () => {
  fleet = await startFleet();
  ann = await addPerson(fleet.url, fleet.admin, 'author', 'ann');
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  own = await createSigningKeys(database).current();
  await database.close();
  claims = JSON.parse(Buffer.from(ann.tokens.accessToken.split('.')[1] ?? '', 'base64url').toString());
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  trap.close();
  await fleet[Symbol.asyncDispose]();
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function make(
  header: Record<string, unknown>,
  payload: Record<string, unknown>,
  how: (input: Buffer) => Buffer | undefined,
) {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${how(Buffer.from(input))?.toString('base64url') ?? ''}`;
}

const good = () => ({ alg: 'EdDSA', typ: 'at+jwt', kid: own.kid });
const withKey = (key: KeyObject) => (input: Buffer) => signBytes(null, input, key);
const asOurs = (header: Record<string, unknown>, payload: Record<string, unknown>) =>
  make(header, payload, withKey(own.privateKey));

test('a token signed as ours are is taken, so that the others below fail for what is wrong with them', async () => {
  expect((await bearer(fleet.url, asOurs(good(), claims))('GET', '/me')).status).toBe(200);
  expect(Object.keys(claims).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'nbf', 'sid', 'sub', 'tid']);
  expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(15 * 60);
});

test('every forged, foreign or spoiled token gets the one 401', async () => {
  const foreign = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = Math.floor(Date.now() / 1000);
  const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`;
  const jwk = foreign.publicKey.export({ format: 'jwk' });
  const secretOf = (key: KeyObject) => [
    key.export({ format: 'der', type: 'spki' }),
    key.export({ format: 'pem', type: 'spki' }),
    Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url'),
  ];
  const hmac = (secret: string | Buffer) => (input: Buffer) => createHmac('sha256', secret).update(input).digest();
  const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  const other = await addPerson(fleet.url, fleet.admin, 'viewer', 'other');
  const corpus: Record<string, string> = {
    'no signature, alg none': make({ ...good(), alg: 'none' }, claims, () => undefined),
    'alg None': make({ ...good(), alg: 'None' }, claims, () => undefined),
    'alg none with a signature of ours': asOurs({ ...good(), alg: 'none' }, claims),
    'empty signature': make(good(), claims, () => undefined),
    'alg HS256 with our public key as secret, DER': make(
      { ...good(), alg: 'HS256' },
      claims,
      hmac(secretOf(own.publicKey)[0] ?? ''),
    ),
    'alg HS256, PEM': make({ ...good(), alg: 'HS256' }, claims, hmac(secretOf(own.publicKey)[1] ?? '')),
    'alg HS256, raw': make({ ...good(), alg: 'HS256' }, claims, hmac(secretOf(own.publicKey)[2] ?? '')),
    'alg HS256, empty secret': make({ ...good(), alg: 'HS256' }, claims, hmac('')),
    'alg RS256': make({ ...good(), alg: 'RS256' }, claims, (input) => signBytes('sha256', input, rsa.privateKey)),
    'alg Ed25519, which is not on the list': asOurs({ ...good(), alg: 'Ed25519' }, claims),
    'signed by a foreign key under our name': make(good(), claims, withKey(foreign.privateKey)),
    'a kid that is not ours': make({ ...good(), kid: 'foreign-key-00000' }, claims, withKey(foreign.privateKey)),
    'no kid': make({ alg: 'EdDSA', typ: 'at+jwt' }, claims, withKey(own.privateKey)),
    'a kid that leads out of a folder': make({ ...good(), kid: '../../dev/null' }, claims, hmac('')),
    'a kid with SQL': make({ ...good(), kid: "' or '1'='1" }, claims, withKey(foreign.privateKey)),
    'a kid that is no text': make({ ...good(), kid: { $ne: '' } }, claims, withKey(foreign.privateKey)),
    jku: make({ ...good(), kid: 'x', jku: url }, claims, withKey(foreign.privateKey)),
    'jku beside our kid': make({ ...good(), jku: url }, claims, withKey(foreign.privateKey)),
    x5u: make({ ...good(), x5u: url }, claims, withKey(foreign.privateKey)),
    'jwk in the header': make({ ...good(), jwk }, claims, withKey(foreign.privateKey)),
    'x5c in the header': make({ ...good(), x5c: ['MIIB'] }, claims, withKey(foreign.privateKey)),
    'crit nobody knows': asOurs({ ...good(), crit: ['exotic'], exotic: true }, claims),
    'another type': asOurs({ ...good(), typ: 'JWT' }, claims),
    'no type': asOurs({ alg: 'EdDSA', kid: own.kid }, claims),
    expired: asOurs(good(), { ...claims, iat: now - 700, nbf: now - 700, exp: now - 100 }),
    'not yet good': asOurs(good(), { ...claims, nbf: now + 300 }),
    'good for a year': asOurs(good(), { ...claims, iat: now - 3600, exp: now + 31_536_000 }),
    'from the future': asOurs(good(), { ...claims, iat: now + 3600, exp: now + 4000 }),
    'of another audience': asOurs(good(), { ...claims, aud: 'somebody-else' }),
    'of another issuer': asOurs(good(), { ...claims, iss: 'https://evil.example' }),
    'exp as text': asOurs(good(), { ...claims, exp: String(now + 100) }),
    'for somebody else in this session': asOurs(good(), { ...claims, sub: other.id }),
    'for nobody': asOurs(good(), { ...claims, sub: randomUUID() }),
    'for another session': asOurs(good(), { ...claims, sid: randomUUID() }),
    'sub that is no id': asOurs(good(), { ...claims, sub: "' or true" }),
    'of another tenant': asOurs(good(), { ...claims, tid: randomUUID() }),
    'a claim changed': (() => {
      const [header, , signature] = ann.tokens.accessToken.split('.');
      return `${header}.${part({ ...claims, sub: other.id })}.${signature}`;
    })(),
    'a signature cut short': ann.tokens.accessToken.slice(0, -8),
    'a bit of the signature turned': flipped(ann.tokens.accessToken),
    'five parts': `${ann.tokens.accessToken}.x.y`,
    'the refresh token': ann.tokens.refreshToken,
    'longer than any token': `${part(good())}.${'A'.repeat(5000)}.${'A'.repeat(86)}`,
    ...Object.fromEntries(
      ['iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'tid', 'sid'].map((name) => [
        `no ${name}`,
        asOurs(good(), without(name)),
      ]),
    ),
  };
  const words = new Set<string>();
  const seen = await Promise.all(
    Object.entries(corpus).map(async ([name, token]) => {
      const { status, body } = await bearer(fleet.url, token)<{ error: object }>('GET', '/me');
      words.add(JSON.stringify({ ...body.error, requestId: '' }));
      return [name, status];
    }),
  );
  expect(seen).toEqual(Object.keys(corpus).map((name) => [name, 401]));
  expect(seen.length).toBeGreaterThan(40);
  expect(words.size).toBe(1);
  expect(asked).toBe(0);
});

function flipped(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

test('after 30 days tokens are signed with a new key, made once however many instances notice; the old one still counts', async () => {
  await runOn(fleet.databaseUrl, "update signing_keys set created_at = now() - interval '30 days 1 minute'");
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  try {
    const instances = Array.from({ length: 5 }, () => createSigningKeys(database));
    const used = new Set((await Promise.all(instances.map((keys) => keys.current()))).map(({ kid }) => kid));
    // The new one waits until every instance knows it.
    expect([...used]).toEqual([own.kid]);
    const made = await query<{ kid: string }>(fleet, sql`select kid from signing_keys where kid <> ${own.kid}`);
    expect(made).toHaveLength(1);
    await runOn(fleet.databaseUrl, "update signing_keys set created_at = created_at - interval '3 minutes'");
    const next = createSigningKeys(database);
    expect((await next.current()).kid).toBe(one(made).kid);
    const tokens = createAccessTokens(next);
    const { token } = await tokens.sign({
      personId: ann.id,
      tenantId: String(claims['tid']),
      sessionId: String(claims['sid']),
    });
    await waitFor(async () => (await bearer(fleet.url, token)('GET', '/me')).status === 200, {
      until: 'the running instance has read the new key',
    });
    expect((await bearer(fleet.url, ann.tokens.accessToken)('GET', '/me')).status).toBe(200);
    expect(await query(fleet, sql`select kid from signing_keys`)).toHaveLength(2);
  } finally {
    await database.close();
  }
});

import type { SessionTokens } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { pruneOldRows } from '../../../orchestrator/maintenance/prune.ts';
import { hotp, stepOf } from '../../../orchestrator/people/totp.ts';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { addTenant, caller, type Fleet, one, query, startFleet } from '../fleet.ts';
import { addPerson, bearer, codeOf, open, password, signIn, type TestPerson } from './people.ts';

let fleet: Fleet;
let ann: TestPerson;

beforeAll(async () => {
  fleet = await startFleet({ wrongPasswordsPerMinute: 10 }, undefined, { trustedProxies: ['127.0.0.1'] });
  ann = await addPerson(fleet.url, fleet.admin, 'author', 'ann');
});
afterAll(() => fleet[Symbol.asyncDispose]());

const refresh = (refreshToken: string) =>
  open<SessionTokens & { error?: { code: string } }>(fleet.url, '/sign-in/refresh', { refreshToken });
const me = (token: string) => bearer(fleet.url, token)('GET', '/me');

test('e-mail and password give tokens, in any case of the address, and both headers take them', async () => {
  const { status, body } = await signIn(fleet.url, ` ${ann.email.toUpperCase()} `);
  expect(status).toBe(200);
  expect(body.person).toEqual({ id: ann.id, email: ann.email, name: 'ann' });
  expect(Date.parse(body.accessExpiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
  expect((await me(body.accessToken)).body).toMatchObject({
    keyKind: 'person',
    role: 'author',
    person: { email: ann.email, super: false, totp: false },
  });
  expect((await caller(fleet.url, body.accessToken)('GET', '/jobs')).status).toBe(200);
});

test('a wrong password, an unknown address and a disabled person get the same words', async () => {
  const gone = await addPerson(fleet.url, fleet.admin, 'viewer', 'gone');
  await runOn(fleet.databaseUrl, `update people set disabled_at = now() where id = '${gone.id}'`);
  const answers = await Promise.all([
    signIn(fleet.url, ann.email, { password: 'wrong' }, '10.0.1.1'),
    signIn(fleet.url, 'nobody@example.com', {}, '10.0.1.2'),
    signIn(fleet.url, gone.email, {}, '10.0.1.3'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(new Set(answers.map(({ body }) => `${body.error?.code} ${body.error?.message}`)).size).toBe(1);
});

test('nothing of passwords or tokens stands in the database', async () => {
  const { body } = await signIn(fleet.url, ann.email);
  const tables = ['people', 'sessions', 'refresh_tokens', 'invitations', 'audit_log', 'events'];
  await runOn(
    fleet.databaseUrl,
    `do $$ declare found text; begin ${tables
      .map(
        (table) => `select string_agg(t::text, ' ') into found from ${table} t;
        if strpos(found, '${password}') > 0 or strpos(found, '${body.refreshToken}') > 0 then raise exception 'found in ${table}'; end if;`,
      )
      .join(' ')} end $$`,
  );
  const [row] = await query<{ password: string }>(fleet, sql`select password from people where id = ${ann.id}::uuid`);
  expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

describe('a refresh token', () => {
  test('is good once, and the session goes on with its successor', async () => {
    const { body } = await signIn(fleet.url, ann.email);
    const next = await refresh(body.refreshToken);
    expect(next.status).toBe(200);
    expect(next.body.refreshToken).not.toBe(body.refreshToken);
    expect(next.body.sessionExpiresAt).toBe(body.sessionExpiresAt);
    expect((await me(next.body.accessToken)).status).toBe(200);
    expect((await refresh(next.body.refreshToken)).status).toBe(200);
  });

  test('that comes a second time ends the session for both who have it', async () => {
    const { body } = await signIn(fleet.url, ann.email);
    const thief = (await refresh(body.refreshToken)).body;
    expect(codeOf(await refresh(body.refreshToken))).toBe('UNAUTHENTICATED');
    expect(codeOf(await refresh(thief.refreshToken))).toBe('UNAUTHENTICATED');
    expect((await me(thief.accessToken)).status).toBe(401);
    const [session] = await query<{ ended_because: string }>(
      fleet,
      sql`select ended_because from sessions where person_id = ${ann.id}::uuid order by ended_at desc nulls last limit 1`,
    );
    expect(session?.ended_because).toBe('reuse');
  });

  test('used twenty times at the same moment is used once, and then nobody is in', async () => {
    const { body } = await signIn(fleet.url, ann.email);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(body.refreshToken)));
    const got = answers.filter(({ status }) => status === 200);
    expect(got).toHaveLength(1);
    expect(codeOf(await refresh(one(got).body.refreshToken))).toBe('UNAUTHENTICATED');
  });

  test('that was never given out ends nothing', async () => {
    const { body } = await signIn(fleet.url, ann.email);
    expect(codeOf(await refresh(`ort_${'A'.repeat(43)}`))).toBe('UNAUTHENTICATED');
    expect((await refresh(body.refreshToken)).status).toBe(200);
  });

  test('ends with its session, which lasts 30 days at most and 14 without use', async () => {
    for (const change of [`expires_at = now()`, `last_used_at = now() - interval '15 days'`]) {
      const { body } = await signIn(fleet.url, ann.email);
      const id = await newestSession(body.accessToken);
      await runOn(fleet.databaseUrl, `update sessions set ${change} where id = '${id}'`);
      expect(codeOf(await refresh(body.refreshToken))).toBe('UNAUTHENTICATED');
    }
  });
});

async function newestSession(token: string): Promise<string> {
  const { body } = await bearer(fleet.url, token)<{ keyId: string }>('GET', '/me');
  return body.keyId;
}

describe('sessions', () => {
  test('are listed and ended by their owner, one of them or the present one', async () => {
    const bob = await addPerson(fleet.url, fleet.admin, 'viewer', 'bob');
    const other = (await signIn(fleet.url, bob.email, {}, '10.2.2.2')).body;
    const { body } = await bob.call<{ items: { id: string; current: boolean; address: string }[] }>(
      'GET',
      '/me/sessions',
    );
    expect(body.items.map(({ current, address }) => [current, address])).toEqual([
      [false, '10.2.2.2'],
      [true, '127.0.0.1'],
    ]);
    expect((await bob.call('DELETE', `/me/sessions/${body.items[0]?.id}`)).status).toBe(204);
    expect((await me(other.accessToken)).status).toBe(401);
    expect((await bob.call('POST', '/me/sign-out')).status).toBe(204);
    expect((await bob.call('GET', '/me')).status).toBe(401);
    expect(codeOf(await refresh(bob.tokens.refreshToken))).toBe('UNAUTHENTICATED');
  });

  test('a changed password ends all others, and the old one is no longer good', async () => {
    const carl = await addPerson(fleet.url, fleet.admin, 'viewer', 'carl');
    const other = (await signIn(fleet.url, carl.email)).body;
    const change = (current: string, next: string) => carl.call('POST', '/me/password', { current, next });
    expect(codeOf(await change('wrong', 'another long password'))).toBe('FORBIDDEN');
    expect(codeOf(await change(password, 'short'))).toBe('VALIDATION');
    expect((await change(password, 'another long password')).status).toBe(204);
    expect((await carl.call('GET', '/me')).status).toBe(200);
    expect((await me(other.accessToken)).status).toBe(401);
    expect((await signIn(fleet.url, carl.email)).status).toBe(401);
    expect((await signIn(fleet.url, carl.email, { password: 'another long password' })).status).toBe(200);
  });

  test('what one instance ends, another refuses within a second', async () => {
    const dora = await addPerson(fleet.url, fleet.admin, 'viewer', 'dora');
    const second = await startFleet({}, fleet);
    const elsewhere = bearer(second.url, dora.tokens.accessToken);
    expect((await elsewhere('GET', '/me')).status).toBe(200);
    await fleet.admin('POST', `/people/${dora.id}/sign-out`);
    const ended = performance.now();
    await waitFor(async () => (await elsewhere('GET', '/me')).status === 401, { until: 'the session is refused' });
    expect(performance.now() - ended).toBeLessThan(1000);
    await second.orchestrator.stop();
  });
});

test('what ended long ago is deleted, with every token of it; what is alive stays', async () => {
  const { body } = await signIn(fleet.url, ann.email);
  const old = await newestSession((await signIn(fleet.url, ann.email)).body.accessToken);
  const change = "ended_at = now() - interval '31 days', ended_because = 'ended'";
  await runOn(fleet.databaseUrl, `update sessions set ${change} where id = '${old}'`);
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  await pruneOldRows(database, 30, new AbortController().signal);
  await database.close();
  const left = (id: string) =>
    query(
      fleet,
      sql`
      select id from sessions where id = ${id}::uuid union all select session_id from refresh_tokens where session_id = ${id}::uuid`,
    );
  expect(await left(old)).toEqual([]);
  expect(await left(await newestSession(body.accessToken))).toHaveLength(2);
});

describe('who guesses', () => {
  test('waits after ten failures from one address; the owner comes in from another', async () => {
    const guess = (from: string) => signIn(fleet.url, ann.email, { password: 'guess' }, from);
    for (let n = 0; n < 10; n++) expect(codeOf(await guess('10.9.9.9'))).toBe('SIGN_IN_REFUSED');
    const late = await signIn(fleet.url, ann.email, {}, '10.9.9.9');
    expect([late.status, codeOf(late)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(fleet.url, ann.email, {}, '10.8.8.8')).status).toBe(200);
  });

  test('gets no more tries by asking all at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => signIn(fleet.url, ann.email, { password: 'guess' }, '10.7.7.7')),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10);
  });
});

describe('a second factor', () => {
  test('is asked for once confirmed, takes each code once, and recovery codes once each', async () => {
    const finn = await addPerson(fleet.url, fleet.admin, 'viewer', 'finn');
    expect(codeOf(await finn.call('POST', '/me/totp', { password: 'wrong' }))).toBe('FORBIDDEN');
    const { body } = await finn.call<{ secret: string; url: string }>('POST', '/me/totp', { password });
    expect(body.url).toContain(`secret=${body.secret}`);
    const secret = fromBase32(body.secret);
    // Unconfirmed it is not asked for: who lost the page is not locked out.
    expect((await signIn(fleet.url, finn.email)).status).toBe(200);
    const code = (after = 0) => hotp(secret, stepOf(Date.now()) + after);
    expect(codeOf(await finn.call('POST', '/me/totp/confirm', { code: wrongCode(secret) }))).toBe('FORBIDDEN');
    const confirmed = await finn.call<{ recoveryCodes: string[] }>('POST', '/me/totp/confirm', { code: code() });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);

    expect(codeOf(await signIn(fleet.url, finn.email))).toBe('SECOND_FACTOR_NEEDED');
    expect(codeOf(await signIn(fleet.url, finn.email, { password: 'wrong', code: code() }))).toBe('SIGN_IN_REFUSED');
    expect(codeOf(await signIn(fleet.url, finn.email, { code: wrongCode(secret) }))).toBe('SIGN_IN_REFUSED');
    // The code that confirmed it was used by that.
    expect(codeOf(await signIn(fleet.url, finn.email, { code: code() }))).toBe('SIGN_IN_REFUSED');
    expect((await signIn(fleet.url, finn.email, { code: code(1) })).status).toBe(200);
    const [recovery = ''] = confirmed.body.recoveryCodes;
    expect((await signIn(fleet.url, finn.email, { code: recovery.toUpperCase() })).status).toBe(200);
    expect(codeOf(await signIn(fleet.url, finn.email, { code: recovery }))).toBe('SIGN_IN_REFUSED');

    const [, second = ''] = confirmed.body.recoveryCodes;
    expect((await finn.call('POST', '/me/totp/off', { password, code: second })).status).toBe(204);
    expect((await signIn(fleet.url, finn.email)).status).toBe(200);
  });
});

/** None of those around now. */
function wrongCode(secret: Buffer): string {
  const near = [-2, -1, 0, 1, 2].map((step) => hotp(secret, stepOf(Date.now()) + step));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code)) ?? '';
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

test('who has the same address in two tenants chooses, or comes into the older one', async () => {
  const other = await addTenant(fleet);
  const { body: invited } = await caller(fleet.url, other.adminKey)<{ token: string }>('POST', '/invitations', {
    email: ann.email,
    role: 'viewer',
  });
  const accepted = await open<SessionTokens>(fleet.url, '/invitations/accept', {
    token: invited.token,
    name: 'Ann elsewhere',
    password: 'a password of its own',
  });
  expect(accepted.status).toBe(200);
  const there = (await bearer(fleet.url, accepted.body.accessToken)<{ tenantId: string }>('GET', '/me')).body.tenantId;
  const first = await signIn(fleet.url, ann.email, {}, '10.3.3.3');
  expect(first.body.person.name).toBe('ann');
  const second = await signIn(fleet.url, ann.email, { password: 'a password of its own' }, '10.3.3.3');
  expect(second.body.person.name).toBe('Ann elsewhere');
  expect(codeOf(await signIn(fleet.url, ann.email, { tenantId: there }, '10.3.3.3'))).toBe('SIGN_IN_REFUSED');
});

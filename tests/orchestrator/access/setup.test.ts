import type { Me, SessionTokens } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Orchestrator, readConfig, startOrchestrator } from '../../../orchestrator/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { bearer, codeOf, open, password } from './people.ts';

let database: TestDatabase;
let orchestrator: Orchestrator;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: database.url });
  orchestrator = await startOrchestrator({ ...config, migrate: false });
});
afterAll(async () => {
  await orchestrator.stop();
  await database.drop();
});

const state = async () => (await (await fetch(`${orchestrator.url}/api/v1/setup`)).json()) as { needed: boolean };
const setUp = (token: string, more: Record<string, unknown> = {}) =>
  open<SessionTokens & { error?: { code: string } }>(orchestrator.url, '/setup', {
    token,
    email: 'First@Example.com',
    name: 'First',
    password,
    ...more,
  });

test('an empty installation has no account at all, and one token makes one first person', async () => {
  expect(await state()).toEqual({ needed: true });
  for (const [email, secret] of [
    ['admin@example.com', 'admin'],
    ['admin@casare.local', 'password'],
    ['root@example.com', ''],
  ])
    expect((await open(orchestrator.url, '/sign-in', { email, password: secret })).status).toBeGreaterThanOrEqual(400);
  expect((await fetch(`${orchestrator.url}/api/v1/me`)).status).toBe(401);

  const token = await orchestrator.createSetupToken();
  if (token === undefined) throw new Error('an empty installation gives a setup token');
  expect(codeOf(await setUp(`set_${'A'.repeat(43)}`))).toBe('SIGN_IN_REFUSED');
  expect(codeOf(await setUp(token, { password: 'short' }))).toBe('VALIDATION');
  const answers = await Promise.all(Array.from({ length: 6 }, () => setUp(token)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 401, 401, 401, 401, 401]);
  const first = answers.find(({ status }) => status === 201)?.body;
  const call = bearer(orchestrator.url, first?.accessToken ?? '');
  expect((await call<Me>('GET', '/me')).body).toMatchObject({
    role: 'admin',
    person: { email: 'first@example.com', super: true },
    workspaceName: 'Default',
  });
  expect((await call('GET', '/tenants')).status).toBe(200);

  expect(await state()).toEqual({ needed: false });
  expect(await orchestrator.createSetupToken()).toBeUndefined();
  expect(codeOf(await setUp(token))).toBe('SIGN_IN_REFUSED');
  expect((await open(orchestrator.url, '/sign-in', { email: 'first@example.com', password })).status).toBe(200);
});

test('keys made for a local fleet are the setup: no question is asked', async () => {
  const second = await createTestDatabase();
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: second.url });
  const local = await startOrchestrator({ ...config, migrate: false });
  try {
    const token = await local.createSetupToken();
    expect(await local.createFirstKeys()).toBeDefined();
    expect(await local.createSetupToken()).toBeUndefined();
    expect(
      codeOf(
        await open<{ error?: { code: string } }>(local.url, '/setup', {
          token,
          email: 'a@b.example',
          name: 'x',
          password,
        }),
      ),
    ).toBe('SIGN_IN_REFUSED');
  } finally {
    await local.stop();
    await second.drop();
  }
});

test('it listens on this machine only unless told otherwise', () => {
  expect(readConfig({}).host).toBe('127.0.0.1');
});

import { expect, test } from 'vitest';
import {
  createSignOn,
  displaySignOn,
  type KeptSignOn,
  readSignOn,
  type SessionTokens,
  signInRequest,
} from '../../shared/index.ts';

const tokens = (n: number): SessionTokens => ({
  accessToken: `access-${n}`,
  accessExpiresAt: new Date(1_000_000 + n * 600_000).toISOString(),
  refreshToken: `refresh-${n}`,
  sessionExpiresAt: new Date(9_000_000).toISOString(),
  person: { id: 'x', email: 'ada@example.com', name: 'Ada' },
});

/** A session whose refresh tokens are good once, as at the orchestrator. */
function session() {
  const state = { now: 1_000_000, kept: undefined as KeptSignOn | null | undefined, used: [] as string[], n: 1 };
  const { accessToken, accessExpiresAt, refreshToken } = tokens(1);
  state.kept = { email: 'ada@example.com', accessToken, accessExpiresAt, refreshToken, workspaceId: 'here' };
  const signOn = createSignOn({
    load: async () => state.kept ?? null,
    save: async (kept) => void (state.kept = kept),
    async refresh(refreshToken) {
      const isGood = !state.used.includes(refreshToken);
      state.used.push(refreshToken);
      return isGood ? tokens(++state.n) : undefined;
    },
    now: () => state.now,
  });
  return { state, signOn };
}

test('a token that is about to run out is renewed before it is used, once for all who ask', async () => {
  const { state, signOn } = session();
  expect(await signOn.headers()).toEqual({ authorization: 'Bearer access-1', 'x-workspace': 'here' });
  state.now += 590_000;
  const headers = await Promise.all(Array.from({ length: 10 }, () => signOn.headers()));
  expect(new Set(headers.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer access-2']));
  expect(state.used).toEqual(['refresh-1']);
  expect(state.kept).toMatchObject({ refreshToken: 'refresh-2', workspaceId: 'here' });
});

test('after a refusal it is renewed once; who was refused with the old one only tries again', async () => {
  const { state, signOn } = session();
  const refused = await signOn.headers();
  expect(await Promise.all([signOn.renew(refused), signOn.renew(refused)])).toEqual([true, true]);
  expect(await signOn.renew(refused)).toBe(true);
  expect(state.used).toEqual(['refresh-1']);
  state.used.push('refresh-2');
  expect(await signOn.renew(await signOn.headers())).toBe(false);
  expect(state.kept).toBeNull();
  expect(await signOn.headers()).toEqual({});
});

test('an orchestrator that cannot be reached ends no session', async () => {
  const { state } = session();
  const { kept } = state;
  const signOn = createSignOn({
    load: async () => state.kept ?? null,
    save: async (next) => void (state.kept = next),
    refresh: () => Promise.reject(new Error('away')),
    now: () => state.now + 700_000,
  });
  await expect(signOn.headers()).rejects.toThrow('away');
  expect(state.kept).toBe(kept);
});

test('what is kept is read again, a key of earlier versions too; what is broken is nothing', () => {
  const key = 'orc_live_a_abcdefgh_secret_000000';
  expect(readSignOn(key)).toEqual({ key });
  expect(readSignOn(JSON.stringify({ key }))).toEqual({ key });
  expect(readSignOn('{"key":')).toBeNull();
  expect(readSignOn('{"other":1}')).toBeNull();
  expect(displaySignOn({ key })).toBe('orc_live_a_…0000');
});

test('each way to sign in asks the route for it', () => {
  const url = 'http://127.0.0.1:4780';
  expect(signInRequest({ url, key: 'x' })).toBeUndefined();
  expect(signInRequest({ url, email: 'a@b.example', password: 'p', code: '123456' })).toEqual({
    path: '/api/v1/sign-in',
    body: { email: 'a@b.example', password: 'p', code: '123456' },
  });
  expect(signInRequest({ url, token: 'inv_x', name: 'A', password: 'p' })?.path).toBe('/api/v1/invitations/accept');
  expect(signInRequest({ url, token: 'set_x', name: 'A', password: 'p', email: 'a@b.example' })).toEqual({
    path: '/api/v1/setup',
    body: { token: 'set_x', name: 'A', password: 'p', email: 'a@b.example' },
  });
});

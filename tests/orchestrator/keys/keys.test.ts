import type { ApiKey } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';
import { codeOf } from '../access/people.ts';

interface Made {
  apiKey: ApiKey;
  key: string;
  error?: { code: string };
}

let fleet: Fleet;
let second: Fleet;
let workflowId: string;

beforeAll(async () => {
  fleet = await startFleet();
  second = await startFleet({}, fleet);
  workflowId = await publish(fleet.admin);
});
afterAll(async () => {
  await second.orchestrator.stop();
  await fleet[Symbol.asyncDispose]();
});

const make = (body: Record<string, unknown>) => fleet.admin<Made>('POST', '/keys', { name: 'a key', ...body });
const rotate = (id: string, body: Record<string, unknown> = {}) =>
  fleet.admin<Made>('POST', `/keys/${id}/rotate`, body);
const listed = async (id: string) => {
  const { body } = await fleet.admin<{ items: ApiKey[] }>('GET', '/keys?limit=500');
  return one(body.items.filter((key) => key.id === id));
};

test('a service key names its scopes, other kinds take none, and each kind has its longest life', async () => {
  expect(codeOf(await make({ kind: 'service' }))).toBe('VALIDATION');
  expect(codeOf(await make({ kind: 'service', scopes: [] }))).toBe('VALIDATION');
  expect(codeOf(await make({ kind: 'service', scopes: ['everything'] }))).toBe('VALIDATION');
  expect(codeOf(await make({ kind: 'robot', scopes: ['jobs:read'] }))).toBe('VALIDATION');
  expect(codeOf(await make({ kind: 'admin', expiresInDays: 91 }))).toBe('VALIDATION');
  expect(codeOf(await make({ kind: 'service', scopes: ['tenants:read'] }))).toBe('FORBIDDEN');
  const { body } = await make({ kind: 'service', scopes: ['jobs:read', 'robots:read'] });
  expect(body.key).toMatch(/^orc_[a-z0-9]+_s_/);
  expect(body.apiKey).toMatchObject({ scopes: ['jobs:read', 'robots:read'], rotated: false, unused: false });
  const service = caller(fleet.url, body.key);
  expect((await service('GET', '/jobs')).status).toBe(200);
  const refused = await service<{ error: { code: string; message: string; details: object } }>('POST', '/jobs', {});
  expect(refused.body.error).toMatchObject({ code: 'FORBIDDEN', details: { scope: 'jobs:write' } });
  expect(refused.body.error.message).toContain('"jobs:write"');
});

test('a key that may make keys makes none that may do more', async () => {
  const { body } = await make({ kind: 'service', scopes: ['keys:write', 'keys:read', 'jobs:read'] });
  const service = caller(fleet.url, body.key);
  const by = (wanted: Record<string, unknown>) => service<Made>('POST', '/keys', { name: 'more', ...wanted });
  expect(codeOf(await by({ kind: 'admin' }))).toBe('FORBIDDEN');
  expect(codeOf(await by({ kind: 'service', scopes: ['jobs:read', 'jobs:write'] }))).toBe('FORBIDDEN');
  expect((await by({ kind: 'service', scopes: ['jobs:read'] })).status).toBe(201);
  expect((await by({ kind: 'robot' })).status).toBe(201);
  const admin = (await make({ kind: 'admin' })).body.apiKey;
  // Rotating would hand over a key that may do more.
  expect(codeOf(await service('POST', `/keys/${admin.id}/rotate`, {}))).toBe('FORBIDDEN');
  expect((await listed(admin.id)).rotated).toBe(false);
});

describe('rotation', () => {
  test('gives a key of the same name, kind and scopes; both work until the overlap is over', async () => {
    const old = (await make({ name: 'reports', kind: 'service', scopes: ['jobs:read'] })).body;
    const next = await rotate(old.apiKey.id, { overlapMinutes: 30 });
    expect(next.status).toBe(201);
    expect(next.body.apiKey).toMatchObject({ name: 'reports', kind: 'service', scopes: ['jobs:read'], rotated: false });
    for (const key of [old.key, next.body.key]) expect((await caller(fleet.url, key)('GET', '/jobs')).status).toBe(200);
    const seen = await listed(old.apiKey.id);
    expect(seen).toMatchObject({ rotated: true, endsSoon: true });
    expect(Date.parse(seen.expiresAt) - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    await runOn(fleet.databaseUrl, `update api_keys set ends_at = now() where id = '${old.apiKey.id}'`);
    await waitFor(async () => (await caller(fleet.url, old.key)('GET', '/jobs')).status === 401, {
      until: 'the overlap is over',
    });
    expect((await caller(fleet.url, next.body.key)('GET', '/jobs')).status).toBe(200);
  });

  test('without overlap ends the old key at once, at every instance', async () => {
    const old = (await make({ kind: 'admin' })).body;
    const elsewhere = caller(second.url, old.key);
    expect((await elsewhere('GET', '/jobs')).status).toBe(200);
    const next = (await rotate(old.apiKey.id, { overlapMinutes: 0 })).body;
    const ended = performance.now();
    await waitFor(async () => (await elsewhere('GET', '/jobs')).status === 401, { until: 'it is refused elsewhere' });
    expect(performance.now() - ended).toBeLessThan(1000);
    expect((await caller(second.url, next.key)('GET', '/jobs')).status).toBe(200);
  });

  test('lasts a day at most, happens once, and never prolongs the old key', async () => {
    const old = (await make({ kind: 'robot', expiresInDays: 1 })).body;
    expect(codeOf(await rotate(old.apiKey.id, { overlapMinutes: 24 * 60 + 1 }))).toBe('VALIDATION');
    const answers = await Promise.all(Array.from({ length: 6 }, () => rotate(old.apiKey.id, { overlapMinutes: 1440 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => codeOf(answer) === 'CONFLICT')).toHaveLength(5);
    expect(Date.parse((await listed(old.apiKey.id)).expiresAt)).toBeLessThanOrEqual(Date.parse(old.apiKey.expiresAt));
    expect(codeOf(await rotate(crypto.randomUUID()))).toBe('NOT_FOUND');
  });

  test('by a robot itself: it stays the robot it is and reports the job it holds with the new key', async () => {
    const old = (await make({ kind: 'robot' })).body;
    const robot = await register(caller(fleet.url, old.key));
    await submit(fleet.admin, workflowId, { robotId: robot.id });
    const job = one(await robot.claim());
    const next = await caller(fleet.url, old.key)<Made>('POST', '/robots/rotate-key', { overlapMinutes: 0 });
    expect(next.status).toBe(201);
    expect((await robot.report(job, 'complete')).status).toBe(401);
    const renewed = caller(fleet.url, next.body.key);
    const beat = await renewed('POST', '/robots/heartbeat', {
      instanceId: robot.instanceId,
      state: 'busy',
      cpuPercent: 1,
      memoryPercent: 1,
      diskFreeMb: 1,
      jobs: [{ jobId: job.jobId, fence: job.fence }],
    });
    expect(beat.status).toBe(200);
    const done = await renewed('POST', `/jobs/${job.jobId}/complete`, {
      fence: job.fence,
      lastStepSeq: 0,
      output: null,
    });
    expect([done.status, done.body]).toEqual([200, expect.objectContaining({ state: 'completed' })]);
    // And once more, from the key that took its place.
    expect((await renewed<Made>('POST', '/robots/rotate-key', { overlapMinutes: 5 })).status).toBe(201);
    expect(codeOf(await fleet.admin('POST', '/robots/rotate-key', {}))).toBe('FORBIDDEN');
  });
});

test('a revoked robot key is refused within a second everywhere, also for the job it holds', async () => {
  const made = (await make({ kind: 'robot' })).body;
  const robot = await register(caller(second.url, made.key));
  await submit(fleet.admin, workflowId, { robotId: robot.id });
  const job = one(await robot.claim());
  await fleet.admin('DELETE', `/keys/${made.apiKey.id}`);
  const revoked = performance.now();
  await waitFor(async () => (await robot.beat([job])).status === 401, { until: 'its heartbeat is refused' });
  expect(performance.now() - revoked).toBeLessThan(1000);
  expect((await robot.report(job, 'complete')).status).toBe(401);
  expect((await fleet.admin<{ state: string }>('GET', `/jobs/${job.jobId}`)).body.state).toBe('running');
});

test('six reasons, one answer', async () => {
  const [revoked, expired, rested] = await Promise.all([1, 2, 3].map(async () => (await make({ kind: 'admin' })).body));
  if (!revoked || !expired || !rested) throw new Error('three keys were made');
  await fleet.admin('DELETE', `/keys/${revoked.apiKey.id}`);
  await runOn(fleet.databaseUrl, `update api_keys set expires_at = now() where id = '${expired.apiKey.id}'`);
  await runOn(fleet.databaseUrl, `update api_keys set ends_at = now() where id = '${rested.apiKey.id}'`);
  const other = await addTenant(fleet);
  const { body } = await caller(fleet.url, other.adminKey)<{ tenantId: string }>('GET', '/me');
  await runOn(fleet.databaseUrl, `update tenants set disabled_at = now() where id = '${body.tenantId}'`);
  await runOn(fleet.databaseUrl, `notify casare, '{"from":"test","signals":[{"kind":"keys"}]}'`);
  const { makeKey } = await import('../../../orchestrator/keys/key-format.ts');
  const unknown = makeKey('live', 'admin').key;
  const reasons = {
    'unknown id': unknown,
    'wrong secret': wrongSecret(fleet.keys.adminKey, unknown),
    revoked: revoked.key,
    expired: expired.key,
    'rotated and over': rested.key,
    'a disabled tenant': other.adminKey,
  };
  const answers = await waitFor(
    async () => {
      const seen = await Promise.all(
        Object.entries(reasons).map(async ([reason, key]) => {
          const answer = await caller(fleet.url, key)<{ error: object }>('GET', '/jobs');
          return [reason, answer.status, { ...answer.body.error, requestId: '' }] as const;
        }),
      );
      return seen.every(([, status]) => status === 401) && seen;
    },
    { until: 'all are refused', timeoutMs: 2000 },
  );
  expect(new Set(answers.map(([, , error]) => JSON.stringify(error))).size).toBe(1);
});

/** The id of one key with the secret of another: a text whose check sum is right. */
function wrongSecret(known: string, other: string): string {
  const publicId = known.split('_')[3] ?? '';
  const parts = other.split('_');
  const body = ['orc', known.split('_')[1], 'a', publicId, parts.slice(4, -1).join('_')].join('_');
  return withChecksum(body);
}

function withChecksum(body: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let rest = crc(body);
  let sum = '';
  for (let n = 0; n < 6; n++) {
    sum = alphabet[rest % 62] + sum;
    rest = Math.floor(rest / 62);
  }
  return `${body}_${sum}`;
}

/** CRC-32 bit by bit, as a second opinion. */
function crc(text: string): number {
  let value = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

test('the last use is noted with its address, once a minute; what nobody uses or ends soon is marked', async () => {
  const made = (await make({ kind: 'service', scopes: ['jobs:read'], expiresInDays: 10 })).body;
  expect(await listed(made.apiKey.id)).toMatchObject({ lastUsedAt: null, lastUsedAddress: null, endsSoon: true });
  const service = caller(fleet.url, made.key);
  await service('GET', '/jobs');
  const first = await listed(made.apiKey.id);
  expect(first.lastUsedAddress).toBe('127.0.0.1');
  await runOn(fleet.databaseUrl, `notify casare, '{"from":"test","signals":[{"kind":"keys"}]}'`);
  await service('GET', '/jobs');
  expect((await listed(made.apiKey.id)).lastUsedAt).toBe(first.lastUsedAt);
  await runOn(
    fleet.databaseUrl,
    `update api_keys set created_at = now() - interval '70 days', last_used_at = now() - interval '61 days', expires_at = now() + interval '80 days'
     where id = '${made.apiKey.id}'`,
  );
  expect(await listed(made.apiKey.id)).toMatchObject({ unused: true, endsSoon: false });
});

test('the same request again does not show the secret again', async () => {
  const header = { 'idempotency-key': 'once' };
  const first = await fleet.admin<Made>('POST', '/keys', { name: 'once', kind: 'robot' }, header);
  expect(first.status).toBe(201);
  expect(codeOf(await fleet.admin<Made>('POST', '/keys', { name: 'once', kind: 'robot' }, header))).toBe('CONFLICT');
  const next = await fleet.admin<Made>('POST', `/keys/${first.body.apiKey.id}/rotate`, {}, header);
  expect(next.status).toBe(201);
});

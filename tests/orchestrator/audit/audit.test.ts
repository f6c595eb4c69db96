import type { AuditCheck, AuditEntry } from '@casare/shared';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTenant, caller, type Fleet, startFleet } from '../fleet.ts';

let fleet: Fleet;
let owner: pg.Client;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 0.2 } });
  owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await fleet[Symbol.asyncDispose]();
});

const list = async (query = '', call = fleet.admin) =>
  (await call<{ items: AuditEntry[] }>('GET', `/audit${query}`)).body.items;
const check = async (call = fleet.admin) => (await call<AuditCheck>('GET', '/audit/check')).body;
const makeKey = (name: string, call = fleet.admin) => call('POST', '/keys', { name, kind: 'robot' });

/** Entries are sealed in the background. */
async function sealed(call = fleet.admin): Promise<AuditCheck> {
  let found = await check(call);
  await expect.poll(async () => (found = await check(call)).unsealed, { timeout: 10_000 }).toBe(0);
  return found;
}

describe('the log', () => {
  test('says who did what, from where, in which request', async () => {
    const made = await makeKey('For the log');
    const [entry] = await list('?action=key.create');
    expect(entry).toMatchObject({
      action: 'key.create',
      actor: expect.stringContaining('First admin'),
      details: { name: 'For the log', kind: 'robot' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      address: '127.0.0.1',
    });
    expect(JSON.stringify(await list())).not.toContain(String(made.body['key']));
  });

  test('is searched, and begins at the newest', async () => {
    for (const name of ['Alpha', 'Beta', 'Gamma']) await makeKey(name);
    expect((await list('?search=beta')).map(({ details }) => details['name'])).toEqual(['Beta']);
    expect((await list('?limit=2')).map(({ details }) => details['name'])).toEqual(['Gamma', 'Beta']);
    expect(await list('?action=job.')).toEqual([]);
    expect(await list(`?to=${encodeURIComponent('2020-01-01T00:00:00.000Z')}`)).toEqual([]);
  });

  test('of another tenant is not shown', async () => {
    const other = caller(fleet.url, (await addTenant(fleet)).adminKey);
    await makeKey('Only theirs', other);
    expect((await list('', other)).map(({ details }) => details['name'])).toEqual(['Only theirs']);
    expect(await list('?search=only+theirs')).toEqual([]);
  });
});

describe('the chain', () => {
  test('is whole, also where many write at once', async () => {
    const before = await sealed();
    await Promise.all(Array.from({ length: 20 }, (_, i) => makeKey(`Key ${i}`)));
    const after = await sealed();
    expect(after).toMatchObject({ whole: true, broken: null, entries: before.entries + 20 });
    expect(after.head?.seq).toBe(after.entries);
  });

  test('nobody changes an entry as a role of the orchestrator', async () => {
    for (const role of ['casare_app', 'casare_system']) {
      await owner.query(`set role ${role}`);
      await expect(owner.query("update audit_log set actor = 'nobody'")).rejects.toThrow(/permission denied/);
      await expect(owner.query('delete from audit_log')).rejects.toThrow(/permission denied/);
      await owner.query('reset role');
    }
    await expect(owner.query("update audit_log set actor = 'nobody'")).rejects.toThrow(/never change/);
  });

  // What the owner of the database can do after switching the guards off; each is undone, so that the next is seen alone.
  test.each([
    ['an entry that was changed', "update audit_log set actor = 'nobody' where seq = 3 and tenant_id = $1", 3],
    ['a time that was changed', "update audit_log set at = at + interval '1 hour' where seq = 2 and tenant_id = $1", 2],
    ['an entry that was taken out', 'delete from audit_log where seq = 4 and tenant_id = $1', 4],
    [
      'two that changed places',
      'update audit_log set seq = case seq when 2 then 100003 else 100002 end where seq in (2, 3) and tenant_id = $1',
      2,
    ],
    ['an end that was cut off', 'delete from audit_log where seq > 5 and tenant_id = $1', 6],
    ['a head that was set back', 'update audit_heads set seq = 5 where tenant_id = $1', 5],
  ])('%s is found', async (_, statement, at) => {
    const { whole } = await sealed();
    expect(whole).toBe(true);
    const { body } = await fleet.admin<{ tenantId: string }>('GET', '/me');
    await owner.query(
      'create table kept as select * from audit_log; create table kept_heads as select * from audit_heads',
    );
    await owner.query('alter table audit_log disable trigger kept');
    await owner.query(statement, [body.tenantId]);
    const found = await check();
    await owner.query(
      'delete from audit_log; insert into audit_log select * from kept; delete from audit_heads; insert into audit_heads select * from kept_heads',
    );
    await owner.query('alter table audit_log enable trigger kept; drop table kept; drop table kept_heads');
    expect(found.whole).toBe(false);
    expect(found.broken?.seq).toBe(at);
    expect(found.broken?.reason).toMatch(/\.$/);
    expect((await check()).whole).toBe(true);
  });
});

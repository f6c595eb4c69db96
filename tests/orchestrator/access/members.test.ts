import type { Me, Person, SessionTokens, Tenant, WorkspaceResource } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import { caller, type Fleet, one, query, startFleet } from '../fleet.ts';
import { addPerson, bearer, codeOf, makeSuper, open, password, signIn, type TestPerson } from './people.ts';

let fleet: Fleet;
let owner: TestPerson;
let workspaceId: string;

beforeAll(async () => {
  fleet = await startFleet();
  owner = await addPerson(fleet.url, fleet.admin, 'admin', 'owner');
  workspaceId = (await fleet.admin<Me>('GET', '/me')).body.workspaceId;
});
afterAll(() => fleet[Symbol.asyncDispose]());

const accept = (token: string, more: Record<string, unknown> = {}) =>
  open<SessionTokens & { error?: { code: string } }>(fleet.url, '/invitations/accept', {
    token,
    name: 'x',
    password,
    ...more,
  });
const invite = (email: string, role = 'viewer', by = owner.call) =>
  by<{ token: string; invitation: { id: string }; error?: { code: string } }>('POST', '/invitations', { email, role });

describe('an invitation', () => {
  test('is good once, also when two come with it at the same moment', async () => {
    const { body } = await invite('race@example.com');
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(body.token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(codeOf(await accept(body.token))).toBe('SIGN_IN_REFUSED');
    const rows = await query(fleet, sql`select id from people where email = 'race@example.com'`);
    expect(rows).toHaveLength(1);
  });

  test('is void when it is taken back, over, or followed by another one', async () => {
    const first = await invite('late@example.com');
    const second = await invite('late@example.com');
    expect(codeOf(await accept(first.body.token))).toBe('SIGN_IN_REFUSED');
    expect((await owner.call('DELETE', `/invitations/${second.body.invitation.id}`)).status).toBe(204);
    expect(codeOf(await accept(second.body.token))).toBe('SIGN_IN_REFUSED');
    expect(codeOf(await accept(`inv_${'A'.repeat(43)}`))).toBe('SIGN_IN_REFUSED');
    const open = await owner.call<{ items: { email: string }[] }>('GET', '/invitations');
    expect(open.body.items.map(({ email }) => email)).not.toContain('late@example.com');
  });

  test('asks a new person for a good password, and takes it in any order of events', async () => {
    const { body } = await invite('weak@example.com');
    expect(codeOf(await accept(body.token, { password: 'short' }))).toBe('VALIDATION');
    expect((await accept(body.token)).status).toBe(200);
    expect(codeOf(await invite('weak@example.com'))).toBe('CONFLICT');
  });

  test('to a further workspace of the tenant asks for the password one has, and adds a role', async () => {
    const made = await owner.call<WorkspaceResource>('POST', '/workspaces', { name: 'Second' });
    expect(made.status).toBe(201);
    const there = bearer(fleet.url, owner.tokens.accessToken, made.body.id);
    const gina = await addPerson(fleet.url, owner.call, 'operator', 'gina');
    const { body } = await invite(gina.email, 'viewer', there);
    expect(codeOf(await accept(body.token, { password: 'not hers at all' }))).toBe('SIGN_IN_REFUSED');
    expect((await accept(body.token)).status).toBe(200);
    const own = await gina.call<Me>('GET', '/me');
    expect(own.body.workspaces.map(({ name, role }) => [name, role])).toEqual([
      ['Default', 'operator'],
      ['Second', 'viewer'],
    ]);
    // The header chooses; without it, it is where she has been longest.
    expect(own.body.workspaceName).toBe('Default');
    const second = bearer(fleet.url, gina.tokens.accessToken, made.body.id);
    expect((await second<Me>('GET', '/me')).body).toMatchObject({ workspaceName: 'Second', role: 'viewer' });
    expect(codeOf(await second('POST', '/jobs', {}))).toBe('FORBIDDEN');
    expect(codeOf(await gina.call('POST', '/jobs', {}))).toBe('VALIDATION');
  });
});

describe('a role', () => {
  test('is changed by who may, counts at once, and everybody may only give what they have', async () => {
    const hugo = await addPerson(fleet.url, owner.call, 'viewer', 'hugo');
    expect(codeOf(await hugo.call('PUT', `/people/${hugo.id}/role`, { role: 'admin' }))).toBe('FORBIDDEN');
    const changed = await owner.call<Person>('PUT', `/people/${hugo.id}/role`, { role: 'operator' });
    expect(changed.body).toMatchObject({ role: 'operator', sessions: 1 });
    expect((await hugo.call<Me>('GET', '/me')).body.role).toBe('operator');
    const { body: made } = await fleet.admin<{ key: string }>('POST', '/keys', {
      name: 'invites viewers',
      kind: 'service',
      scopes: ['people:write', 'people:read', 'jobs:read'],
    });
    const service = caller(fleet.url, made.key);
    expect(codeOf(await service('POST', '/invitations', { email: 'x@example.com', role: 'admin' }))).toBe('FORBIDDEN');
    expect(codeOf(await service('PUT', `/people/${hugo.id}/role`, { role: 'viewer' }))).toBe('FORBIDDEN');
    expect(codeOf(await service('DELETE', `/people/${owner.id}`))).toBe('FORBIDDEN');
    const [entry] = await query<{ details: unknown }>(
      { databaseUrl: fleet.databaseUrl },
      sql`select json_build_object('n', count(*)) as details from sessions where person_id = ${hugo.id}::uuid`,
    );
    expect(entry?.details).toEqual({ n: 1 });
  });

  test('of the last admin stays, also when two admins step back at the same moment', async () => {
    const made = await owner.call<WorkspaceResource>('POST', '/workspaces', { name: 'Two admins' });
    const here = bearer(fleet.url, owner.tokens.accessToken, made.body.id);
    expect(codeOf(await here('DELETE', `/people/${owner.id}`))).toBe('CONFLICT');
    const iris = await addPerson(fleet.url, here, 'admin', 'iris');
    const asIris = bearer(fleet.url, iris.tokens.accessToken, made.body.id);
    const answers = await Promise.all([
      here('PUT', `/people/${owner.id}/role`, { role: 'viewer' }),
      asIris('DELETE', `/people/${iris.id}`),
    ]);
    expect(answers.map(codeOf).filter((code) => code === 'CONFLICT')).toHaveLength(1);
    const admins = await query(
      fleet,
      sql`select person_id from memberships where workspace_id = ${made.body.id}::uuid and role = 'admin'`,
    );
    expect(admins).toHaveLength(1);
  });

  test('taken away with the last workspace ends the sessions', async () => {
    const jo = await addPerson(fleet.url, owner.call, 'viewer', 'jo');
    expect((await owner.call('DELETE', `/people/${jo.id}`)).status).toBe(204);
    expect((await jo.call('GET', '/me')).status).toBe(401);
    expect((await owner.call('GET', `/people/${jo.id}`)).status).toBe(404);
  });
});

describe('workspaces and tenants', () => {
  test('a disabled workspace refuses its keys and is no choice for people; enabled again it is as before', async () => {
    const made = await owner.call<WorkspaceResource>('POST', '/workspaces', { name: 'To rest' });
    const there = bearer(fleet.url, owner.tokens.accessToken, made.body.id);
    const { body: key } = await there<{ key: string }>('POST', '/keys', { name: 'there', kind: 'admin' });
    const byKey = caller(fleet.url, key.key);
    expect((await byKey('GET', '/me')).status).toBe(200);
    expect(codeOf(await there('PUT', `/workspaces/${made.body.id}`, { disabled: true }))).toBe('CONFLICT');
    expect((await owner.call('PUT', `/workspaces/${made.body.id}`, { disabled: true })).status).toBe(200);
    expect((await byKey('GET', '/me')).status).toBe(401);
    expect((await there('GET', '/me')).status).toBe(404);
    expect(
      (await owner.call('PUT', `/workspaces/${made.body.id}`, { disabled: false, name: 'Awake' })).body,
    ).toMatchObject({
      name: 'Awake',
      disabledAt: null,
    });
    expect((await byKey('GET', '/me')).status).toBe(200);
  });

  test('who is admin here is none there', async () => {
    const secret = await owner.call<WorkspaceResource>('POST', '/workspaces', { name: 'Secret' });
    const kim = await addPerson(fleet.url, owner.call, 'admin', 'kim');
    const listed = await kim.call<{ items: WorkspaceResource[] }>('GET', '/workspaces');
    expect(listed.body.items.map(({ name }) => name)).toEqual(['Default']);
    expect((await kim.call('PUT', `/workspaces/${secret.body.id}`, { name: 'Mine' })).status).toBe(404);
    expect((await bearer(fleet.url, kim.tokens.accessToken, secret.body.id)('GET', '/jobs')).status).toBe(404);
    // A key has one workspace; the header changes nothing.
    expect((await fleet.admin('GET', '/jobs', undefined, { 'x-workspace': secret.body.id })).status).toBe(404);
    expect((await fleet.admin('GET', '/jobs', undefined, { 'x-workspace': workspaceId })).status).toBe(200);
  });

  test('a super admin makes a tenant, goes there, invites its admin, and turns it off and on', async () => {
    const boss = await addPerson(fleet.url, fleet.admin, 'viewer', 'boss');
    expect(codeOf(await boss.call('GET', '/tenants'))).toBe('FORBIDDEN');
    await makeSuper(fleet, boss.id);
    await waitFor(async () => (await boss.call('GET', '/tenants')).status === 200, { until: 'the right counts' });
    const { body } = await boss.call<{ tenant: Tenant; workspaceId: string }>('POST', '/tenants', { name: 'Acme' });
    expect(body.tenant).toMatchObject({ name: 'Acme', workspaces: 1, disabledAt: null });
    const there = bearer(fleet.url, boss.tokens.accessToken, body.workspaceId);
    const head = await addPerson(fleet.url, there, 'admin', 'head');
    const { body: made } = await head.call<{ key: string }>('POST', '/keys', { name: 'acme', kind: 'robot' });
    expect((await head.call<Me>('GET', '/me')).body).toMatchObject({ tenantName: 'Acme', role: 'admin' });
    expect(codeOf(await head.call('GET', '/tenants'))).toBe('FORBIDDEN');

    const turn = (disabled: boolean) => boss.call<Tenant>('PUT', `/tenants/${body.tenant.id}`, { disabled });
    expect((await turn(true)).body.disabledAt).not.toBeNull();
    const answers = await Promise.all([
      head.call('GET', '/me'),
      caller(fleet.url, made.key)('GET', '/me'),
      signIn(fleet.url, head.email),
      open(fleet.url, '/sign-in/refresh', { refreshToken: head.tokens.refreshToken }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect((await there('GET', '/jobs')).status).toBe(404);
    await turn(false);
    expect((await head.call('GET', '/me')).status).toBe(200);
    const grant = (id: string, by: typeof boss, isSuper: boolean) =>
      by.call<Person>('PUT', `/people/${id}/super`, { super: isSuper });
    expect(codeOf(await grant(owner.id, owner, true))).toBe('FORBIDDEN');
    expect(codeOf(await grant(boss.id, boss, false))).toBe('CONFLICT');
    expect((await grant(owner.id, boss, true)).body).toMatchObject({ super: true });
    // Each takes it from the other at the same moment: one keeps it.
    const taken = await Promise.all([grant(boss.id, owner, false), grant(owner.id, boss, false)]);
    expect(taken.filter(({ status }) => status === 200)).toHaveLength(1);
    if (taken[0].status === 200) await grant(boss.id, owner, true);
    const own = (await boss.call<Me>('GET', '/me')).body.tenantId;
    expect(codeOf(await boss.call('PUT', `/tenants/${own}`, { disabled: true }))).toBe('CONFLICT');
  });

  test('every change stands in the audit log with who did it', async () => {
    const rows = await fleetAudit();
    expect(rows).toEqual(
      expect.arrayContaining(['person.invite', 'person.join', 'person.role', 'person.remove', 'workspace.create']),
    );
    const people = await owner.call<{ items: Person[] }>('GET', '/people?search=HUGO&limit=1');
    expect(one(people.body.items).name).toBe('hugo');
  });
});

/** As the owner of the tables: no role of the program may read the log across tenants. */
async function fleetAudit(): Promise<string[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ action: string }>('select distinct action from audit_log');
    return rows.map(({ action }) => action);
  } finally {
    await client.end();
  }
}

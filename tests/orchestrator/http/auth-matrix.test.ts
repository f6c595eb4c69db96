import { createHash, randomUUID } from 'node:crypto';
import { type Role, ROLE_SCOPES, ROLES, type Scope, SCOPES, WORKSPACE_SCOPES } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { addPerson, makeSuper } from '../access/people.ts';
import {
  addTenant,
  type Call,
  caller,
  type Fleet,
  type Keys,
  one,
  publish,
  query,
  register,
  startFleet,
  submit,
  type TestRobot,
} from '../fleet.ts';
import { expireKey } from './expire-key.ts';
import { type JsonSchema, smallestBody } from './smallest-body.ts';

interface DescribedRoute {
  'x-access': string;
  'x-scope'?: string;
  requestBody?: { content: Record<string, { schema: JsonSchema } | undefined> };
}

interface ApiDescription {
  paths: Record<string, Record<string, DescribedRoute>>;
}

let fleet: Fleet;
let other: Keys;
let api: ApiDescription;
let own: Record<string, string>;

beforeAll(async () => {
  // However slow the machine is: nothing of this may change by itself meanwhile.
  const timing = { leaseSeconds: 3600, lostSeconds: 3600 };
  fleet = await startFleet({ timing }, undefined, { secretStores: ['https://vault.example.com'] });
  other = await addTenant(fleet);
  api = (await (await fetch(`${fleet.url}/openapi.json`)).json()) as ApiDescription;
  const workflowId = await publish(fleet.admin);
  const robot = await register(fleet.robot);
  const job = await submit(fleet.admin, workflowId);
  const { body } = await fleet.admin<{ apiKey: { id: string } }>('POST', '/keys', { name: 'canary', kind: 'robot' });
  own = {
    workflows: workflowId,
    robots: robot.id,
    jobs: job.id,
    keys: body.apiKey.id,
    tasks: await askingTask(robot, workflowId),
    artifacts: await ownArtifact(robot),
    ...(await ownPeople()),
    ...(await ownQueue()),
    ...(await ownSecrets()),
    ...(await ownSchedule(workflowId)),
    ...(await ownTrigger(workflowId)),
  };
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function ownTrigger(workflowId: string): Promise<Record<string, string>> {
  const settings = { scheme: 'none', allowUnsigned: true };
  const wanted = { kind: 'webhook', name: 'canary', workflowId, settings };
  const { body } = await fleet.admin<{ trigger: { id: string; path: string } }>('POST', '/triggers', wanted);
  await fetch(`${fleet.url}${body.trigger.path}`, { method: 'POST' });
  const deliveries = await fleet.admin<{ items: { id: string }[] }>('GET', `/triggers/${body.trigger.id}/deliveries`);
  return { triggers: body.trigger.id, 'trigger-deliveries': one(deliveries.body.items).id };
}

async function ownSchedule(workflowId: string): Promise<Record<string, string>> {
  const calendar = await fleet.admin<{ id: string }>('POST', '/calendars', { name: 'canary' });
  const schedule = await fleet.admin<{ id: string }>('POST', '/schedules', {
    name: 'canary',
    timing: { kind: 'cron', expression: '@yearly' },
    job: { workflowId },
  });
  return { calendars: calendar.body.id, schedules: schedule.body.id };
}

/** A person, where they are signed in, an invitation and the workspace. */
async function ownPeople(): Promise<Record<string, string>> {
  const person = await addPerson(fleet.url, fleet.admin, 'author', 'canary');
  const sessions = await person.call<{ items: { id: string }[] }>('GET', '/me/sessions');
  const invited = await fleet.admin<{ invitation: { id: string } }>('POST', '/invitations', {
    email: 'canary@example.com',
    role: 'viewer',
  });
  const { body } = await fleet.admin<{ workspaceId: string }>('GET', '/me');
  return {
    people: person.id,
    me: one(sessions.body.items).id,
    invitations: invited.body.invitation.id,
    workspaces: body.workspaceId,
  };
}

/** A queue with an item that waits. */
async function ownQueue(): Promise<Record<string, string>> {
  const { body: queue } = await fleet.admin<{ id: string }>('POST', '/queues', { name: 'canary' });
  const { body } = await fleet.admin<{ results: { item: { id: string } }[] }>('POST', `/queues/${queue.id}/items`, {});
  return { queues: queue.id, 'queue-items': one(body.results).item.id };
}

async function ownSecrets(): Promise<Record<string, string>> {
  const credential = await fleet.admin<{ id: string }>('POST', '/credentials', {
    name: 'canary',
    kind: 'token',
    fields: { token: 'canary' },
  });
  const asset = await fleet.admin<{ id: string }>('POST', '/assets', { name: 'canary', kind: 'text', value: 'canary' });
  const store = await fleet.admin<{ id: string }>('PUT', '/secret-stores', {
    name: 'canary',
    settings: { url: 'https://vault.example.com' },
    secret: 'canary',
  });
  return { credentials: credential.body.id, assets: asset.body.id, 'secret-stores': store.body.id };
}

/** What a job asks, open. */
async function ownArtifact({ instanceId }: TestRobot): Promise<string> {
  const { body } = await fleet.robot<{ id: string }>('POST', '/artifacts', {
    instanceId,
    kind: 'log',
    name: 'canary',
    contentType: 'text/plain',
    size: 6,
    sha256: createHash('sha256').update('canary').digest('hex'),
    takenAt: new Date().toISOString(),
  });
  return body.id;
}

async function askingTask(robot: TestRobot, workflowId: string): Promise<string> {
  await submit(fleet.admin, workflowId, { robotId: robot.id, priority: 20 });
  const asking = one(await robot.claim());
  const task = {
    id: 'canary',
    kind: 'approve',
    workflowName: 'Invoices',
    nodeId: 'start',
    title: 'Pay?',
    text: '',
    fields: [],
    choices: ['yes'],
    deadline: null,
  };
  await robot.report(asking, 'park', { tasks: [{ path: 'start', task }] });
  const { body } = await fleet.admin<{ items: { id: string }[] }>('GET', '/tasks');
  return one(body.items).id;
}

function routes() {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      method: method.toUpperCase(),
      path: path.replace(/^\/api\/v1/, ''),
      kind: described['x-access'],
      scope: described['x-scope'],
      body: described.requestBody?.content['application/json']?.schema,
    })),
  );
}

type AskedRoute = Pick<ReturnType<typeof routes>[number], 'method' | 'path' | 'body'>;

/** Where the smallest body is not good, as its description cannot say everything. */
const aTrigger = {
  kind: 'webhook',
  name: 'x',
  workflowId: randomUUID(),
  settings: {},
};
const bodies: Record<string, unknown> = {
  'POST /jobs/{id}/vault': { fence: 1 },
  'POST /credentials/{id}/rotate': { fields: { token: 'x' } },
  'PUT /triggers/{id}': aTrigger,
  'PUT /triggers/{id}/enabled': { enabled: false },
  'POST /jobs/{id}/extend-lease': { fence: 1 },
  'POST /jobs/{id}/progress': { fence: 1 },
  'POST /jobs/{id}/complete': { fence: 1, lastStepSeq: 0, output: null },
  'POST /jobs/{id}/fail': { fence: 1, lastStepSeq: 0, error: { code: 'INTERNAL', message: 'x' } },
  'POST /jobs/{id}/release': { fence: 1, lastStepSeq: 0, reason: 'x' },
  'POST /jobs/{id}/park': { fence: 1, lastStepSeq: 0, error: { code: 'INTERNAL', message: 'x' }, path: 'x' },
  'POST /jobs/{id}/called-workflow': { fence: 1, documentId: 'invoices' },
  'POST /jobs/{id}/child-jobs': { fence: 1, documentId: 'invoices' },
  'POST /jobs/{id}/child-job-state': { fence: 1, childId: randomUUID() },
  'POST /jobs/{id}/resolve': { decision: 'retry' },
  'POST /tasks/{id}/answer': { choice: 'yes' },
  'PUT /people/{id}/role': { role: 'viewer' },
  'PUT /workspaces/{id}': { name: 'x' },
  'POST /robots/{id}/commands': { command: 'pause' },
  'POST /robots/commands/{id}/result': { instanceId: randomUUID(), state: 'done' },
  'POST /artifacts/{id}/pieces': { instanceId: randomUUID(), index: 0, data: 'eA==' },
  'PUT /workflows/{id}/manual-minutes': { minutes: 5 },
  'PUT /schedules/{id}': {
    name: 'x',
    timing: { kind: 'cron', expression: '@daily' },
    job: { workflowId: randomUUID() },
  },
  'PUT /calendars/{id}': { name: 'x' },
  'POST /calendars/{id}/import': { text: '2031-01-01' },
  'PUT /workflows/{id}/published': { version: 1 },
  'PUT /robot-groups/{id}': { name: 'x' },
};

function ask(call: Call, { method, path, body: schema }: AskedRoute, id: string = randomUUID()) {
  const body = bodies[`${method} ${path}`] ?? (schema && (path.includes('{id}') ? smallestBody(schema) : {}));
  return call<{ error?: { code: string; message: string; requestId: string } }>(
    method,
    path.replace('{id}', id).replace('{version}', '1'),
    body,
  );
}

test('there are routes of every kind', () => {
  const kinds = routes().map(({ kind }) => kind);
  for (const kind of ['admin', 'robot', 'any', 'none']) expect(kinds).toContain(kind);
  expect(routes().length).toBeGreaterThan(30);
});

test('every route that needs a key refuses every one that is not good with the same words', async () => {
  const good = fleet.keys.adminKey;
  const revoked = await fleet.admin<{ key: string; apiKey: { id: string } }>('POST', '/keys', {
    name: 'revoked',
    kind: 'admin',
  });
  await fleet.admin('DELETE', `/keys/${revoked.body.apiKey.id}`);
  const expired = await fleet.admin<{ key: string; apiKey: { id: string } }>('POST', '/keys', {
    name: 'expired',
    kind: 'admin',
  });
  await expireKey(fleet.databaseUrl, expired.body.apiKey.id);
  const bad = {
    none: undefined,
    nonsense: 'secret',
    mistyped: `${good.slice(0, -1)}?`,
    revoked: revoked.body.key,
    expired: expired.body.key,
  };
  const words = new Set<string>();
  const seen: string[] = [];
  const keyed = routes().filter(({ kind }) => kind !== 'none');
  for (const route of keyed) {
    const answers = Object.entries(bad).map(async ([name, key]) => {
      const { status, body } = await ask(caller(fleet.url, key), route);
      words.add(JSON.stringify({ ...body.error, requestId: '' }));
      return `${route.method} ${route.path} with a key that is ${name}: ${status}`;
    });
    seen.push(...(await Promise.all(answers)));
  }
  expect(seen.filter((line) => !line.endsWith(': 401'))).toEqual([]);
  expect(seen).toHaveLength(keyed.length * Object.keys(bad).length);
  expect(words.size).toBe(1);
}, 60_000);

/** Who asks, and what they have been given. */
async function everyKindOfCaller() {
  const service = async (scopes: readonly Scope[]) => {
    const made = await fleet.admin<{ key: string }>('POST', '/keys', { name: 'service', kind: 'service', scopes });
    return caller(fleet.url, made.body.key);
  };
  const people = await Promise.all(
    ROLES.map(async (role: Role) => ({
      name: role,
      isPerson: true,
      call: (await addPerson(fleet.url, fleet.admin, role)).call,
      scopes: ROLE_SCOPES[role],
    })),
  );
  const superAdmin = await addPerson(fleet.url, fleet.admin, 'viewer', 'super');
  await makeSuper(fleet, superAdmin.id);
  return {
    service,
    callers: [
      { name: 'admin key', isPerson: false, call: fleet.admin, scopes: WORKSPACE_SCOPES },
      ...people,
      { name: 'super admin', isPerson: true, call: superAdmin.call, scopes: SCOPES },
    ],
  };
}

test('every route takes who may and refuses everybody else, by kind, scope and role', async () => {
  const { callers, service } = await everyKindOfCaller();
  const wrong: string[] = [];
  let asked = 0;
  const expectAnswer = async (call: Call, route: ReturnType<typeof routes>[number], who: string, may: boolean) => {
    const { body } = await ask(call, route);
    const label = `${route.method} ${route.path} (${route.scope ?? route.kind}) as ${who}`;
    const words = body.error?.message ?? '';
    const named = route.scope !== undefined && words.includes(`"${route.scope}"`) ? ', which is named' : '';
    const isRefused = body.error?.code === 'FORBIDDEN' && /^This (needs|is)/.test(words);
    const seen = isRefused ? `refused${named}` : 'taken';
    const lacksScope = !may && route.scope !== undefined && who !== 'robot key';
    const expected = may ? 'taken' : `refused${lacksScope ? ', which is named' : ''}`;
    asked++;
    if (seen !== expected || body.error?.code === 'RATE_LIMITED') wrong.push(`${label}: ${seen}, not ${expected}`);
  };
  for (const route of routes()) {
    // A person who may do what is for people would not come back from some of it: that has tests of its own.
    const asking = callers.filter(({ isPerson }) => route.kind !== 'person' || !isPerson);
    await Promise.all([
      expectAnswer(fleet.robot, route, 'robot key', ['robot', 'any', 'none'].includes(route.kind)),
      ...asking.map(({ name, call, scopes }) =>
        expectAnswer(
          call,
          route,
          name,
          route.kind === 'admin' ? scopes.includes(route.scope as Scope) : ['any', 'none'].includes(route.kind),
        ),
      ),
    ]);
  }
  // A key with one scope does what it says, a key with all others does not.
  for (const scope of WORKSPACE_SCOPES) {
    const [only, others] = [await service([scope]), await service(WORKSPACE_SCOPES.filter((each) => each !== scope))];
    for (const route of routes().filter((each) => each.scope === scope))
      await Promise.all([
        expectAnswer(only, route, `service key with ${scope}`, true),
        expectAnswer(others, route, `service key without ${scope}`, false),
      ]);
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(routes().length * 5);
  expect(routes().filter(({ kind, scope }) => (kind === 'admin') !== (scope !== undefined))).toEqual([]);
}, 60_000);

describe('what belongs to another tenant', () => {
  test('answers as if it were not there, by every route with an id, and nothing changes', async () => {
    const strangers = { admin: caller(fleet.url, other.adminKey), robot: caller(fleet.url, other.robotKey) };
    const foreign: unknown[] = [];
    const missing: unknown[] = [];
    const outsider = await addPerson(fleet.url, strangers.admin, 'admin', 'outsider');
    await makeSuper(fleet, (await addPerson(fleet.url, fleet.admin, 'viewer', 'super')).id);
    const before = await snapshot();
    for (const route of routes().filter(({ path, scope }) => path.includes('{id}') && scope !== 'tenants:write')) {
      const call = route.kind === 'person' ? outsider.call : strangers[route.kind as 'admin' | 'robot'];
      const label = `${route.method} ${route.path}`;
      const theirs = await ask(call, route, own[one(route.path.split('/').slice(1))]);
      const random = await ask(call, route);
      foreign.push([label, theirs.status, withoutIds(theirs.body.error)]);
      missing.push([label, 404, withoutIds(random.body.error)]);
    }
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign).toEqual(missing);
    expect(await snapshot()).toEqual(before);
  }, 60_000);

  test('stands in no list', async () => {
    const stranger = caller(fleet.url, other.adminKey);
    for (const path of [
      '/jobs',
      '/tasks',
      '/triggers',
      '/robots',
      '/workflows',
      '/queues',
      '/schedules',
      '/calendars',
      '/events?since=0',
    ]) {
      const text = JSON.stringify((await stranger('GET', path)).body);
      for (const id of Object.values(own)) expect(text).not.toContain(id);
    }
    expect((await stranger('POST', '/jobs', { workflowId: own['workflows'] })).status).toBe(404);
  });
});

/** An answer may name the id it was asked for. */
function withoutIds(error: object | undefined): unknown {
  const text = JSON.stringify({ ...error, requestId: '' });
  return JSON.parse(text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>'));
}

function snapshot() {
  return query(
    fleet,
    sql`
      select (select json_agg(j order by j.id) from jobs j) as jobs, (select json_agg(r order by r.id) from robots r) as robots,
        (select json_agg(w order by w.id) from workflows w) as workflows,
        (select json_agg(t order by t.id) from (select id, state, answer, settled_at from human_tasks) t) as tasks,
        (select json_agg(json_build_array(k.id, k.revoked_at, k.ends_at) order by k.id) from api_keys k) as keys,
        (select json_agg(m order by m.person_id) from memberships m) as members,
        (select json_agg(q order by q.id) from queues q) as queues,
        (select json_agg(i order by i.id) from queue_items i) as items,
        (select json_agg(json_build_array(s.id, s.ended_at) order by s.id) from sessions s) as sessions,
        (select json_agg(i order by i.id) from invitations i) as invitations,
        (select json_agg(w order by w.id) from workspaces w) as workspaces`,
  );
}

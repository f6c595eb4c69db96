import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
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

interface ApiDescription {
  paths: Record<string, Record<string, { description: string; security: unknown[]; requestBody?: unknown }>>;
}

let fleet: Fleet;
let other: Keys;
let api: ApiDescription;
let own: Record<string, string>;

beforeAll(async () => {
  fleet = await startFleet();
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
  };
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** What a job asks, open. */
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
    Object.entries(methods).map(([method, { description }]) => ({
      method: method.toUpperCase(),
      path: path.replace(/^\/api\/v1/, ''),
      kind: /admin|robot|any|no/.exec(description)?.[0] ?? '',
    })),
  );
}

const bodies: Record<string, unknown> = {
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
  'POST /robots/{id}/commands': { command: 'pause' },
  'PUT /workflows/{id}/published': { version: 1 },
};

function ask(call: Call, { method, path }: { method: string; path: string }, id: string = randomUUID()) {
  const body = bodies[`${method} ${path}`] ?? (method === 'POST' || method === 'PUT' ? {} : undefined);
  return call<{ error?: { code: string; message: string; requestId: string } }>(
    method,
    path.replace('{id}', id).replace('{version}', '1'),
    body,
  );
}

test('there are routes of every kind', () => {
  const kinds = routes().map(({ kind }) => kind);
  for (const kind of ['admin', 'robot', 'any', 'no']) expect(kinds).toContain(kind);
  expect(routes().length).toBeGreaterThan(30);
});

test('every route refuses every key that is not good with the same words, and keys of the wrong kind', async () => {
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
  const expected: string[] = [];
  for (const route of routes()) {
    const label = `${route.method} ${route.path}`;
    for (const [name, key] of Object.entries(bad)) {
      const { status, body } = await ask(caller(fleet.url, key), route);
      seen.push(`${label} with a key that is ${name}: ${status}`);
      expected.push(`${label} with a key that is ${name}: ${route.kind === 'no' ? 200 : 401}`);
      if (status === 401) words.add(JSON.stringify({ ...body.error, requestId: '' }));
    }
    const wrongKind = route.kind === 'admin' ? fleet.robot : route.kind === 'robot' ? fleet.admin : undefined;
    if (!wrongKind) continue;
    seen.push(`${label} with a key of the wrong kind: ${(await ask(wrongKind, route)).body.error?.code}`);
    expected.push(`${label} with a key of the wrong kind: FORBIDDEN`);
  }
  expect(seen).toEqual(expected);
  expect(words.size).toBe(1);
});

describe('what belongs to another tenant', () => {
  test('answers as if it were not there, by every route with an id, and nothing changes', async () => {
    const strangers = { admin: caller(fleet.url, other.adminKey), robot: caller(fleet.url, other.robotKey) };
    const before = await snapshot();
    const foreign: unknown[] = [];
    const missing: unknown[] = [];
    for (const route of routes().filter(({ path }) => path.includes('{id}'))) {
      const call = strangers[route.kind as 'admin' | 'robot'];
      const label = `${route.method} ${route.path}`;
      const theirs = await ask(call, route, own[one(route.path.split('/').slice(1))]);
      const random = await ask(call, route);
      foreign.push([label, theirs.status, { ...theirs.body.error, requestId: '' }]);
      missing.push([label, 404, { ...random.body.error, requestId: '' }]);
    }
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign).toEqual(missing);
    expect(await snapshot()).toEqual(before);
  });

  test('stands in no list', async () => {
    const stranger = caller(fleet.url, other.adminKey);
    for (const path of ['/jobs', '/tasks', '/robots', '/workflows', '/events?since=0']) {
      const text = JSON.stringify((await stranger('GET', path)).body);
      for (const id of Object.values(own)) expect(text).not.toContain(id);
    }
    expect((await stranger('POST', '/jobs', { workflowId: own['workflows'] })).status).toBe(404);
  });
});

function snapshot() {
  return query(
    fleet,
    sql`
      select (select json_agg(j order by j.id) from jobs j) as jobs, (select json_agg(r order by r.id) from robots r) as robots,
        (select json_agg(w order by w.id) from workflows w) as workflows,
        (select json_agg(t order by t.id) from (select id, state, answer, settled_at from human_tasks) t) as tasks,
        (select json_agg(json_build_array(k.id, k.revoked_at) order by k.id) from api_keys k) as keys`,
  );
}

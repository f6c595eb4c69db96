import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTenant, type Answer, type Call, type Fleet, startFleet } from '../fleet.ts';
import { eachOf, fill, type Operation, readOperations } from './operations.ts';
import { sample } from './sample.ts';
import { below, seedTenant, type SeededTenant } from './seed-tenant.ts';

/** Stands in every text of the other tenant. */
const canary = 'CANARYofB7x';

let fleet: Fleet;
let owner: pg.Client;
let operations: Operation[];
let a: SeededTenant;
let b: SeededTenant;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 3600 } });
  owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();
  operations = await readOperations(fleet.url);
  a = await seedTenant(fleet.url, fleet.keys, operations, 'TextOfA', false);
  b = await seedTenant(fleet.url, await addTenant(fleet), operations, canary, true);
});
afterAll(async () => {
  await owner.end();
  await fleet[Symbol.asyncDispose]();
});

/** Everything of B, as the owner of the database sees it. */
async function stateOfB(): Promise<Record<string, string>> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute x on x.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and x.attname = 'tenant_id' order by 1`,
  );
  const state: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await owner.query<{ row: string }>(
      `select (to_jsonb(t) - array['seq', 'seal', 'last_used_at'])::text as row from ${name} t where tenant_id = $1 order by 1`,
      [b.tenantId],
    );
    state[name] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
  }
  return state;
}

const changing = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What an answer says, without what is of this request alone. */
function wordsOf({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body).replaceAll(changing, '*')}`;
}

/** The id in them is one that the robot makes up for its process. */
const notIds = ['/api/v1/robots/self-register', '/api/v1/watches/claim'];

const hasIds = (operation: Operation) =>
  operation.params.includes('id') ||
  (operation.body !== undefined && JSON.stringify(operation.body).includes('"uuid"'));

function send(call: Call, operation: Operation, id: string, small: boolean): Promise<Answer> {
  const path = below(fill(operation.path, (name) => (name === 'id' ? id : '1')));
  const body = operation.body && sample(operation.body, { id, text: 'TextOfA', small });
  return call(operation.method, path, body, { 'idempotency-key': randomUUID() });
}

test('the other tenant has something of every kind, so what follows is no empty word', async () => {
  const reads = operations.filter(
    ({ method, params, isClosed }) => method === 'GET' && params.join() === 'id' && isClosed,
  );
  const bare: string[] = [];
  for (const operation of reads) {
    const seen = await eachOf(
      b.ids,
      async (id) => (await b.admin('GET', below(fill(operation.path, () => id)))).status,
    );
    if (!seen.includes(200)) bare.push(operation.path);
  }
  expect(bare).toEqual([]);
  expect(reads.length).toBeGreaterThan(20);
});

test('no operation with an id of another tenant answers anything else than with an id of nothing', async () => {
  const before = await stateOfB();
  const differing: string[] = [];
  const faults = new Set<string>();
  let probes = 0;
  const probed = operations.filter(
    (operation) => operation.isClosed && !notIds.includes(operation.path) && hasIds(operation),
  );
  for (const operation of probed) {
    for (const [call, kind] of [
      [a.admin, 'admin'],
      [a.robot, 'robot'],
    ] as const) {
      for (const small of operation.body ? [true, false] : [true]) {
        const expected = wordsOf(await send(call, operation, randomUUID(), small));
        // Refused for the kind of key: the id is not even looked at.
        if (expected.startsWith('403')) continue;
        if (expected.startsWith('5')) faults.add(`${operation.method} ${operation.path} ${expected}`);
        const answers = await eachOf(b.ids, (id) => send(call, operation, id, small));
        probes += answers.length;
        for (const answer of answers) {
          const got = wordsOf(answer);
          if (got !== expected || JSON.stringify(answer.body).includes(canary))
            differing.push(`${kind} ${operation.method} ${operation.path}\n  ${got}\n  instead of ${expected}`);
        }
      }
    }
  }
  expect([...faults]).toEqual([]);
  expect([...new Set(differing)].slice(0, 20)).toEqual([]);
  expect(await stateOfB()).toEqual(before);
  expect(probes).toBeGreaterThan(2000);
}, 120_000);

test('no list and no event of one tenant shows a word of the other', async () => {
  const shown: string[] = [];
  for (const { method, path, params, isClosed } of operations) {
    if (method !== 'GET' || params.length > 0 || !isClosed) continue;
    for (const call of [a.admin, a.robot]) {
      const { body } = await call('GET', below(path).replace(/\/events$/, '/events?since=0'));
      const text = JSON.stringify(body);
      if (text.includes(canary) || text.includes(b.tenantId)) shown.push(path);
    }
  }
  expect(shown).toEqual([]);
});

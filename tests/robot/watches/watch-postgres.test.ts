import type { Trigger, TriggerInput } from '@casare/shared';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../orchestrator/fleet.ts';
import { createTrigger, deliveriesOf, jobsOf, publishWithInputs } from '../../orchestrator/triggers/trigger-bench.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startWatcher, type Watcher } from './watch-bench.ts';

let fleet: Fleet;
let theirs: TestDatabase;
let client: pg.Client;
let watcher: Watcher;

beforeAll(async () => {
  fleet = await startFleet({ timing: { leaseSeconds: 1, reapSeconds: 0.2 } });
  theirs = await createTestDatabase();
  client = new pg.Client({ connectionString: theirs.url });
  await client.connect();
  await client.query('create table outbox (id bigserial primary key, name text, amount int)');
  watcher = await startWatcher(fleet, 'database-1');
});
afterAll(async () => {
  await watcher.stop();
  await client.end();
  await theirs.drop();
  await fleet[Symbol.asyncDispose]();
});

type Settings = Extract<TriggerInput, { kind: 'database' }>['settings'];
async function create(id: string, more: Partial<Settings>): Promise<{ trigger: Trigger; workflowId: string }> {
  const workflowId = await publishWithInputs(fleet.admin, id);
  const url = new URL(theirs.url);
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'database',
    name: id,
    workflowId,
    settings: {
      host: url.hostname,
      port: Number(url.port),
      database: url.pathname.slice(1),
      user: url.username,
      tls: 'off',
      channel: id,
      ...more,
    },
    secrets: { password: decodeURIComponent(url.password) || 'none' },
  });
  return { trigger, workflowId };
}
const listens = (channel: string) =>
  waitFor(
    async () => {
      const { rows } = await client.query(`select 1 from pg_stat_activity where query like $1`, [`%${channel}%`]);
      return rows.length > 0;
    },
    { until: `somebody listens to ${channel}` },
  );
const names = async (workflowId: string) =>
  (await jobsOf(fleet.admin, workflowId)).map(({ input }) => input['name']).toReversed();

test('notifications become jobs', async () => {
  const { trigger, workflowId } = await create('orders_changed', {});
  await waitFor(async () => {
    const { rows } = await client.query("select 1 from pg_stat_activity where application_name = 'CasareRPA'");
    return rows.length > 0;
  });
  await listens('orders_changed');
  await client.query(`select pg_notify('orders_changed', '{"name":"Ada","amount":3}')`);
  await waitFor(async () => (await names(workflowId)).length === 1, { until: 'it is told' });
  await client.query(`notify orders_changed, 'plain'`);
  await waitFor(async () => (await names(workflowId)).length === 2, { until: 'both are told' });
  const jobs = (await jobsOf(fleet.admin, workflowId)).toReversed();
  expect(jobs[0]?.input).toMatchObject({ name: 'Ada', amount: 3 });
  expect(jobs[1]?.input['payload']).toMatchObject({ channel: 'orders_changed', text: 'plain', row: null });
  await fleet.admin('DELETE', `/triggers/${trigger.id}`);
});

test('with a query to catch up nothing is lost while nobody listens, and nothing comes twice', async () => {
  const add = (name: string) =>
    client.query(`with a as (insert into outbox (name, amount) values ($1, 1)) select pg_notify('outbox', '')`, [name]);
  await add('before');
  const { trigger, workflowId } = await create('outbox', {
    catchUp: 'select id, name, amount from outbox where id > coalesce($1::bigint, 0) order by id;',
  });
  await waitFor(async () => (await names(workflowId)).length === 1, { until: 'the row from before is told' });
  await add('one');
  await waitFor(async () => (await names(workflowId)).length === 2, { until: 'the row is told' });
  // The connection dies; then the robot does.
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'CasareRPA'`);
  await add('two');
  await watcher.stop();
  await add('three');
  watcher = await startWatcher(fleet, 'database-2');
  await waitFor(async () => (await names(workflowId)).length === 4, { until: 'all are told' });
  expect(await names(workflowId)).toEqual(['before', 'one', 'two', 'three']);
  expect(await deliveriesOf(fleet.admin, trigger.id)).toHaveLength(4);
});

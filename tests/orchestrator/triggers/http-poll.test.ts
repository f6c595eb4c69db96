import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trigger, TriggerInput } from '@casare/shared';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { acrossTenants } from '../../../orchestrator/db/transaction.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, query, startFleet } from '../fleet.ts';
import { createTrigger, jobsOf, publishWithInputs } from './trigger-bench.ts';

let fleet: Fleet;
let server: Server;
let url: string;
let workflowId: string;
let asked: IncomingMessage[] = [];
let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '' };

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    const etag = answer.headers?.['etag'];
    if (etag !== undefined && request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
  fleet = await startFleet({ timing: { reapSeconds: 0.05 }, egress: { allowed: ['127.0.0.1'] } });
});
afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
let n = 0;
beforeEach(async () => {
  asked = [];
  workflowId = await publishWithInputs(fleet.admin, `poll-${++n}`);
});

type Poll = Extract<TriggerInput, { kind: 'httpPoll' }>;
const create = async (settings: Partial<Poll['settings']>, more: Partial<Poll> = {}): Promise<Trigger> =>
  (
    await createTrigger(fleet.admin, {
      kind: 'httpPoll',
      name: 'Orders',
      workflowId,
      settings: { url, ...settings },
      ...more,
    })
  ).trigger;
const shown = async ({ id }: Trigger) => (await fleet.admin<Trigger>('GET', `/triggers/${id}`)).body;

/** Brings the next look forward, and waits until it is over. */
async function look({ id }: Trigger): Promise<void> {
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 1, onError: () => undefined });
  try {
    const before = asked.length;
    await acrossTenants(database.system, (db) =>
      db.query(sql`update triggers set next_look_at = clock_timestamp() where id = ${id}::uuid`),
    );
    await waitFor(() => asked.length > before, { until: 'it is asked' });
  } finally {
    await database.close();
  }
  await settled(id);
}

/** While it looks, the next look is a minute away at most; then it is as far as the settings say. */
function settled(id: string) {
  return waitFor(
    async () => {
      const [row] = await query<{ done: boolean }>(
        fleet,
        sql`
        select next_look_at is null or next_look_at > clock_timestamp() + interval '61 seconds' as done from triggers where id = ${id}::uuid`,
      );
      return row?.done;
    },
    { until: 'the look is over' },
  );
}
const items = (...ids: number[]) =>
  JSON.stringify({ orders: ids.map((id) => ({ id, name: `order ${id}`, amount: id })) });
const names = async () => (await jobsOf(fleet.admin, workflowId)).map(({ input }) => input['name']).toReversed();

test('new items become jobs, each once; those of the first look are only remembered', async () => {
  answer = { status: 200, body: items(1, 2) };
  const trigger = await create(
    { items: '${body.orders}', key: '${item.id}' },
    { secrets: { authorization: 'Bearer abc' } },
  );
  await waitFor(() => asked.length > 0, { until: 'it looks by itself' });
  await settled(trigger.id);
  expect(asked[0]?.headers.authorization).toBe('Bearer abc');
  expect(await names()).toEqual([]);
  answer = { status: 200, body: items(4, 3, 2, 1) };
  await look(trigger);
  expect(await names()).toEqual(['order 4', 'order 3']);
  answer = { status: 200, body: items(5, 4) };
  await look(trigger);
  answer = { status: 200, body: items(5, 1) };
  await look(trigger);
  expect(await names()).toEqual(['order 4', 'order 3', 'order 5']);
  expect(JSON.stringify(await shown(trigger))).not.toContain('abc');
});

test('the answer as a whole: every change, also back to what it was; nothing while it says that nothing changed', async () => {
  answer = { status: 200, body: '{"name":"a"}', headers: { etag: '"1"' } };
  const trigger = await create({ existing: 'report' });
  await waitFor(async () => (await names()).length === 1, { until: 'the first is told' });
  await settled(trigger.id);
  await look(trigger);
  expect(asked.at(-1)?.headers['if-none-match']).toBe('"1"');
  answer = { status: 200, body: '{"name":"b"}', headers: { etag: '"2"' } };
  await look(trigger);
  answer = { status: 200, body: '{"name":"a"}', headers: { etag: '"3"' } };
  await look(trigger);
  expect(await names()).toEqual(['a', 'b', 'a']);
});

test('after failures it waits longer and longer, then gives up with an event and the reason', async () => {
  answer = { status: 500, body: 'no' };
  const trigger = await create({ everySeconds: 300, giveUpAfter: 2 });
  await waitFor(async () => (await shown(trigger)).failures === 1, { until: 'it failed once' });
  const first = await shown(trigger);
  expect(first).toMatchObject({ enabled: true, lastError: { code: 'HTTP_FAILED' } });
  expect(Date.parse(first.nextLookAt ?? '') - Date.now()).toBeGreaterThan(400_000);
  await look(trigger);
  const given = await waitFor(async () => {
    const now = await shown(trigger);
    return now.enabled ? undefined : now;
  });
  expect(given.disabledReason).toContain('2 looks in a row have failed');
  const events = await query<{ type: string }>(
    fleet,
    sql`select type from events where subject_id = ${trigger.id}::uuid order by seq`,
  );
  expect(events.map(({ type }) => type)).toEqual(['trigger.created', 'trigger.changed', 'trigger.disabled']);
  answer = { status: 200, body: '{}' };
  await fleet.admin('PUT', `/triggers/${trigger.id}/enabled`, { enabled: true });
  await settled(trigger.id);
  expect(await shown(trigger)).toMatchObject({ failures: 0, lastError: null, disabledReason: null });
});

test('an address of our own network that is not listed is never asked', async () => {
  const trigger = await create({ url: url.replace('127.0.0.1', 'localhost') });
  const failed = await waitFor(async () => {
    const now = await shown(trigger);
    return now.lastError === null ? undefined : now;
  });
  expect(failed.lastError?.code).toBe('ADDRESS_REFUSED');
  expect(asked).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../orchestrator/db/database.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { rankClaims } from '../../../orchestrator/jobs/rank-claims.ts';
import { createWaitingClaims, type WaitingClaim } from '../../../orchestrator/jobs/waiting-claims.ts';
import { ageJob } from './age-job.ts';
import { type Fleet, one, publish, query, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
let database: Database;
let workflowId: string;
let workspaceId: string;
const robots: Record<string, TestRobot> = {};
const claims: WaitingClaim[] = [];

beforeAll(async () => {
  fleet = await startFleet();
  database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  workflowId = await publish(fleet.admin);
  for (const [name, cpuPercent, tags] of [
    ['busy', 90, ['fast']],
    ['warm', 70, ['fast', 'near']],
    ['calm', 5, []],
    ['full', 5, ['fast', 'near']],
  ] as const) {
    const robot = await register(fleet.robot, { name, tags, maxConcurrentJobs: 1 });
    const beat = {
      instanceId: robot.instanceId,
      state: 'idle',
      cpuPercent,
      memoryPercent: 1,
      diskFreeMb: 1000,
      jobs: [],
    };
    await fleet.robot('POST', '/robots/heartbeat', beat);
    robots[name] = robot;
  }
  await submit(fleet.admin, workflowId, { robotId: robots['full']?.id });
  await robots['full']?.claim();
  const rows = await query<{ workspace_id: string; key_id: string; instance_id: string }>(
    fleet,
    sql`select workspace_id, key_id, instance_id from robots order by registered_at`,
  );
  workspaceId = one(rows).workspace_id;
  claims.push(...rows.map((row) => ({ workspaceId, keyId: row.key_id, instanceId: row.instance_id })));
});
afterAll(async () => {
  await database.close();
  await fleet[Symbol.asyncDispose]();
});

/** The order in which those that wait are woken for a job like this. */
async function orderFor(more: Record<string, unknown>): Promise<string[]> {
  const job = await submit(fleet.admin, workflowId, more);
  const order = await rankClaims(database)(workspaceId, claims, 1);
  await fleet.admin('POST', `/jobs/${job.id}/cancel`, {});
  const nameOf = ({ instanceId }: WaitingClaim) =>
    Object.keys(robots).find((name) => robots[name]?.instanceId === instanceId) ?? '';
  return order.map(nameOf);
}

test('the load of robots decides: −50 above 80 % of the CPU, −25 above 60 %', async () => {
  expect(await orderFor({})).toEqual(['calm', 'warm', 'busy']);
});

test('each preferred tag outweighs some load: +20', async () => {
  expect(await orderFor({ preferredTags: ['fast', 'near'] })).toEqual(['warm', 'calm', 'busy']);
});

test('whoever has the state comes first however busy it is: +100', async () => {
  const affinity = { mode: 'soft', key: randomUUID() };
  await submit(fleet.admin, workflowId, { affinity, robotId: robots['busy']?.id });
  const claimed = one((await robots['busy']?.claim()) ?? []);
  await robots['busy']?.report(claimed, 'complete');
  // For 30 seconds it is the only one that may.
  expect(await orderFor({ affinity })).toEqual(['busy']);
  const old = await submit(fleet.admin, workflowId, { affinity });
  await ageJob(fleet.databaseUrl, old.id, 60);
  const order = await rankClaims(database)(workspaceId, claims, 1);
  expect(order.map(({ instanceId }) => instanceId === robots['busy']?.instanceId)).toEqual([true, false, false]);
  await fleet.admin('POST', `/jobs/${old.id}/cancel`, {});
});

test('nobody is woken for a job that nobody may take', async () => {
  expect(await orderFor({ requiredTags: ['nowhere'] })).toEqual([]);
});

test('the best of those that wait is woken first, then the next when that one took nothing', async () => {
  const order: WaitingClaim[] = [];
  const waiting = createWaitingClaims(() => Promise.resolve(order));
  const woken: string[] = [];
  const never = new AbortController().signal;
  const three = ['a', 'b', 'c'].map((instanceId) => ({ workspaceId: 'w', keyId: 'k', instanceId }));
  const rounds = three.map((claim) =>
    waiting.wait(claim, waiting.lastRound('w'), 5000, never).then((round) => {
      woken.push(claim.instanceId);
      return round;
    }),
  );
  waiting.wake('w', 1);
  await new Promise(setImmediate);
  // Nobody may take it.
  expect(woken).toEqual([]);
  order.push(...['b', 'c', 'a'].flatMap((name) => three.find(({ instanceId }) => instanceId === name) ?? []));
  waiting.wake('w', 1);
  const round = await rounds[1];
  expect(woken).toEqual(['b']);
  waiting.passOn('w', round ?? 0);
  await rounds[2];
  expect(woken).toEqual(['b', 'c']);
  waiting.passOn('w', round ?? 0);
  await rounds[0];
  expect(woken).toEqual(['b', 'c', 'a']);
});

test('when the order cannot be found, all are woken as they came', async () => {
  const waiting = createWaitingClaims(() => Promise.reject(new Error('no database')));
  const never = new AbortController().signal;
  const both = ['a', 'b'].map((instanceId) =>
    waiting.wait({ workspaceId: 'w', keyId: 'k', instanceId }, 0, 5000, never),
  );
  waiting.wake('w', 2);
  expect(await Promise.all(both)).toEqual([1, 1]);
});

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('a job that another claim is just taking is passed over: nobody waits for it, and nobody takes it a second time', async () => {
  const workflowId = await publish(fleet.admin);
  const robot = await register(fleet.robot);
  const first = await submit(fleet.admin, workflowId, { robotId: robot.id });
  const second = await submit(fleet.admin, workflowId, { robotId: robot.id });
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select id from jobs where id = $1 for update', [first.id]);
    expect(one(await robot.claim()).jobId).toBe(second.id);
    expect(await robot.claim()).toEqual([]);
    await client.query('commit');
    expect(one(await robot.claim()).jobId).toBe(first.id);
  } finally {
    await client.end();
  }
});

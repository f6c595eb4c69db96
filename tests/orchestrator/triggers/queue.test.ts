import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, register, startFleet, type TestRobot } from '../fleet.ts';
import { createTrigger, deliveriesOf, jobsOf, publishWithInputs, whenJobs } from './trigger-bench.ts';

let fleet: Fleet;
let second: Fleet;
let robot: TestRobot;
const timing = { reapSeconds: 0.05 };

beforeAll(async () => {
  fleet = await startFleet({ timing });
  second = await startFleet({ timing }, fleet);
  robot = await register(fleet.robot, { maxConcurrentJobs: 64 });
});
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

async function newQueue(name: string): Promise<string> {
  const { status, body } = await fleet.admin<{ id: string }>('POST', '/queues', { name });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}
async function add(queueId: string, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, n) => ({ content: { n } }));
  const { status, body } = await fleet.admin('POST', `/queues/${queueId}/items`, { items });
  if (status >= 300) throw new Error(JSON.stringify(body));
}

test('a queue with enough items starts as many jobs as may work at the same time, and again when they are done', async () => {
  const workflowId = await publishWithInputs(fleet.admin, 'performer');
  const queueId = await newQueue('Invoices');
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'queue',
    name: 'Invoices',
    workflowId,
    settings: { queueId, minItems: 3, maxJobs: 2 },
  });
  await add(queueId, 2);
  await add(queueId, 6);
  const first = await whenJobs(fleet.admin, workflowId, 2);
  expect(first[0]?.input['payload']).toMatchObject({ queueId, items: 8, jobs: 2 });
  for (const job of await robot.claim({ n: 10 })) await robot.report(job, 'complete', { output: {} });
  await whenJobs(fleet.admin, workflowId, 4);
  const deliveries = await deliveriesOf(fleet.admin, trigger.id);
  expect(deliveries.map(({ messageId }) => messageId)).toEqual(['queue:4', 'queue:3', 'queue:2', 'queue:1']);
  await fleet.admin('DELETE', `/triggers/${trigger.id}`);
});

test('an old item is enough, a paused queue is not', async () => {
  const workflowId = await publishWithInputs(fleet.admin, 'late');
  const queueId = await newQueue('Slow');
  await createTrigger(fleet.admin, {
    kind: 'queue',
    name: 'Slow',
    workflowId,
    settings: { queueId, minItems: 100, maxAgeSeconds: 1 },
  });
  await add(queueId, 1);
  expect(await jobsOf(fleet.admin, workflowId)).toEqual([]);
  const [job] = await waitFor(async () => {
    const jobs = await jobsOf(fleet.admin, workflowId);
    return jobs.length > 0 && jobs;
  });
  expect(job?.input['payload']).toMatchObject({ items: 1, oldestSeconds: 1 });
});

test('a trigger for a queue that is not there is refused', async () => {
  const workflowId = await publishWithInputs(fleet.admin, 'nothing');
  const settings = { queueId: workflowId };
  const { body } = await fleet.admin('POST', '/triggers', { kind: 'queue', name: 'x', workflowId, settings });
  expect(body).toMatchObject({ error: { code: 'NOT_FOUND' } });
});

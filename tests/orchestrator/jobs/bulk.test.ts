import { randomUUID } from 'node:crypto';
import type { BulkJobsReply, Job } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import {
  addTenant,
  caller,
  type Fleet,
  one,
  publish,
  query,
  register,
  startFleet,
  submit,
  type TestRobot,
} from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;
let robot: TestRobot;

beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publish(fleet.admin, {
    inputs: [
      { name: 'n', type: 'number', required: false },
      { name: 'pin', type: 'text', required: false, secret: true },
    ],
  } as object);
  robot = await register(fleet.robot, { maxConcurrentJobs: 128 });
});
afterAll(() => fleet[Symbol.asyncDispose]());

const error = { code: 'NODE_FAILED', message: 'the file is not there' };
const get = async (id: string) => (await fleet.admin<Job>('GET', `/jobs/${id}`)).body;

async function makeJobs(count: number, reference: string): Promise<Job[]> {
  const jobs = Array.from({ length: count }, (_, n) => ({ workflowId, reference, input: { n } }));
  return (await fleet.admin<{ jobs: Job[] }>('POST', '/jobs', { jobs })).body.jobs;
}

async function makeDeadLetters(count: number, reference: string): Promise<Job[]> {
  const jobs = await makeJobs(count, reference);
  const claimed = await robot.claim({ n: count });
  expect(claimed).toHaveLength(count);
  await Promise.all(claimed.map((job) => robot.report(job, 'fail', { error })));
  return jobs;
}

async function bulk(body: object): Promise<BulkJobsReply> {
  const answer = await fleet.admin<BulkJobsReply>('POST', '/jobs/bulk', body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

test('a count first, then the action in batches that go on where the last one ended; each batch is in the audit', async () => {
  const reference = randomUUID();
  await makeJobs(500, reference);
  const filter = { reference };
  const preview = await fleet.admin('POST', '/jobs/bulk/preview', { action: 'cancel', filter });
  expect(preview.body).toEqual({ count: 500, atLeast: false });
  const first = await bulk({ action: 'cancel', filter, limit: 300 });
  expect(first).toMatchObject({ done: 300, skipped: [], cursor: expect.any(String) as string });
  const rest = await bulk({ action: 'cancel', filter, cursor: first.cursor });
  expect(rest).toEqual({ done: 200, skipped: [], cursor: null });
  const { body } = await fleet.admin<{ items: Job[] }>('GET', `/jobs?search=${reference}&limit=500`);
  expect(new Set(body.items.map(({ state }) => state))).toEqual(new Set(['cancelled']));
  const entries = await query<{ n: number }>(
    fleet,
    sql`select count(*)::int as n from events where type = 'job.cancelled' and subject_id in (select id from jobs where reference = ${reference})`,
  );
  expect(one(entries).n).toBe(500);
  expect((await fleet.admin('POST', '/jobs/bulk', { action: 'cancel', filter, cursor: 'x' })).status).toBe(400);
});

test('dead letters stand together by what they died of, and go on, run anew or are deleted, all at once', async () => {
  const reference = randomUUID();
  const dead = await makeDeadLetters(6, reference);
  const groups = await fleet.admin('GET', '/dead-letters/groups');
  expect(groups.body).toMatchObject({
    groups: [{ workflowId, errorCode: 'NODE_FAILED', count: 6, message: 'the file is not there' }],
  });
  const list = await fleet.admin<{ items: Job[] }>('GET', '/dead-letters?errorCode=NODE_FAILED&limit=4');
  expect(list.body.items).toHaveLength(4);

  const [toRetry, toRequeue] = [dead.slice(0, 2), dead.slice(2, 4)];
  const idsOf = (jobs: readonly Job[]) => ({ ids: jobs.map(({ id }) => id), deadLetter: true });
  expect(await bulk({ action: 'retry', filter: idsOf(toRetry) })).toMatchObject({ done: 2 });
  expect(await bulk({ action: 'requeue', filter: idsOf(toRequeue), priority: 19 })).toMatchObject({ done: 2 });
  // A request that comes twice makes no second one.
  expect(await bulk({ action: 'requeue', filter: { ids: toRequeue.map(({ id }) => id) } })).toMatchObject({ done: 0 });
  const claimed = await robot.claim({ n: 100 });
  const jobs = await Promise.all(claimed.map(({ jobId }) => get(jobId)));
  expect(jobs.map(({ id, priority, routing, input }) => [id, priority, routing?.replayOf, input])).toEqual([
    ...toRequeue.map(({ id, input }, i) => [jobs[i]?.id, 19, id, input]),
    ...toRetry.map(({ id, input }) => [id, 10, null, input]),
  ]);
  expect(claimed.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2]);
  expect(await get(toRequeue[0]?.id ?? '')).toMatchObject({ state: 'failed', deadLetter: false });
  for (const job of claimed) await robot.report(job, 'complete');

  expect(await bulk({ action: 'purge', filter: { reference, deadLetter: true } })).toMatchObject({ done: 2 });
  expect((await fleet.admin('GET', `/jobs/${dead[5]?.id}`)).status).toBe(404);
  expect(await bulk({ action: 'purge', filter: { reference, state: ['pending', 'running'] } })).toMatchObject({
    done: 0,
  });
});

test('one is requeued with another version and priority, secrets included, and only once', async () => {
  const job = await submit(fleet.admin, workflowId, { input: { n: 7, pin: '4711' } });
  await robot.report(one(await robot.claim()), 'fail', { error });
  const answer = await fleet.admin<Job>('POST', `/jobs/${job.id}/requeue`, { priority: 3 });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ priority: 3, input: { n: 7, pin: '••••' }, routing: { replayOf: job.id } });
  const claimed = one(await robot.claim());
  expect(claimed).toMatchObject({ jobId: answer.body.id, input: { n: 7, pin: '4711' }, attempt: 1 });
  await robot.report(claimed, 'complete');
  const again = await fleet.admin('POST', `/jobs/${job.id}/requeue`, {});
  expect(again).toMatchObject({ status: 409, body: { error: { details: { jobId: answer.body.id } } } });
  expect((await fleet.admin('POST', `/jobs/${answer.body.id}/requeue`, {})).status).toBe(409);
  const other = await submit(fleet.admin, workflowId);
  await robot.report(one(await robot.claim()), 'fail', { error });
  expect((await fleet.admin('POST', `/jobs/${other.id}/requeue`, { version: 99 })).status).toBe(404);
});

test('a bulk action sees nothing of another tenant', async () => {
  const job = await submit(fleet.admin, workflowId);
  const stranger = caller(fleet.url, (await addTenant(fleet)).adminKey);
  for (const action of ['cancel', 'retry', 'requeue', 'purge']) {
    const body = { action, filter: { ids: [job.id] } };
    expect((await stranger('POST', '/jobs/bulk/preview', body)).body).toEqual({ count: 0, atLeast: false });
    expect((await stranger('POST', '/jobs/bulk', body)).body).toEqual({ done: 0, skipped: [], cursor: null });
  }
  expect((await get(job.id)).state).toBe('pending');
  await fleet.admin('POST', `/jobs/${job.id}/cancel`, {});
});

test('a thousand jobs with one Idempotency-Key are there once', async () => {
  const reference = randomUUID();
  const jobs = Array.from({ length: 1000 }, () => ({ workflowId, reference }));
  const headers = { 'idempotency-key': randomUUID() };
  const answers = [];
  for (let i = 0; i < 2; i++) answers.push(await fleet.admin<{ jobs: Job[] }>('POST', '/jobs', { jobs }, headers));
  expect(answers[1]?.body.jobs.map(({ id }) => id)).toEqual(answers[0]?.body.jobs.map(({ id }) => id));
  const preview = await fleet.admin('POST', '/jobs/bulk/preview', { action: 'cancel', filter: { reference } });
  expect(preview.body).toEqual({ count: 1000, atLeast: false });
  // A robot may hold more than a hundred.
  expect(await robot.claim({ n: 100 })).toHaveLength(100);
  const more = await robot.claim({ n: 100 });
  expect(more).toHaveLength(28);
  expect((await robot.beat(more)).status).toBe(200);
});

import { randomUUID } from 'node:crypto';
import type { Job, JobDependencies } from '@casare/shared';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;
let robot: TestRobot;

beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publish(fleet.admin);
});
beforeEach(async () => {
  robot = await register(fleet.robot, { maxConcurrentJobs: 128 });
});
afterAll(() => fleet[Symbol.asyncDispose]());

const get = async (id: string) => (await fleet.admin<Job>('GET', `/jobs/${id}`)).body;
const states = async (jobs: readonly Job[]) => Promise.all(jobs.map(async ({ id }) => (await get(id)).state));
const after = (...ids: string[]) => ids.map((jobId) => ({ jobId }));
const error = { code: 'NODE_FAILED', message: 'no' };

async function submitAll(jobs: readonly object[]): Promise<Job[]> {
  const { status, body } = await fleet.admin<{ jobs: Job[] }>('POST', '/jobs', {
    jobs: jobs.map((job) => ({ workflowId, ...job })),
  });
  if (status !== 201) throw new Error(`submit answered ${status}: ${JSON.stringify(body)}`);
  return body.jobs;
}

test('jobs of one submission run in the order of their dependencies, each when all it waits for have ended', async () => {
  const [first, second, join] = await submitAll([
    {},
    {},
    { after: [{ index: 0 }, { index: 1, on: 'end' }], priority: 20 },
  ]);
  expect(join?.routing?.waitsFor).toBe(2);
  const claimed = await robot.claim({ n: 10 });
  expect(claimed.map(({ jobId }) => jobId)).toEqual([first?.id, second?.id]);
  await robot.report(claimed[1] ?? one([]), 'fail', { error });
  expect(await robot.claim({ n: 10 })).toEqual([]);
  const waiting = robot.claim({ n: 10, waitSeconds: 20 });
  const told = performance.now();
  await robot.report(claimed[0] ?? one([]), 'complete');
  expect(one(await waiting).jobId).toBe(join?.id);
  // Woken by the end of what it waited for, not by the look at the queue once a second.
  expect(performance.now() - told).toBeLessThan(900);
  const { body } = await fleet.admin<JobDependencies>('GET', `/jobs/${join?.id}/dependencies`);
  expect(body.waitsFor).toEqual([
    { jobId: first?.id, workflowName: 'Invoices', state: 'completed', on: 'success', met: true },
    { jobId: second?.id, workflowName: 'Invoices', state: 'failed', on: 'end', met: true },
  ]);
  expect((await fleet.admin<JobDependencies>('GET', `/jobs/${first?.id}/dependencies`)).body.waiting).toHaveLength(1);
});

test('what was to run after a success ends when there is none, however long the chain, and waits again after a retry', async () => {
  const chain = await submitAll([{}, ...Array.from({ length: 60 }, (_, i) => ({ after: [{ index: i }] }))]);
  const [root, child] = chain as [Job, Job];
  const any = await submit(fleet.admin, workflowId, { after: [{ jobId: child.id, on: 'end' }] });
  const claimed = one(await robot.claim());
  await robot.report(claimed, 'fail', { error });
  expect(new Set(await states(chain.slice(1)))).toEqual(new Set(['cancelled']));
  const ended = await get(chain.at(-1)?.id ?? '');
  expect(ended.error).toMatchObject({ code: 'DEPENDENCY_FAILED', details: { jobId: root.id, state: 'failed' } });
  expect(one(await robot.claim()).jobId).toBe(any.id);

  expect(await fleet.admin('POST', `/jobs/${child.id}/retry`, {})).toMatchObject({
    status: 409,
    body: { error: { details: { jobId: root.id } } },
  });
  await fleet.admin('POST', `/jobs/${root.id}/retry`, {});
  expect(new Set(await states(chain))).toEqual(new Set(['pending']));
  for (const job of chain.slice(0, 3)) {
    const next = one(await robot.claim({ n: 10 }));
    expect(next.jobId).toBe(job.id);
    await robot.report(next, 'complete');
  }
  await fleet.admin('POST', `/jobs/${chain[3]?.id}/cancel`, {});
  expect(new Set(await states(chain.slice(4)))).toEqual(new Set(['cancelled']));
});

test('a dependency that has ended already counts, one that failed already is refused, and there can be no cycle', async () => {
  const done = await submit(fleet.admin, workflowId);
  await robot.report(one(await robot.claim()), 'complete');
  const next = await submit(fleet.admin, workflowId, { after: after(done.id, done.id) });
  expect(next.routing?.waitsFor).toBe(0);
  const claimed = one(await robot.claim());
  expect(claimed.jobId).toBe(next.id);
  await robot.report(claimed, 'fail', { error });
  const refused = (body: object) => fleet.admin('POST', '/jobs', body);
  expect(await refused({ workflowId, after: after(next.id) })).toMatchObject({ status: 409 });
  expect(await refused({ workflowId, after: after(randomUUID()) })).toMatchObject({ status: 404 });
  for (const index of [0, 1, 999])
    expect(await refused({ jobs: [{ workflowId, after: [{ index }] }, { workflowId }] })).toMatchObject({
      status: 400,
    });
  expect(await refused({ workflowId, after: [{ index: 0 }] })).toMatchObject({ status: 400 });
  const stranger = caller(fleet.url, (await addTenant(fleet)).adminKey);
  const theirs = await publish(stranger);
  expect(await stranger('POST', '/jobs', { workflowId: theirs, after: after(done.id) })).toMatchObject({ status: 404 });
  expect(await robot.claim({ n: 10 })).toEqual([]);
});

test('jobs that end while others are submitted behind them lose nobody', async () => {
  const first = await submitAll(Array.from({ length: 20 }, () => ({})));
  const claimed = await robot.claim({ n: 100 });
  expect(claimed).toHaveLength(20);
  const [behind] = await Promise.all([
    Promise.all(first.map(({ id }) => submit(fleet.admin, workflowId, { after: [{ jobId: id, on: 'end' }] }))),
    Promise.all(claimed.map((job) => robot.report(job, 'complete'))),
  ]);
  const got = await robot.claim({ n: 100 });
  expect(got.map(({ jobId }) => jobId).toSorted()).toEqual(behind.map(({ id }) => id).toSorted());
});

test('two dependencies that end at the same time let the job go exactly once', async () => {
  const pairs = await submitAll(
    Array.from({ length: 10 }, (_, i) => [{}, {}, { after: [{ index: 3 * i }, { index: 3 * i + 1 }] }]).flat(),
  );
  const claimed = await robot.claim({ n: 100 });
  expect(claimed).toHaveLength(20);
  await Promise.all(claimed.map((job) => robot.report(job, 'complete')));
  const got = await robot.claim({ n: 100 });
  expect(got.map(({ jobId }) => jobId)).toEqual(pairs.filter((_, i) => i % 3 === 2).map(({ id }) => id));
});

test('cancelling a job cancels what it has started, and that what it has started in turn', async () => {
  const parent = await submit(fleet.admin, workflowId);
  const start = async (job: { jobId: string; fence: number }) => {
    const { body } = await fleet.robot<{ jobId: string }>('POST', `/jobs/${job.jobId}/child-jobs`, {
      fence: job.fence,
      documentId: 'invoices',
    });
    return body.jobId;
  };
  const running = one(await robot.claim());
  const child = await start(running);
  const runningChild = one(await robot.claim());
  expect(runningChild.jobId).toBe(child);
  const grandchild = await start(runningChild);
  expect((await get(grandchild)).routing?.parentJobId).toBe(child);
  expect((await fleet.admin('POST', `/jobs/${parent.id}/cancel`, {})).body).toMatchObject({ cancelRequested: true });
  expect(await get(child)).toMatchObject({ state: 'running', cancelRequested: true });
  expect(await get(grandchild)).toMatchObject({ state: 'cancelled' });
  const beat = await robot.beat([running, runningChild]);
  expect((beat.body as { cancel: string[] }).cancel.toSorted()).toEqual([parent.id, child].toSorted());
  expect(await start(running).catch(() => 'refused')).toBeUndefined();
});

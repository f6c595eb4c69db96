import type { Job } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
let robot: TestRobot;
let job: { jobId: string; fence: number };
let parent: Job;
beforeAll(async () => {
  fleet = await startFleet();
  robot = await register(fleet.robot);
  await publish(fleet.admin, { id: 'child', name: 'Child', inputs: [{ name: 'n', type: 'number' }] });
  parent = await submit(fleet.admin, await publish(fleet.admin, { id: 'parent', name: 'Parent' }), { priority: 15 });
  job = one(await robot.claim());
});
afterAll(() => fleet[Symbol.asyncDispose]());

function ask(what: string, body: object, headers: Record<string, string> = {}) {
  return fleet.robot('POST', `/jobs/${job.jobId}/${what}`, { fence: job.fence, ...body }, headers);
}

test('a robot gets what is published for a job it holds: the newest, or the version it asks for', async () => {
  const { status, body } = await ask('called-workflow', { documentId: 'child' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ version: 1, contentHash: expect.any(String), document: { id: 'child', name: 'Child' } });
  await publish(fleet.admin, { id: 'child', name: 'Child 2', inputs: [{ name: 'n', type: 'number' }] });
  expect((await ask('called-workflow', { documentId: 'child' })).body).toMatchObject({ version: 2 });
  expect((await ask('called-workflow', { documentId: 'child', version: 1 })).body).toMatchObject({
    version: 1,
    document: { name: 'Child' },
  });
  for (const missing of [{ documentId: 'nowhere' }, { documentId: 'child', version: 99 }])
    expect(await ask('called-workflow', missing)).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
});

test('only under the lease of the job, and never of another tenant', async () => {
  for (const [what, body] of [
    ['called-workflow', { documentId: 'child' }],
    ['child-jobs', { documentId: 'child' }],
    ['child-job-state', { childId: job.jobId }],
  ] as const) {
    expect(await ask(what, { ...body, fence: job.fence + 1 })).toMatchObject({
      status: 409,
      body: { error: { code: 'STALE_LEASE' } },
    });
    const stranger = caller(fleet.url, (await addTenant(fleet)).robotKey);
    const path = `/jobs/${job.jobId}/${what}`;
    expect(await stranger('POST', path, { fence: job.fence, ...body })).toMatchObject({ status: 404 });
  }
});

test('a job starts another one once, however often the request comes and whatever lease it then has', async () => {
  const key = { 'idempotency-key': 'effect-1' };
  const started = await ask('child-jobs', { documentId: 'child', input: { n: 5 } }, key);
  expect(started.status).toBe(201);
  const { jobId } = started.body as { jobId: string };
  expect((await ask('child-jobs', { documentId: 'child', input: { n: 5 } }, key)).body).toEqual({ jobId });
  await robot.report(job, 'release', { reason: 'stopping' });
  const [again, child] = await robot.claim({ n: 2 });
  expect([again?.jobId, child?.jobId]).toEqual([job.jobId, jobId]);
  expect(again?.fence).not.toBe(job.fence);
  job = again as typeof job;
  expect((await ask('child-jobs', { documentId: 'child', input: { n: 5 } }, key)).body).toEqual({ jobId });
  expect(await ask('child-jobs', { documentId: 'child', input: { n: 6 } }, key)).toMatchObject({
    body: { error: { code: 'IDEMPOTENCY_MISMATCH' } },
  });
  const { body: shown } = await fleet.admin<Job>('GET', `/jobs/${jobId}`);
  expect(shown).toMatchObject({ priority: 15, input: { n: 5 }, reference: `started by job ${parent.id}` });

  expect((await ask('child-job-state', { childId: jobId })).body).toMatchObject({ state: 'running', output: null });
  await robot.report(child as typeof job, 'complete', { output: { done: true } });
  expect((await ask('child-job-state', { childId: jobId })).body).toEqual({
    state: 'completed',
    output: { done: true },
    error: null,
  });
});

test('inputs are checked, and a job sees only those it has started', async () => {
  expect(await ask('child-jobs', { documentId: 'child', input: { n: 'text' } })).toMatchObject({
    status: 422,
    body: { error: { code: 'INPUT_INVALID' } },
  });
  expect(await ask('child-job-state', { childId: job.jobId })).toMatchObject({ status: 404 });
});

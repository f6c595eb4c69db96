import type { FleetMetrics } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Fleet, one, publish, register, startFleet, submit, type TestRobot } from '../fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

const times = <Value>(n: number, make: (i: number) => Promise<Value>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

test('more first submissions at once than there are connections are all taken', async () => {
  const workflowId = await publish(fleet.admin, { id: 'cold' });
  const jobs = await times(60, (i) => submit(fleet.admin, workflowId, { reference: `cold ${i}` }));
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(60);
  const headers = (i: number) => ({ 'idempotency-key': `cold ${i}` });
  const second = await publish(fleet.admin, { id: 'cold-2' });
  const answers = await times(60, (i) => fleet.admin('POST', '/jobs', { workflowId: second }, headers(i)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  await Promise.all(
    [...jobs, ...answers.map(({ body }) => one(body['jobs'] as { id: string }[]))].map(({ id }) =>
      fleet.admin('POST', `/jobs/${id}/cancel`),
    ),
  );
});

test('what is written together keeps what belongs to each, and a request that is refused harms no other', async () => {
  const workflowId = await publish(fleet.admin, { id: 'mixed', inputs: [{ name: 'n', type: 'any' }] } as never);
  const answers = await times(40, (i): Promise<Answer> => {
    const wanted = i % 10 === 3 ? crypto.randomUUID() : workflowId;
    // NUL can be sent as JSON and not be stored.
    const input = { n: i % 10 === 7 ? 'a\u0000b' : i };
    return fleet.admin('POST', '/jobs', { workflowId: wanted, input, priority: i % 20, reference: `mixed ${i}` });
  });
  for (const [i, { status, body }] of answers.entries()) {
    expect(status).toBe(i % 10 === 3 ? 404 : i % 10 === 7 ? 400 : 201);
    if (status !== 201) continue;
    const job = one(body['jobs'] as { id: string }[]);
    const stored = await fleet.admin('GET', `/jobs/${job.id}`);
    expect(stored.body).toEqual(job);
    expect(stored.body).toMatchObject({ reference: `mixed ${i}`, priority: i % 20, input: { n: i } });
    await fleet.admin('POST', `/jobs/${job.id}/cancel`);
  }
});

test('robots that ask at once get only jobs they may take, the first ones first, and none is left while one could take it', async () => {
  const workflowId = await publish(fleet.admin, { id: 'unlike' });
  const plain = await times(4, () => register(fleet.robot));
  const tagged = await times(4, () => register(fleet.robot, { tags: ['gpu'] }));
  for (let round = 0; round < 10; round++) {
    const target = plain[round % 4];
    const jobs = [
      ...(await times(3, () => submit(fleet.admin, workflowId, { requiredTags: ['gpu'], priority: 15 }))),
      await submit(fleet.admin, workflowId, { robotId: target?.id, priority: 12 }),
      ...(await times(4, () => submit(fleet.admin, workflowId))),
    ];
    const robots = [...plain, ...tagged];
    const claims = await Promise.all(robots.map((robot) => robot.claim()));
    const holder = new Map(claims.flatMap((got, i) => got.map(({ jobId }) => [jobId, robots[i]] as const)));
    expect(claims.every((got) => got.length <= 1)).toBe(true);
    for (const { id } of jobs.slice(0, 3)) expect(tagged).toContain(holder.get(id));
    expect(holder.get(jobs[3]?.id ?? '')).toBe(target);
    expect([...holder.keys()].toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    const ends = await Promise.all(
      claims.flatMap((got, i) => got.map((job) => (robots[i] as TestRobot).report(job, 'complete', { output: i }))),
    );
    expect(ends.map(({ body }) => body)).toEqual(ends.map(() => ({ state: 'completed', duplicate: false })));
  }
});

test('a robot that asks twice at once gets no more than it may run; the same claim twice gets the same job', async () => {
  const workflowId = await publish(fleet.admin, { id: 'twice' });
  const jobs = await times(4, () => submit(fleet.admin, workflowId));
  const robot = await register(fleet.robot, { maxConcurrentJobs: 1 });
  const claimKey = crypto.randomUUID();
  const claims = await Promise.all([
    robot.claim({ claimKey }),
    robot.claim({ claimKey }),
    robot.claim(),
    robot.claim(),
  ]);
  const got = new Set(claims.flat().map(({ jobId }) => jobId));
  expect(got.size).toBe(1);
  const [job] = claims.flat();
  const ends = await times(3, () => robot.report(job as never, 'complete'));
  expect(ends.filter(({ body }) => body['duplicate'] === false)).toHaveLength(1);
  expect(ends.filter(({ body }) => body['duplicate'] === true)).toHaveLength(2);
  await Promise.all(jobs.map(({ id }) => fleet.admin('POST', `/jobs/${id}/cancel`)));
});

test('the minute that is not over shows how many jobs wait now', async () => {
  const workflowId = await publish(fleet.admin, { id: 'minute' });
  const read = async () => (await fleet.admin<FleetMetrics>('GET', '/metrics/fleet')).body;
  const before = await read();
  const jobs = await times(3, () => submit(fleet.admin, workflowId));
  const after = await read();
  expect(after.jobs.pending).toBe(before.jobs.pending + 3);
  expect(after.lastHour.at(-1)?.pending).toBe(after.jobs.pending);
  expect(after.lastHour).toHaveLength(60);
  await Promise.all(jobs.map(({ id }) => fleet.admin('POST', `/jobs/${id}/cancel`)));
});

test('journal rows keep their shape checks, hold any JSON, and none that is nested without end', async () => {
  const workflowId = await publish(fleet.admin, { id: 'rows' });
  const robot = await register(fleet.robot);
  await submit(fleet.admin, workflowId, { robotId: robot.id });
  const job = one(await robot.claim());
  const row = { seq: 1, kind: 'finished', path: 'a', nodeId: 'a', at: 1 };
  const deep = JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`) as unknown;
  for (const wrong of [{ output: deep }, { vars: { a: deep } }, { vars: [] }, { extra: 1 }, { error: { code: 'NO' } }])
    expect((await robot.report(job, 'progress', { steps: [{ ...row, ...wrong }] })).status).toBe(400);
  expect((await robot.report(job, 'complete', { output: deep })).status).toBe(400);
  expect((await robot.report(job, 'complete', { output: undefined })).status).toBe(400);
  const values = { output: { list: [1, 'two', null, { three: [] }] }, vars: { x: false }, data: 'text' };
  expect((await robot.report(job, 'progress', { steps: [{ ...row, ...values }] })).status).toBe(200);
  const { body } = await fleet.admin<{ steps: unknown[] }>('GET', `/jobs/${job.jobId}/steps`);
  expect(body.steps).toEqual([{ ...row, ...values }]);
});

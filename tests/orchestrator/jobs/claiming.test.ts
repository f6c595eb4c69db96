import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { type Fleet, one, publish, query, register, startFleet, submit } from '../fleet.ts';

let first: Fleet;
let second: Fleet;
let workflowId: string;

// Two instances over one database, as in production.
beforeAll(async () => {
  first = await startFleet();
  second = await startFleet({}, first);
  workflowId = await publish(first.admin);
});
afterAll(async () => {
  await second.orchestrator.stop();
  await first[Symbol.asyncDispose]();
});

test('twenty robots at two instances run two hundred jobs, each exactly once', async () => {
  const jobs = Array.from({ length: 200 }, (_, i) => ({ workflowId, reference: `exactly ${i}`, priority: i % 3 }));
  const { body } = await first.admin<{ jobs: { id: string }[] }>('POST', '/jobs', { jobs });
  const claimed: string[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const robot = await register(i % 2 ? first.robot : second.robot);
      for (;;) {
        const got = await robot.claim({ n: 1 + (i % 3) });
        if (got.length === 0) return;
        for (const job of got) {
          claimed.push(job.jobId);
          expect((await robot.report(job, 'complete')).body).toEqual({ state: 'completed', duplicate: false });
        }
      }
    }),
  );
  expect(claimed.toSorted()).toEqual(body.jobs.map(({ id }) => id).toSorted());
  const rows = await query<{ type: string; n: number }>(
    first,
    sql`select type, count(*)::int as n from events where type like 'job.%' group by type order by type`,
  );
  expect(rows).toEqual([
    { type: 'job.claimed', n: 200 },
    { type: 'job.completed', n: 200 },
    { type: 'job.created', n: 200 },
  ]);
});

test('a waiting claim gets a job that is submitted at the other instance', async () => {
  const robot = await register(first.robot);
  const claim = robot.claim({ waitSeconds: 20 });
  const started = performance.now();
  const job = await submit(second.admin, workflowId, { robotId: robot.id });
  expect(one(await claim).jobId).toBe(job.id);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('of waiting robots the one that may take the job gets it, whoever was asked first', async () => {
  const robots = await Promise.all(Array.from({ length: 5 }, (_, i) => register(first.robot, { tags: [`line ${i}`] })));
  const gone = new AbortController();
  const claims = robots.map(({ instanceId }) =>
    fetch(`${first.url}/api/v1/jobs/claim`, {
      method: 'POST',
      headers: { 'x-api-key': first.keys.robotKey, 'content-type': 'application/json' },
      body: JSON.stringify({ claimKey: randomUUID(), instanceId, waitSeconds: 20 }),
      signal: gone.signal,
    }).then((response) => response.json() as Promise<{ jobs: { jobId: string }[] }>),
  );
  const others = claims.filter((_, i) => i !== 3).map((claim) => claim.catch(() => 'waited'));
  const job = await submit(first.admin, workflowId, { requiredTags: ['line 3'] });
  expect((await claims[3])?.jobs.map(({ jobId }) => jobId)).toEqual([job.id]);
  gone.abort();
  expect(await Promise.all(others)).toEqual(['waited', 'waited', 'waited', 'waited']);
});

test('an Idempotency-Key makes a repeated submit harmless, also when both come at once and at two instances', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const body = { workflowId, reference: 'only once' };
  const answers = await Promise.all(
    [first, second, first].map(({ admin }) => admin<{ jobs: { id: string }[] }>('POST', '/jobs', body, headers)),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map((answer) => one(answer.body.jobs).id)).size).toBe(1);
  const rows = await query(first, sql`select id from jobs where reference = 'only once'`);
  expect(rows).toHaveLength(1);
  const other = await first.admin('POST', '/jobs', { ...body, priority: 3 }, headers);
  expect(other).toMatchObject({ status: 422, body: { error: { code: 'IDEMPOTENCY_MISMATCH' } } });
});

test('one wrong job of many means that none is submitted', async () => {
  const jobs = [
    { workflowId, reference: 'all or nothing' },
    { workflowId: randomUUID(), reference: 'all or nothing' },
  ];
  expect((await first.admin('POST', '/jobs', { jobs })).status).toBe(404);
  expect(await query(first, sql`select id from jobs where reference = 'all or nothing'`)).toEqual([]);
});

import type { ActivityItem, Analytics, Job, JobFigures } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../orchestrator/db/database.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { pruneOldRows } from '../../../orchestrator/maintenance/prune.ts';
import { timesOf } from '../../../orchestrator/metrics/histogram.ts';
import { rollUpJobs } from '../../../orchestrator/metrics/roll-up.ts';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
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
let database: Database;
let workflowId: string;
let robot: TestRobot;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 0.1 } });
  database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  workflowId = await publish(fleet.admin);
  robot = await register(fleet.robot);
});
afterAll(async () => {
  await database.close();
  await fleet[Symbol.asyncDispose]();
});

const read = async (more = '') => (await fleet.admin<Analytics>('GET', `/metrics/analytics?days=1${more}`)).body;

/** Jobs that a robot brings to their end. */
async function end(how: 'complete' | 'fail', n = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < n; i++) {
    const { id } = await submit(fleet.admin, workflowId, { robotId: robot.id });
    const job = one(await robot.claim());
    const error = { code: 'HTTP_FAILED', message: 'The server answered 500.' };
    await robot.report(job, 'progress', {
      steps: [
        {
          seq: 1,
          kind: 'finished',
          path: 'start',
          nodeId: 'start',
          at: 1,
          durationMs: 40,
          output: { healed: { tier: 1, score: 1 } },
        },
      ],
    });
    await robot.report(job, how, { lastStepSeq: 1, ...(how === 'fail' && { error }) });
    ids.push(id);
  }
  return ids;
}

async function counted(total: number): Promise<Analytics> {
  return waitFor(
    async () => {
      const analytics = await read();
      const { completed, failed, cancelled } = analytics.totals;
      return completed + failed + cancelled >= total && analytics;
    },
    { until: `${total} ends are counted` },
  );
}

describe('figures', () => {
  test('count every end once, with times, errors, robots and what a person is spared', async () => {
    await end('complete', 4);
    await end('fail');
    const { id } = await submit(fleet.admin, workflowId);
    await fleet.admin('POST', `/jobs/${id}/cancel`);
    await fleet.admin('PUT', `/workflows/${workflowId}/manual-minutes`, { minutes: 30 });
    const analytics = await counted(6);
    expect(analytics.totals).toMatchObject({
      completed: 4,
      failed: 1,
      cancelled: 1,
      successRate: 0.8,
      healed: 5,
      hoursSaved: 2,
    });
    expect(analytics.totals.duration.p50).toBeGreaterThan(0);
    expect(analytics.grain).toBe('hour');
    expect(analytics.series).toHaveLength(24);
    expect(analytics.series.reduce((n, { completed }) => n + completed, 0)).toBe(4);
    expect(analytics.errors).toEqual([{ code: 'HTTP_FAILED', count: 1, workflows: 1 }]);
    expect(one(analytics.workflows)).toMatchObject({ workflowId, name: 'Invoices', manualMinutes: 30, completed: 4 });
    const robots = await fleet.admin<{ robots: unknown[] }>('GET', '/metrics/robots');
    expect(one(robots.body.robots)).toMatchObject({ robotId: robot.id, completed: 4, failed: 1, cancelled: 0 });
    const own = await fleet.admin<{ series: { completed: number }[] }>('GET', `/metrics/robots/${robot.id}?days=7`);
    expect(own.body.series.map(({ completed }) => completed)).toEqual([0, 0, 0, 0, 0, 0, 4]);
    const days = (await fleet.admin<Analytics>('GET', '/metrics/analytics?days=30')).body;
    expect([days.grain, days.series.length, days.totals.completed]).toEqual(['day', 30, 4]);
  });

  test('of a job say how long it waited and ran, and which steps took longest', async () => {
    const [id] = await end('complete');
    const { body } = await fleet.admin<JobFigures>('GET', `/metrics/jobs/${id}`);
    expect(body).toMatchObject({
      state: 'completed',
      attempts: 1,
      steps: 1,
      slowest: [{ path: 'start', durationMs: 40 }],
    });
    expect(body.ranMs).toBeGreaterThan(0);
    await counted(7);
  });

  test('are the same when many count at the same time, and after they were counted again', async () => {
    const before = (await counted(7)).totals;
    await end('complete', 6);
    await Promise.all(Array.from({ length: 5 }, () => rollUpJobs({ database })));
    const after = await counted(13);
    expect(after.totals).toMatchObject({
      ...before,
      completed: before.completed + 6,
      successRate: 11 / 12,
      healed: 12,
      hoursSaved: 5.5,
      duration: {},
      waiting: {},
    });
    const looked = performance.now();
    await waitFor(() => performance.now() - looked > 300, { until: 'the leader has looked again' });
    expect((await read()).totals).toEqual(after.totals);
    await runOn(fleet.databaseUrl, 'update analytics_counts set completed = 99; delete from analytics_times');
    const rebuilt = await fleet.admin<{ jobs: number }>('POST', '/metrics/analytics/rebuild');
    expect(rebuilt.body.jobs).toBe(13);
    expect(await read()).toMatchObject({ totals: after.totals, errors: after.errors });
  });

  test('of another tenant are nobody’s business', async () => {
    const stranger = caller(fleet.url, (await addTenant(fleet)).adminKey);
    expect((await stranger<Analytics>('GET', '/metrics/analytics')).body).toMatchObject({
      totals: { completed: 0 },
      workflows: [],
    });
    expect((await stranger('GET', `/metrics/robots/${robot.id}`)).status).toBe(404);
    expect((await stranger('PUT', `/workflows/${workflowId}/manual-minutes`, { minutes: 1 })).status).toBe(404);
    expect((await stranger<{ items: unknown[] }>('GET', '/activity?type=job')).body.items).toEqual([]);
  });
});

test('a percentile is off by less than 5 %, also of buckets that were added up', () => {
  let seed = 42;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const times = Array.from({ length: 20_000 }, () => Math.exp(random() * 14) + 1).toSorted((a, b) => a - b);
  const buckets = times.map((ms) => ({ bucket: Math.floor(Math.log(ms) / Math.log(1.1)), n: 1 }));
  const { p50, p90, p99 } = timesOf(buckets);
  for (const [share, found] of [
    [0.5, p50],
    [0.9, p90],
    [0.99, p99],
  ] as const) {
    const exact = times[Math.ceil(times.length * share) - 1] ?? 0;
    expect(Math.abs((found ?? 0) / exact - 1)).toBeLessThan(0.05);
  }
});

describe('activity', () => {
  test('tells in words what happened, newest first, by kind and from a time on', async () => {
    const [failed] = await end('fail');
    const { body } = await fleet.admin<{ items: ActivityItem[]; nextCursor: string }>(
      'GET',
      '/activity?type=job&limit=3',
    );
    expect(body.items.map(({ sentence }) => sentence)).toEqual([
      'Job "Invoices" became a dead letter.',
      expect.stringMatching(/^Job "Invoices" failed on robot \w+: The server answered 500\.$/),
      expect.stringMatching(/^Job "Invoices" started on robot \w+\.$/),
    ]);
    expect(body.items[0]).toMatchObject({ kind: 'job', subjectId: failed, type: 'job.dead_lettered' });
    const older = await fleet.admin<{ items: ActivityItem[] }>(
      'GET',
      `/activity?type=job&limit=3&cursor=${body.nextCursor}`,
    );
    expect(older.body.items[0]?.seq).toBeLessThan(body.items.at(-1)?.seq ?? 0);
    const since = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    expect((await fleet.admin<{ items: unknown[] }>('GET', `/activity?since=${since}`)).body.items).toEqual([]);
    expect((await fleet.admin('GET', '/activity?type=nonsense')).status).toBe(400);
  });
});

describe('retention', () => {
  /** Jobs as they would be after a long time, written in one go. */
  async function oldJobs(n: number, more = ''): Promise<void> {
    await runOn(
      fleet.databaseUrl,
      `with j as (
         insert into jobs (tenant_id, workspace_id, workflow_id, workflow_name, workflow_version, content_hash, state, finished_at,
           started_at, last_step_seq, last_log_seq, dead_letter)
         select tenant_id, workspace_id, workflow_id, workflow_name, workflow_version, content_hash, 'completed',
           now() - interval '31 days', now() - interval '31 days', 2, 1, false
         from jobs, generate_series(1, ${n}) where id = (select id from jobs where state = 'completed' limit 1)
         returning tenant_id, id
       ), s as (
         insert into job_steps (tenant_id, job_id, seq, row) select tenant_id, id, g, '{}' from j, generate_series(1, 2) g
       )
       insert into job_logs (tenant_id, job_id, seq, level, row) select tenant_id, id, 1, 'info', '{}' from j; ${more}`,
    );
  }

  test('takes a large backlog in batches, can be broken off and taken up, and tells per workspace what it deleted', async () => {
    await oldJobs(6000);
    const [dead] = await end('fail');
    await runOn(fleet.databaseUrl, `update jobs set finished_at = now() - interval '90 days' where id = '${dead}'`);
    const stop = new AbortController();
    let batches = 0;
    await pruneOldRows(database, 30, stop.signal, () => {
      if (++batches === 3) stop.abort();
    });
    const left = async () =>
      one(
        await query<{ n: number }>(
          fleet,
          sql`select count(*)::int as n from jobs where finished_at < now() - interval '30 days'`,
        ),
      ).n;
    expect(await left()).toBe(4501);
    const figures = (await read()).totals;
    await pruneOldRows(database, 30, new AbortController().signal);
    expect(await left()).toBe(1);
    expect((await fleet.admin<Job>('GET', `/jobs/${dead}`)).body.deadLetter).toBe(true);
    expect(
      one(await query<{ n: number }>(fleet, sql`select count(*)::int as n from job_steps where row::text = '{}'`)).n,
    ).toBe(0);
    const told = await query<{ data: { jobs: number; steps: number; log_lines: number } }>(
      fleet,
      sql`select data from events where type = 'retention.pruned' order by seq`,
    );
    expect(told.map(({ data }) => [data.jobs, data.steps, data.log_lines])).toEqual([
      [1500, 3000, 1500],
      [4500, 9000, 4500],
    ]);
    // Figures outlive the jobs.
    expect((await read()).totals.completed).toBe(figures.completed);
    const feed = await fleet.admin<{ items: ActivityItem[] }>('GET', '/activity?type=retention');
    expect(feed.body.items[0]?.sentence).toBe('Old rows were deleted: 4500 jobs, 9000 steps, 4500 log lines.');
  });

  test('of a workspace can be longer than that of the server', async () => {
    await oldJobs(3, 'update workspaces set retention_days = 60');
    await pruneOldRows(database, 30, new AbortController().signal);
    const [kept] = await query<{ n: number }>(
      fleet,
      sql`select count(*)::int as n from jobs where finished_at between now() - interval '40 days' and now() - interval '30 days'`,
    );
    expect(kept?.n).toBe(3);
  });
});

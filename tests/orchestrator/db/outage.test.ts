import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** Every connection of the orchestrator is cut, as by a restart of the database or a failover. */
async function cutConnections(): Promise<number> {
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and application_name like 'casare %'`,
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

test('the orchestrator outlives the loss of all its connections and goes on by itself', async () => {
  const workflowId = await publish(fleet.admin);
  const robot = await register(fleet.robot);
  // The cut may meet it while it looks into the queue; then it is told to try again, and does as robots do.
  const claimKey = crypto.randomUUID();
  const waiting = waitFor(() => robot.claim({ claimKey, waitSeconds: 25 }), {
    until: 'it gets a job',
    timeoutMs: 30_000,
  });
  expect(await cutConnections()).toBeGreaterThan(2);
  await waitFor(async () => (await fleet.admin('GET', '/health/ready')).status === 200, { until: 'it is ready again' });
  const job = await waitFor(() => submit(fleet.admin, workflowId, { robotId: robot.id }), {
    until: 'jobs are taken again',
  });
  expect(one(await waiting).jobId).toBe(job.id);
  const listening = async () => {
    const client = new pg.Client({ connectionString: fleet.databaseUrl });
    await client.connect();
    const { rowCount } = await client.query(
      "select from pg_stat_activity where application_name = 'casare listen' and datname = current_database()",
    );
    await client.end();
    return rowCount === 1;
  };
  await waitFor(listening, { until: 'it listens again' });
});

test('connections cut again and again under load lose no accepted job and end none twice', async () => {
  const workflowId = await publish(fleet.admin);
  const robot = await register(fleet.robot, { maxConcurrentJobs: 50 });
  const accepted: string[] = [];
  const completed = new Map<string, number>();
  let submitting = true;
  const cutting = (async () => {
    for (let i = 0; i < 6; i++) {
      const before = accepted.length;
      await waitFor(() => accepted.length >= before + 8 || !submitting, { until: 'some jobs came' });
      await cutConnections();
    }
  })();
  const submitter = (async () => {
    for (let i = 0; i < 60; i++) {
      const key = `outage-${i}`;
      const answer = await waitFor(
        async () => {
          const reply = await fleet.admin<{ jobs: { id: string }[] }>(
            'POST',
            '/jobs',
            { workflowId, robotId: robot.id },
            { 'idempotency-key': key },
          );
          return reply.status === 201 ? reply : undefined;
        },
        { until: 'the job is accepted' },
      );
      accepted.push(one(answer.body.jobs).id);
    }
    submitting = false;
  })();
  const runner = (async () => {
    while (submitting || completed.size < accepted.length) {
      const claimKey = crypto.randomUUID();
      const jobs = await waitFor(async () => [await robot.claim({ claimKey, n: 5 })], { until: 'a claim is answered' });
      for (const job of jobs.flat()) {
        const answer = await waitFor(
          async () => {
            const reply = await robot.report(job, 'complete');
            return reply.status === 503 ? undefined : reply;
          },
          { until: 'the end is accepted' },
        );
        expect(answer.body).toMatchObject({ state: 'completed' });
        completed.set(job.jobId, (completed.get(job.jobId) ?? 0) + 1);
      }
    }
  })();
  await Promise.all([cutting, submitter, runner]);
  expect([...completed.keys()].toSorted()).toEqual(accepted.toSorted());
  expect([...completed.values()].every((times) => times === 1)).toBe(true);
});

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { waitFor } from '../../support/wait-for.ts';
import { expectThat } from '../harness/fault.ts';
import { underHarm } from '../harness/under-harm.ts';

export const databaseCrashes = underHarm(
  { name: 'postgres-crashes', tier: 'nightly', covers: ['P1', 'D3'] },
  { orchestrators: 2, leaseSeconds: 12, maxJobs: 3 },
  async ({ cluster, submit, completed, kills, options }) => {
    const crashes = 10;
    let longest = 0;
    for (let i = 0; i < crashes; i++) {
      await submit(3);
      const how = i % 2 === 0 ? 'immediate' : 'kill';
      await cluster.postgres.crash(how);
      kills.add('PostgreSQL', how);
      await cluster.postgres.start();
      const back = performance.now();
      await waitFor(
        async () => {
          const answers = await Promise.all(
            cluster.orchestrators.map(({ port }) => fetch(`http://127.0.0.1:${port}/health/ready`)),
          );
          return answers.every(({ ok }) => ok);
        },
        { until: 'both orchestrators are ready', timeoutMs: 30_000 },
      );
      const seconds = (performance.now() - back) / 1000;
      longest = Math.max(longest, seconds);
      options.log(`crash ${i + 1} (${how}): ready after ${seconds.toFixed(1)} s, ${await completed()} jobs done`);
    }
    return {
      violations: expectThat(longest <= 10, `ready ${longest} s after PostgreSQL was back, promised are 10`),
      figures: { crashes, longestUntilReadySeconds: Math.round(longest * 10) / 10 },
    };
  },
);

export const commitAnswersLost = underHarm(
  { name: 'commit-answers-lost', tier: 'every', covers: ['P4', 'O1', 'O2'] },
  { orchestrators: 1, leaseSeconds: 10, maxJobs: 3, databaseWire: true },
  async ({ cluster, submit, completed }) => {
    const random = cluster.random.fork('commits');
    let cut = 0;
    let statements = 0;
    // "C" is the end of a statement that changed something: it is done, and nobody hears of it.
    cluster.databaseWire.watchAnswers((bytes) => {
      const changed = /(UPDATE|INSERT|SELECT) [1-9]\d*\0/.test(bytes.toString('latin1')) || bytes.includes('COMMIT\0');
      if (!changed) return 'pass';
      statements++;
      if (!random.chance(0.03)) return 'pass';
      cut++;
      return 'drop and cut';
    });
    await submit(14);
    await waitFor(async () => (await completed()) >= 12, { until: 'most jobs have ended', timeoutMs: 120_000 });
    cluster.databaseWire.watchAnswers(undefined);
    return {
      violations: expectThat(cut > 0, 'no answer was lost'),
      figures: { answers: statements, answersLost: cut },
    };
  },
);

export const backendsKilled = underHarm(
  { name: 'backends-killed', tier: 'nightly', covers: ['P1', 'P4', 'P5'] },
  { orchestrators: 2, leaseSeconds: 10, maxJobs: 3 },
  async ({ cluster, submit, completed }) => {
    let ended = 0;
    const random = cluster.random.fork('backends');
    for (let round = 0; round < 8; round++) {
      await submit(3);
      for (let i = 0; i < 6; i++) {
        await sleep(random.int(20, 200));
        const rows = await cluster.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name like 'casare %' and pid <> pg_backend_pid() and random() < 0.4`,
        );
        ended += rows.length;
      }
    }
    await waitFor(async () => (await completed()) >= 20, { until: 'most jobs have ended', timeoutMs: 120_000 });
    return {
      violations: expectThat(ended > 20, `only ${ended} backends were ended`),
      figures: { backendsKilled: ended },
    };
  },
);

export const outageGrace = underHarm(
  { name: 'all-leases-in-one-outage', tier: 'nightly', covers: ['O11', 'D20'] },
  { orchestrators: 2, leaseSeconds: 4, maxJobs: 2 },
  async ({ cluster, submit }) => {
    cluster.ledger.delay(700);
    await submit(4);
    const running = () =>
      cluster.query<{ id: string; fence: number }>(
        "select id, fence::float8 from jobs where state = 'running' order by id",
      );
    const before = await waitFor(
      async () => {
        const rows = await running();
        return rows.length >= 3 && rows;
      },
      { until: 'robots are at work', timeoutMs: 60_000 },
    );
    await cluster.postgres.crash('immediate');
    // Twice as long as a lease: every one of them has run out when the database is back.
    await sleep(8000);
    await cluster.postgres.start();
    await waitFor(async () => (await running()).length > 0, { until: 'the database answers', timeoutMs: 20_000 });
    await sleep(4000);
    const taken = await cluster.query<{ id: string }>('select id from jobs where attempt > 1');
    cluster.ledger.delay(0);
    return {
      violations: expectThat(
        taken.length === 0,
        `${taken.length} of ${before.length} jobs were taken from robots that are well`,
      ),
      figures: { heldInTheOutage: before.length, takenOver: taken.length },
    };
  },
);

export const poolExhausted = underHarm(
  { name: 'connections-exhausted', tier: 'nightly', covers: ['P6'] },
  { orchestrators: 1, leaseSeconds: 20, postgres: ['max_connections=40'] },
  async ({ cluster, submit, completed }) => {
    await submit(4);
    const held: pg.Client[] = [];
    for (let i = 0; i < 60; i++) {
      const client = new pg.Client({ connectionString: cluster.postgres.url });
      client.on('error', () => undefined);
      const open = await client.connect().then(
        () => true,
        () => false,
      );
      if (!open) break;
      held.push(client);
    }
    const port = cluster.orchestrators[0]?.port;
    const live = await fetch(`http://127.0.0.1:${port}/health/live`);
    const asked = performance.now();
    const answers = await Promise.all(Array.from({ length: 60 }, () => cluster.api.once('GET', '/jobs?limit=1')));
    const seconds = (performance.now() - asked) / 1000;
    const statuses = new Set(answers.map((answer) => answer?.status));
    for (const client of held) await client.end();
    await submit(3);
    await waitFor(async () => (await completed()) >= 5, { until: 'work goes on', timeoutMs: 60_000 });
    return {
      violations: [
        ...expectThat(held.length > 10, `${held.length} connections were held`),
        ...expectThat(live.ok, 'it does not say that it lives'),
        ...expectThat(
          [...statuses].every((status) => status === 200 || status === 503),
          `answers: ${[...statuses].join(', ')}`,
        ),
        ...expectThat(seconds < 10, `answers took ${seconds} s`),
      ],
      figures: { heldConnections: held.length, answersSeconds: Math.round(seconds * 10) / 10 },
    };
  },
);

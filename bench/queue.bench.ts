import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { openConnection } from './queue/connection.ts';
import { report, reportRate } from './queue/figures.ts';
import { startMeasured } from './queue/orchestrator.ts';
import { measureInProcess } from './queue/in-process.ts';

/**
 * The queue as robots meet it: an orchestrator in a process of its own over an embedded PostgreSQL with durable settings,
 * asked over HTTP by clients on the same machine. Prints a JSON line per figure.
 */
await using measured = await startMeasured(process.env.BENCH_NODE_FLAGS?.split(' '));
const { origin, adminKey, robotKey, databaseUrl } = measured;
const only = process.env.BENCH_ONLY;
const wanted = (name: string) => only === undefined || only.split(',').includes(name);

for (const setting of await settingsOf(databaseUrl)) console.error(`  ${setting}`);
console.error(`  load ${loadavg()[0]?.toFixed(2)}`);

const admin = openConnection(origin);
const document = {
  schemaVersion: 1,
  id: 'bench',
  name: 'Bench',
  nodes: [{ id: 'start', type: 'control.start' }],
  edges: [],
};
const { workflow } = await admin.post<{ workflow: { id: string } }>(adminKey, '/workflows', { document });
const workflowId = workflow.id;
const many = (n: number) => ({ jobs: Array.from({ length: n }, () => ({ workflowId })) });
const fill = async (n: number) => {
  for (let i = 0; i < n; i += 1000) await admin.post(adminKey, '/jobs', many(1000));
};

async function register(maxConcurrentJobs = 128): Promise<string> {
  const instanceId = randomUUID();
  await admin.post(robotKey, '/robots/self-register', {
    name: instanceId,
    instanceId,
    version: '1',
    protocol: 1,
    platform: 'linux',
    hostname: 'bench',
    capabilities: [],
    cores: 1,
    memoryMb: 1,
    maxConcurrentJobs,
  });
  return instanceId;
}

/** The time of each of these is that of a robot: a connection of its own, one request after the other. */
const robots = await Promise.all(
  Array.from({ length: 8 }, async () => ({ connection: openConnection(origin), instanceId: '' })),
);
for (const robot of robots) robot.instanceId = await register();

async function runOne(loop: number): Promise<number> {
  const { connection, instanceId } = robots[loop] ?? fail();
  const { jobs } = await connection.post<{ jobs: { jobId: string; fence: number }[] }>(robotKey, '/jobs/claim', {
    claimKey: randomUUID(),
    instanceId,
  });
  for (const { jobId, fence } of jobs)
    await connection.post(robotKey, `/jobs/${jobId}/complete`, { fence, lastStepSeq: 0, output: { ok: true } });
  return jobs.length;
}

function fail(): never {
  throw new Error('there is no such robot');
}

if (wanted('wake')) {
  const times: number[] = [];
  const robot = robots[0] ?? fail();
  for (let i = 0; i < 200; i++) {
    const claiming = robot.connection
      .post<{ jobs: { jobId: string; fence: number }[] }>(robotKey, '/jobs/claim', {
        claimKey: randomUUID(),
        instanceId: robot.instanceId,
        waitSeconds: 25,
      })
      .then((answer) => ({ answer, at: performance.now() }));
    // The claim waits by now.
    await delay(20);
    const start = performance.now();
    await admin.post(adminKey, '/jobs', { workflowId });
    const { answer, at } = await claiming;
    times.push(at - start);
    for (const { jobId, fence } of answer.jobs)
      await robot.connection.post(robotKey, `/jobs/${jobId}/complete`, { fence, lastStepSeq: 0, output: null });
  }
  report('submit to claimed p50', 'ms', times);
  report('submit to claimed p95', 'ms', [times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0]);
}

if (wanted('idle')) {
  const idle = await Promise.all(
    Array.from({ length: 100 }, async () => ({ connection: openConnection(origin), instanceId: '' })),
  );
  for (const robot of idle) robot.instanceId = await register();
  let polling = true;
  const pollers = idle.map(async ({ connection, instanceId }) => {
    while (polling)
      await connection
        .post(robotKey, '/jobs/claim', { claimKey: randomUUID(), instanceId, waitSeconds: 25 })
        .catch(() => {});
  });
  await delay(2000);
  const [cpu, since] = [await measured.cpuSeconds(), performance.now()];
  await delay(10_000);
  report('100 idle robots, long poll of 25 s', '% of a core', [
    (((await measured.cpuSeconds()) - cpu) / ((performance.now() - since) / 1000)) * 100,
  ]);
  polling = false;
  // Cuts the claims that still wait.
  for (const { connection } of idle) connection.close();
  await Promise.all(pollers);
}

if (wanted('enqueue')) {
  const senders = Array.from({ length: 16 }, () => openConnection(origin));
  await reportRate('enqueue, one a call, 16 connections', 'jobs/s', 16, async (loop) => {
    await senders[loop]?.post(adminKey, '/jobs', { workflowId });
    return 1;
  });
  await reportRate('enqueue, 1,000 a call, 2 connections', 'jobs/s', 2, async (loop) => {
    await senders[loop]?.post(adminKey, '/jobs', many(1000));
    return 1000;
  });
  for (const sender of senders) sender.close();
}

if (wanted('claim')) {
  await fill(40_000);
  await reportRate('claim + complete over HTTP, 8 robots one at a time', 'jobs/s', 8, runOne);
}

if (wanted('batch')) {
  await fill(200_000);
  await measureInProcess(databaseUrl, robotKey, [await register(), await register()]);
}
for (const { connection } of robots) connection.close();
admin.close();
console.error(`  load ${loadavg()[0]?.toFixed(2)}`);

/** What the figures stand on: nothing here is faster than it is safe. */
async function settingsOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ setting: string }>(
    `select name || ' ' || setting as setting from pg_settings
     where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes') order by name`,
  );
  await client.end();
  return rows.map(({ setting }) => setting);
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../orchestrator/db/database.ts';
import { sql } from '../orchestrator/db/sql.ts';
import { inTenant, oneInTenant } from '../orchestrator/db/transaction.ts';

/**
 * The queue as robots meet it: an orchestrator in a process of its own over an embedded PostgreSQL with durable settings,
 * asked over HTTP. Prints a JSON line per figure.
 */
const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'casare-bench-'));
const main = new URL('../orchestrator/main.ts', import.meta.url);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const child = spawn(process.execPath, [main.pathname], {
  env: { ...process.env, PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'info', DATABASE_URL: '', KEY_ENVIRONMENT: 'bench' },
  stdio: ['ignore', 'pipe', 'inherit'],
});

function report(name: string, unit: string, value: number): void {
  console.log(JSON.stringify({ name, unit, value: Math.round(value * 10) / 10 }));
}

function started(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const url = /"url":"(http:[^"]+)"/.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error('the orchestrator did not start')));
  });
}

let origin = '';
async function post<Body>(key: string, path: string, body: unknown): Promise<Body> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      `${origin}/api/v1${path}`,
      {
        method: 'POST',
        agent,
        headers: { 'x-api-key': key, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        response.on('end', () => {
          if ((response.statusCode ?? 500) >= 300)
            reject(new Error(`${path} answered ${response.statusCode}: ${answer}`));
          else resolve(JSON.parse(answer) as Body);
        });
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

async function register(key: string, maxConcurrentJobs = 64): Promise<string> {
  const instanceId = randomUUID();
  const robot = {
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
  };
  await post(key, '/robots/self-register', robot);
  return instanceId;
}

/** Runs `work` in so many loops for the given time; answers how often it was done a second. */
async function rate(loops: number, work: (loop: number) => Promise<number>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  const counts = await Promise.all(
    Array.from({ length: loops }, async (_, loop) => {
      let count = 0;
      while (performance.now() < end) count += await work(loop);
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1000);
}

/** CPU seconds of a process and its children so far. */
async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

try {
  origin = await started();
  const keysFile = join(folder, 'first-keys.json');
  let keys: { adminKey: string; robotKey: string } | undefined;
  while (!keys) {
    keys = await readFile(keysFile, 'utf8').then(
      (text) => JSON.parse(text) as { adminKey: string; robotKey: string },
      () => undefined,
    );
    await delay(20);
  }
  const { adminKey, robotKey } = keys;
  const document = {
    schemaVersion: 1,
    id: 'bench',
    name: 'Bench',
    nodes: [{ id: 'start', type: 'control.start' }],
    edges: [],
  };
  const { workflow } = await post<{ workflow: { id: string } }>(adminKey, '/workflows', { document });
  const workflowId = workflow.id;
  const fill = async (n: number) => {
    for (let i = 0; i < n; i += 500)
      await post(adminKey, '/jobs', { jobs: Array.from({ length: 500 }, () => ({ workflowId })) });
  };

  report(
    'enqueue, one a call, 16 connections',
    'jobs/s',
    await rate(16, async () => {
      await post(adminKey, '/jobs', { workflowId });
      return 1;
    }),
  );
  report(
    'enqueue, 1,000 a call, 2 connections',
    'jobs/s',
    await rate(2, async () => {
      await post(adminKey, '/jobs', { jobs: Array.from({ length: 1000 }, () => ({ workflowId })) });
      return 1000;
    }),
  );

  const robots = await Promise.all(Array.from({ length: 8 }, () => register(robotKey)));
  const runOne = async (loop: number) => {
    const { jobs } = await post<{ jobs: { jobId: string; fence: number }[] }>(robotKey, '/jobs/claim', {
      claimKey: randomUUID(),
      instanceId: robots[loop],
    });
    for (const { jobId, fence } of jobs)
      await post(robotKey, `/jobs/${jobId}/complete`, { fence, lastStepSeq: 0, output: { ok: true } });
    return jobs.length;
  };
  await fill(20_000);
  await rate(8, runOne);
  report('claim + complete over HTTP, 8 robots one at a time', 'jobs/s', await rate(8, runOne));

  // The same tables, columns, events and checks without HTTP: what batching in SQL leaves room for.
  const databaseUrl = await databaseUrlOf(folder);
  const database = openDatabase({ url: databaseUrl, maxConnections: 4, onError: console.error });
  const place = await post<{ jobs: { id: string }[] }>(adminKey, '/jobs', { workflowId });
  const [owner] = await inTenant(database.pool, await tenantOf(adminKey), (db) =>
    db.query<{ tenant_id: string; workspace_id: string; robot_id: string; key_id: string }>(sql`
      select j.tenant_id, j.workspace_id, r.id as robot_id, r.key_id from jobs j, robots r where j.id = ${place.jobs[0]?.id}::uuid limit 1`),
  );
  if (!owner) throw new Error('no robot is registered');
  const { tenant_id: tenantId } = owner;
  report(
    'claim + complete in SQL, batches of 100, 2 connections',
    'jobs/s',
    await rate(2, async () => {
      const rows = await oneInTenant<{ id: string; fence: number }>(
        database.pool,
        tenantId,
        sql`
      with picked as materialized (
        select id from jobs where workspace_id = ${owner.workspace_id}::uuid and state = 'pending'
        order by priority desc, id limit 100 for update skip locked
      ), taken as (
        update jobs j set state = 'running', fence = nextval('job_fences'), attempt = attempt + 1,
          lease_until = clock_timestamp() + interval '60 seconds', robot_id = ${owner.robot_id}::uuid,
          key_id = ${owner.key_id}::uuid, started_at = clock_timestamp()
        from picked where j.id = picked.id returning j.id, j.fence, j.workspace_id
      ), noted as (insert into events (workspace_id, type, subject_id) select workspace_id, 'job.claimed', id from taken)
      select id, fence from taken`,
      );
      if (rows.length < 100) await fill(2000);
      await oneInTenant(
        database.pool,
        tenantId,
        sql`
      with j as (
        update jobs set state = 'completed', output = '{}', finished_at = clock_timestamp(), lease_until = null,
          ended_fence = jobs.fence, ended_as = 'complete'
        from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ fence }) => fence)}::bigint[]) as h (id, fence)
        where jobs.id = h.id and jobs.fence = h.fence and state = 'running' returning jobs.id, workspace_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.completed', id from j`,
      );
      return rows.length;
    }),
  );
  await database.close();

  // Only idle robots are left when the queue is empty.
  while (await runOne(0));
  const idle = await Promise.all(Array.from({ length: 100 }, () => register(robotKey)));
  let polling = true;
  const pollers = idle.map(async (instanceId) => {
    while (polling)
      await post(robotKey, '/jobs/claim', { claimKey: randomUUID(), instanceId, waitSeconds: 25 }).catch(() => {});
  });
  await delay(2000);
  const [cpu, since] = [await cpuSeconds(child.pid ?? 0), performance.now()];
  await delay(seconds * 2000);
  report(
    '100 idle robots, long poll of 25 s',
    '% of a core',
    (((await cpuSeconds(child.pid ?? 0)) - cpu) / ((performance.now() - since) / 1000)) * 100,
  );
  polling = false;
  // Cuts the claims that still wait.
  agent.destroy();
  await Promise.all(pollers);
  report('machine', 'cores', cpus().length);
} finally {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  agent.destroy();
  await rm(folder, { recursive: true, force: true });
}

async function tenantOf(key: string): Promise<string> {
  const reply = await fetch(`${origin}/api/v1/me`, { headers: { 'x-api-key': key } });
  return ((await reply.json()) as { tenantId: string }).tenantId;
}

async function databaseUrlOf(dataDir: string): Promise<string> {
  const password = await readFile(join(dataDir, 'password'), 'utf8');
  const [, , , port] = (await readFile(join(dataDir, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return `postgres://casare:${password}@127.0.0.1:${port}/casare`;
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '/work/main/orchestrator/db/database.ts';
import { sql } from '/work/main/orchestrator/db/sql.ts';
import { inTenant, oneInTenant } from '/work/main/orchestrator/db/transaction.ts';

/**
 * The queue as robots meet it: an orchestrator in a process of its own over an embedded PostgreSQL with durable settings,
 * asked over HTTP. Prints a JSON line per figure.
 */
const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'casare-bench-'));
const main = new URL('file:///work/main/orchestrator/main.ts');
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
      { method: 'POST', agent, headers: { 'x-api-key': key, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } },
      (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        response.on('end', () => {
          if ((response.statusCode ?? 500) >= 300) reject(new Error(`${path} answered ${response.statusCode}: ${answer}`));
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
  const robot = { name: instanceId, instanceId, version: '1', protocol: 1, platform: 'linux', hostname: 'bench', capabilities: [], cores: 1, memoryMb: 1, maxConcurrentJobs };
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
    keys = await readFile(keysFile, 'utf8').then((text) => JSON.parse(text) as { adminKey: string; robotKey: string }, () => undefined);
    await delay(20);
  }
  const { adminKey, robotKey } = keys;
  const document = { schemaVersion: 1, id: 'bench', name: 'Bench', nodes: [{ id: 'start', type: 'control.start' }], edges: [] };
  const { workflow } = await post<{ workflow: { id: string } }>(adminKey, '/workflows', { document });
  const workflowId = workflow.id;
  const fill = async (n: number) => {
    for (let i = 0; i < n; i += 500) await post(adminKey, '/jobs', { jobs: Array.from({ length: 500 }, () => ({ workflowId })) });
  };

  const robots = await Promise.all(Array.from({ length: 8 }, () => register(robotKey)));
  const runOne = async (loop: number) => {
    const { jobs } = await post<{ jobs: { jobId: string; fence: number }[] }>(robotKey, '/jobs/claim', { claimKey: randomUUID(), instanceId: robots[loop] });
    for (const { jobId, fence } of jobs) await post(robotKey, `/jobs/${jobId}/complete`, { fence, lastStepSeq: 0, output: { ok: true } });
    return jobs.length;
  };
  await fill(8_000);
  await rate(8, runOne);
  const pm = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const { execSync } = await import('node:child_process');
  const pgCpu = async () => { let t = 0; for (const p of execSync(`pgrep -P ${pm}`).toString().trim().split('\n')) t += await cpuSeconds(Number(p)).catch(() => 0); return t; };
  const a = [await cpuSeconds(child.pid ?? 0), await pgCpu(), process.cpuUsage().user + process.cpuUsage().system, performance.now()];
  const r = await rate(8, runOne);
  const b = [await cpuSeconds(child.pid ?? 0), await pgCpu(), process.cpuUsage().user + process.cpuUsage().system, performance.now()];
  const n = r * (b[3]! - a[3]!) / 1000;
  console.log('rate', r, 'orch us/job', (b[0]! - a[0]!) * 1e6 / n, 'pg us/job', (b[1]! - a[1]!) * 1e6 / n, 'client us/job', (b[2]! - a[2]!) / n);


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

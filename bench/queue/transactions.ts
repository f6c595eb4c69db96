import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalFleet } from '../../build/local-fleet.ts';

/**
 * Transactions of queue items over HTTP: "next" and "successful" for one item after the other, by jobs side by side. Run it with
 * `npx node bench/queue/transactions.ts [items] [jobs]`.
 */
const [items = 5000, jobs = 16] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'casare-transactions-'));
const fleet = await startLocalFleet({ dataFolder: folder, port: 0, logLevel: 'silent' });

async function call<Body>(key: string, method: string, path: string, body?: unknown): Promise<Body> {
  const response = await fetch(`${fleet.orchestratorUrl}/api/v1${path}`, {
    method,
    headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}
const admin = <Body>(method: string, path: string, body?: unknown) => call<Body>(fleet.adminKey, method, path, body);
const robot = <Body>(path: string, body: unknown) => call<Body>(fleet.robotKey, 'POST', path, body);

interface Held {
  jobId: string;
  fence: number;
}

async function holdJobs(): Promise<Held[]> {
  const document = {
    schemaVersion: 1,
    id: 'bench',
    name: 'Bench',
    nodes: [{ id: 'start', type: 'control.start' }],
    edges: [],
  };
  const { workflow } = await admin<{ workflow: { id: string } }>('POST', '/workflows', { document });
  await admin('POST', '/jobs', { jobs: Array.from({ length: jobs }, () => ({ workflowId: workflow.id })) });
  const instanceId = randomUUID();
  const machine = {
    version: '0',
    protocol: 1,
    platform: 'linux',
    hostname: 'bench',
    capabilities: [],
    cores: 2,
    memoryMb: 1024,
  };
  await robot('/robots/self-register', { name: 'bench', instanceId, ...machine, maxConcurrentJobs: 64 });
  const claim = { claimKey: randomUUID(), instanceId, n: jobs };
  return (await robot<{ jobs: Held[] }>('/jobs/claim', claim)).jobs;
}

/** One job: takes and ends items until there are none. */
async function perform({ jobId, fence }: Held, n: number): Promise<number> {
  for (let done = 0; ; ) {
    const request = { fence, queue: 'bench', key: randomUUID(), lockMs: 3_600_000, n };
    const { items: taken } = await robot<{ items: { id: string; lock: string }[] }>(
      `/jobs/${jobId}/queue-items/next`,
      request,
    );
    if (taken.length === 0) return done;
    for (const { id: itemId, lock } of taken)
      await robot(`/jobs/${jobId}/queue-items/report`, {
        fence,
        itemId,
        lock,
        report: { status: 'successful', output: null },
      });
    done += taken.length;
  }
}

async function measure(held: readonly Held[], n: number): Promise<string> {
  const { id } = (await admin<{ items: { id: string }[] }>('GET', '/queues')).items[0] ?? { id: '' };
  for (let added = 0; added < items; added += 1000) {
    const batch = Array.from({ length: Math.min(1000, items - added) }, (_, i) => ({
      reference: `R-${added + i}`,
      content: { n: i },
    }));
    await admin('POST', `/queues/${id}/items`, { items: batch });
  }
  const from = performance.now();
  const done = (await Promise.all(held.map((job) => perform(job, n)))).reduce((sum, count) => sum + count, 0);
  const seconds = (performance.now() - from) / 1000;
  return `${done} transactions by ${held.length} jobs, ${n} at a time: ${Math.round(done / seconds)} a second`;
}

try {
  await admin('POST', '/queues', { name: 'bench' });
  const held = await holdJobs();
  for (const n of [1, 20]) console.log(await measure(held, n));
} finally {
  await fleet.stop();
  await rm(folder, { recursive: true, force: true });
}

import { randomUUID } from 'node:crypto';
import { inTenant } from '../../orchestrator/db/transaction.ts';
import { submitJobs, submitOne } from '../../orchestrator/jobs/submit.ts';
import { openConnection } from '../queue/connection.ts';
import { reportRate } from '../queue/figures.ts';
import { claimAndComplete, openInProcess } from '../queue/in-process.ts';

// Usage: node ours.ts ORIGIN DATABASE_URL ADMIN_KEY ROBOT_KEY
const [origin = '', databaseUrl = '', adminKey = '', robotKey = ''] = process.argv.slice(2);
const http = openConnection(origin);
const document = {
  schemaVersion: 1,
  id: 'bench',
  name: 'Bench',
  nodes: [{ id: 'start', type: 'control.start' }],
  edges: [],
};
const { workflow } = await http.post<{ workflow: { id: string } }>(adminKey, '/workflows', { document });
const robots = await Promise.all(Array.from({ length: 16 }, () => register()));
http.close();

const job = {
  workflowId: workflow.id,
  input: {},
  priority: 10,
  requiredCapabilities: [],
  requiredTags: [],
  maxRetries: 3,
};
const many = Array.from({ length: 1000 }, () => job);

await using opened = await openInProcess(databaseUrl, 16);
const { context } = opened;
const caller = await context.keys.verify(robotKey, '127.0.0.1');
const submitMany = () =>
  inTenant(context.database.pool, caller.tenantId, (db) => submitJobs(context, db, caller, many));

await reportRate('ours: enqueue, one a call, 16 connections', 'jobs/s', 16, async () => {
  await submitOne(context, caller, job);
  return 1;
});
await reportRate('ours: enqueue, 1,000 a call', 'jobs/s', 2, async () => (await submitMany()).length);
await reportRate('ours: claim + complete, one at a time, 16 connections', 'jobs/s', 16, (loop) =>
  claimAndComplete(context, caller, robots[loop] ?? '', 1),
);
for (let i = 0; i < 400; i++) await submitMany();
await reportRate('ours: claim + complete, 100 at a time', 'jobs/s', 2, (loop) =>
  claimAndComplete(context, caller, robots[loop] ?? '', 100),
);

async function register(): Promise<string> {
  const instanceId = randomUUID();
  await openOnce('/robots/self-register', {
    name: instanceId,
    instanceId,
    version: '1',
    protocol: 1,
    platform: 'linux',
    hostname: 'bench',
    capabilities: [],
    cores: 1,
    memoryMb: 1,
    maxConcurrentJobs: 128,
  });
  return instanceId;
}

async function openOnce(path: string, body: object): Promise<void> {
  const connection = openConnection(origin);
  await connection.post(robotKey, path, body);
  connection.close();
}

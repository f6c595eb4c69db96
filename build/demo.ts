import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, stepListSchema } from '@casare/shared';
import { startSites } from '../examples/serve-sites.ts';
import { ensureBrowser } from './browser.ts';
import { type LocalFleet, startLocalFleet } from './local-fleet.ts';
import { createFleetClient, exampleFile, type FleetClient } from './run-example.ts';

/**
 * `npm run demo`: the main job without a screen. A browser workflow runs through the fleet; then a robot is killed in the middle of a
 * job and started again, and every order must have been placed exactly once. Exit code 0 only when all of it is true.
 */
const asJson = process.argv.includes('--json');
const say = (text: string) => {
  if (!asJson) console.log(text);
};

interface Check {
  name: string;
  passed: boolean;
  found: unknown;
}

const folder = await mkdtemp(join(tmpdir(), 'casare-demo-'));
// The embedded PostgreSQL runs as a user of its own when this one is root, and must be able to pass.
await chmod(folder, 0o755);
const checks: Check[] = [];
const facts: Record<string, unknown> = {};
let fleet: LocalFleet | undefined;
let failure: unknown;
try {
  process.env.CASARE_BROWSER = await ensureBrowser();
  const began = performance.now();
  fleet = await startLocalFleet({ dataFolder: folder, port: 0, logLevel: 'error' });
  const client = createFleetClient(fleet.orchestratorUrl, fleet.adminKey);
  const sites = await startSites();
  try {
    await fleet.startRobot({ name: 'demo', dataFolder: join(folder, 'robot') });
    facts.readyMs = Math.round(performance.now() - began);
    say(`orchestrator and robot are up after ${facts.readyMs} ms`);
    await browserJob(client, sites.url);
    await durableJob(client, fleet, sites.url);
  } finally {
    await sites.stop();
  }
} catch (error) {
  failure = error;
} finally {
  await fleet?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

const ok = failure === undefined && checks.length > 0 && checks.every((check) => check.passed);
if (asJson)
  console.log(
    JSON.stringify(
      {
        ok,
        ...facts,
        checks,
        ...(failure !== undefined && { error: failure instanceof Error ? failure.message : failure }),
      },
      null,
      2,
    ),
  );
else if (failure !== undefined) console.error(failure);
say(ok ? 'demo: everything as it should be' : 'demo: FAILED');
process.exit(ok ? 0 : 1);

function check(name: string, passed: boolean, found: unknown): void {
  checks.push({ name, passed, found });
  say(`${passed ? '✓' : '✗'} ${name}${passed ? '' : `: ${JSON.stringify(found)}`}`);
}

function duration(job: Job): number | null {
  return job.startedAt && job.finishedAt ? Date.parse(job.finishedAt) - Date.parse(job.startedAt) : null;
}

async function browserJob(client: FleetClient, site: string): Promise<void> {
  const job = await client.submit(await client.publish(exampleFile('shop-catalogue')), { site });
  const ended = await client.wait(job.id, 90);
  facts.browserJob = {
    id: job.id,
    state: ended.state,
    durationMs: duration(ended),
    output: ended.output,
    error: ended.error,
  };
  check(
    'a browser job scraped three catalogue pages',
    ended.state === 'completed' && (ended.output as { count?: number } | null)?.count === 24,
    ended.output ?? ended.error,
  );
}

interface LedgerOrder {
  orderId: string;
  effects: number;
}

async function durableJob(client: FleetClient, running: LocalFleet, site: string): Promise<void> {
  const workflowId = await client.publish(exampleFile('order-loop'));
  const job = await client.submit(workflowId, { site });
  const ledger = async (): Promise<LedgerOrder[]> => {
    const response = await fetch(`${site}/orders/ledger?batch=${job.id}`);
    return ((await response.json()) as { orders: LedgerOrder[] }).orders;
  };
  const robot = running.robots[0];
  if (!robot) throw new Error('there is no robot to kill');
  const deadline = performance.now() + 60_000;
  while ((await ledger()).every((order) => order.effects === 0)) {
    if (performance.now() > deadline) throw new Error('no order was placed within a minute');
    await sleep(10);
  }
  await robot.kill();
  const atKill = (await ledger()).filter((order) => order.effects > 0).length;
  const state = (await client.wait(job.id, 5, () => true)).state;
  say(`robot killed after ${atKill} of 5 orders, the job is ${state}; starting it again`);
  const killed = performance.now();
  await running.startRobot({ name: 'demo', dataFolder: join(folder, 'robot') });
  const ended = await client.wait(job.id, 120);
  const recoveryMs = Math.round(performance.now() - killed);
  const orders = await ledger();
  const { steps } = await client.call('GET', `/jobs/${job.id}/steps?limit=5000`, stepListSchema);
  const finished = steps.filter((step) => step.kind === 'finished').map((step) => step.path);
  facts.durableJob = {
    id: job.id,
    state: ended.state,
    ordersAtKill: atKill,
    stateAtKill: state,
    recoveryMs,
    orders: orders.length,
    steps: finished.length,
    error: ended.error,
  };
  check('the robot was killed in the middle', state === 'running' && atKill < 5, { state, atKill });
  check('the job went on and completed', ended.state === 'completed', ended.error ?? ended.state);
  check(
    'every order was placed exactly once',
    orders.length === 5 && orders.every((order) => order.effects === 1),
    orders,
  );
  check('no step ran twice', new Set(finished).size === finished.length, finished.length);
}

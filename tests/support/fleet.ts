import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Job,
  type LogLine,
  logListSchema,
  pageOf,
  publishReplySchema,
  type Robot,
  type RobotCommand,
  robotCommandRecordSchema,
  robotSchema,
  type StepRow,
  stepListSchema,
  type SubmitJob,
  submitReplySchema,
  type Workflow,
} from '@casare/shared';
import { type Child, startChild } from '../../build/child.ts';
import { type LocalFleet, type LocalFleetOptions, startLocalFleet } from '../../build/local-fleet.ts';
import { createFleetClient, type FleetClient } from '../../build/run-example.ts';
import { root } from '../../build/run-tool.ts';
import { compileCache } from './compile-cache.ts';
import { createTestDatabase } from './database.ts';
import { type EffectLedger, startEffectLedger } from './effect-ledger.ts';
import { descendantsOf, type SeenProcess, stillRunning } from './processes.ts';
import { runOn } from './template-database.ts';
import { waitFor } from './wait-for.ts';

export interface TestRobot extends Child {
  readonly name: string;
  readonly dataFolder: string;
  /** What it printed. */
  readonly lines: readonly string[];
  /** The processes it has started and that run now: workers (one waits ahead), sandboxes, browsers. */
  children(): SeenProcess[];
  /** The process that runs a job: the worker that is not the one waiting ahead. */
  workerOf(jobId: string): number | undefined;
  signal(name: NodeJS.Signals): void;
}

export interface TestRobotOptions {
  name?: string;
  /** Of an earlier robot: the same robot again. */
  dataFolder?: string;
  maxJobs?: number;
  graceSeconds?: number;
  env?: Readonly<Record<string, string>>;
}

/** A whole fleet for one test file: a database of its own, the orchestrator, robots as processes, and a ledger of effects. */
export interface TestFleet extends AsyncDisposable {
  readonly url: string;
  readonly adminKey: string;
  readonly robotKey: string;
  readonly databaseUrl: string;
  readonly client: FleetClient;
  readonly ledger: EffectLedger;
  startRobot(options?: TestRobotOptions): Promise<TestRobot>;
  /** The variables a robot process needs, for tests that start one in their own way. */
  robotEnv(options: { name: string; dataFolder: string }): Record<string, string>;
  newFolder(): Promise<string>;
  publish(document: Workflow): Promise<string>;
  /** Publishes the document and submits one job, or as many as there are inputs. The input `ledger` is added. */
  submit(document: Workflow, options?: Omit<SubmitJob, 'workflowId'>): Promise<Job>;
  submitMany(document: Workflow, inputs: readonly Record<string, unknown>[]): Promise<Job[]>;
  job(id: string): Promise<Job>;
  /** The job once it has ended, or waits for a decision. */
  ended(id: string, seconds?: number): Promise<Job>;
  steps(jobId: string): Promise<StepRow[]>;
  logs(jobId: string): Promise<LogLine[]>;
  robots(): Promise<Robot[]>;
  command(robotName: string, command: RobotCommand['command']): Promise<void>;
  /** Makes a retry that waits for its time due now. */
  hurryRetry(jobId: string): Promise<void>;
  /** Of a robot that is gone: nobody waits for the lease to run out. */
  expireLease(jobId: string): Promise<void>;
  stopOrchestrator(): Promise<void>;
  /** On the same port and database as before. */
  startOrchestrator(): Promise<void>;
}

/** Leases and heartbeats short enough for a test, long enough for a slow machine. */
export const SHORT_TIMING = {
  leaseSeconds: 12,
  heartbeatSeconds: 0.5,
  lostSeconds: 12,
  takeoverSeconds: 5,
  reapSeconds: 0.25,
};

export async function startTestFleet({
  timing = SHORT_TIMING,
}: Pick<LocalFleetOptions, 'timing'> = {}): Promise<TestFleet> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'casare-fleet-'));
  started.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const database = await createTestDatabase();
  started.use(database);
  const ledger = await startEffectLedger();
  started.use(ledger);

  let orchestrator: LocalFleet | undefined;
  started.defer(() => orchestrator?.stop());
  async function startOrchestrator(port: number, keys?: LocalFleetOptions['keys']): Promise<LocalFleet> {
    orchestrator = await startLocalFleet({
      dataFolder: folder,
      port,
      databaseUrl: database.url,
      logLevel: 'silent',
      timing,
      ...(keys && { keys }),
    });
    return orchestrator;
  }
  const first = await startOrchestrator(0);
  const { adminKey, robotKey, orchestratorUrl: url } = first;
  const client = createFleetClient(url, adminKey);

  const robots: TestRobot[] = [];
  const seen: SeenProcess[] = [];
  started.defer(() => stopAll(robots, seen));
  let folders = 0;
  const newFolder = () => Promise.resolve(join(folder, `data-${++folders}`));

  function robotEnv(robot: { name: string; dataFolder: string }): Record<string, string> {
    return {
      ORCHESTRATOR_URL: url,
      ORCHESTRATOR_API_KEY: robotKey,
      ROBOT_NAME: robot.name,
      ROBOT_DATA: robot.dataFolder,
      ROBOT_GRACE_SECONDS: '0',
      CASARE_PACKS: join(folder, 'packs'),
      ...compileCache,
    };
  }

  const fleet: TestFleet = {
    url,
    adminKey,
    robotKey,
    databaseUrl: database.url,
    client,
    ledger,
    robotEnv,
    newFolder,
    async startRobot({
      name = `robot-${robots.length + 1}`,
      dataFolder,
      maxJobs = 1,
      graceSeconds = 0,
      env = {},
    } = {}) {
      const data = dataFolder ?? (await newFolder());
      const lines: string[] = [];
      const { child } = await startChild(join(root, 'robot', 'main.ts'), {
        env: {
          ...robotEnv({ name, dataFolder: data }),
          ROBOT_MAX_JOBS: String(maxJobs),
          ROBOT_GRACE_SECONDS: String(graceSeconds),
          ...env,
        },
        readyMs: 60_000,
        onLine: (line) => lines.push(line),
      });
      const robot: TestRobot = {
        name,
        dataFolder: data,
        lines,
        pid: child.pid,
        exited: child.exited,
        async stop(ms) {
          seen.push(...descendantsOf(child.pid));
          await child.stop(ms);
        },
        async kill() {
          seen.push(...descendantsOf(child.pid));
          await child.kill();
        },
        children: () => descendantsOf(child.pid),
        workerOf: (jobId) => workerPid(lines, jobId),
        signal: (signal) => process.kill(child.pid, signal),
      };
      robots.push(robot);
      return robot;
    },
    async publish(document) {
      return (await client.call('POST', '/workflows', publishReplySchema, { document, message: '' })).workflow.id;
    },
    async submit(document, options = {}) {
      const { jobs } = await client.call('POST', '/jobs', submitReplySchema, {
        workflowId: await fleet.publish(document),
        ...options,
        input: withLedger(document, ledger.url, options.input ?? {}),
      });
      return jobs[0] as Job;
    },
    async submitMany(document, inputs) {
      const workflowId = await fleet.publish(document);
      const jobs = inputs.map((input) => ({ workflowId, input: withLedger(document, ledger.url, input) }));
      return (await client.call('POST', '/jobs', submitReplySchema, { jobs })).jobs;
    },
    job: (id) => client.wait(id, 0, () => true),
    ended: (id, seconds = 60) => client.wait(id, seconds),
    steps: async (jobId) => (await client.call('GET', `/jobs/${jobId}/steps?limit=5000`, stepListSchema)).steps,
    logs: async (jobId) => (await client.call('GET', `/jobs/${jobId}/logs?limit=5000`, logListSchema)).logs,
    robots: async () => (await client.call('GET', '/robots', pageOf(robotSchema))).items,
    async command(robotName, command) {
      const robot = (await fleet.robots()).find((one) => one.name === robotName);
      await client.call('POST', `/robots/${robot?.id}/commands`, robotCommandRecordSchema, { command });
    },
    hurryRetry: (jobId) =>
      runOn(database.url, `update jobs set not_before = null where id = '${jobId}' and state = 'pending'`),
    expireLease: (jobId) =>
      runOn(database.url, `update jobs set lease_until = 'epoch' where id = '${jobId}' and state = 'running'`),
    async stopOrchestrator() {
      await orchestrator?.stop();
      orchestrator = undefined;
    },
    async startOrchestrator() {
      await startOrchestrator(Number(new URL(url).port), { adminKey, robotKey });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
  const all = started.move();
  return fleet;
}

/** Stops what still runs, then proves that nothing that was ever started is left. */
async function stopAll(robots: readonly TestRobot[], seen: SeenProcess[]): Promise<void> {
  await Promise.all(
    robots.map(async (robot) => {
      try {
        // A frozen one hears no SIGTERM.
        robot.signal('SIGCONT');
        seen.push(...robot.children());
      } catch {
        // It has ended already.
      }
      await robot.stop(20_000);
    }),
  );
  await waitFor(
    () => {
      const left = stillRunning(seen);
      if (left.length > 0) throw new Error(left.map((one) => `${one.pid} ${one.command}`).join('\n'));
      return true;
    },
    { until: 'no process of a robot is left', timeoutMs: 10_000, everyMs: 100 },
  );
}

function workerPid(lines: readonly string[], jobId: string): number | undefined {
  for (const line of lines.toReversed()) {
    const entry = line.startsWith('{') ? (JSON.parse(line) as { jobId?: string; workerPid?: number }) : {};
    if (entry.jobId === jobId && entry.workerPid !== undefined) return entry.workerPid;
  }
  return undefined;
}

function withLedger(document: Workflow, ledger: string, input: Record<string, unknown>) {
  const wanted = document.inputs.some(({ name }) => name === 'ledger');
  return (wanted ? { ledger, ...input } : input) as NonNullable<SubmitJob['input']>;
}

/** A document id of its own for every workflow of a test. */
export function newWorkflowId(): string {
  return `test-${randomUUID().slice(0, 8)}`;
}

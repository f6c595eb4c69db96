import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type AddressInfo, createServer } from 'node:net';
import { openDatabase } from '../../../orchestrator/db/database.ts';
import { createFirstKeys, ensureWorkspace } from '../../../orchestrator/keys/first-keys.ts';
import { createApi, type Api } from './api.ts';
import { type HttpLink, startHttpLink, type TapEntry } from './http-link.ts';
import { type Ledger, startLedger } from './ledger.ts';
import { type ControlledPostgres, startControlledPostgres } from './postgres.ts';
import {
  createMembers,
  orchestratorMember,
  type OrchestratorMember,
  robotMember,
  type RobotMember,
} from './members.ts';
import type { RunningProcess } from './process.ts';
import { createRandom, type Random } from './random.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export interface AddRobot {
  readonly name?: string;
  readonly dataFolder?: string;
  readonly maxJobs?: number;
}

export interface Cluster extends AsyncDisposable {
  readonly folder: string;
  readonly random: Random;
  readonly postgres: ControlledPostgres;
  readonly ledger: Ledger;
  /** In use with the option of this name. */
  readonly databaseWire: TcpProxy;
  readonly orchestrators: readonly OrchestratorMember[];
  readonly robots: readonly RobotMember[];
  readonly keys: { readonly adminKey: string; readonly robotKey: string };
  /** As a person or a program would, through a link of its own; insists until it is answered. */
  readonly api: Api;
  /** Every exchange that went over a link. */
  readonly tap: readonly TapEntry[];
  /** Not started. The data folder of another one makes it a clone. */
  addRobot(options?: AddRobot): Promise<RobotMember>;
  /** As the administrator of the database. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
}

export interface ClusterOptions {
  readonly seed?: number;
  readonly orchestrators?: number;
  readonly robots?: number;
  readonly maxJobs?: number;
  readonly leaseSeconds?: number;
  /** Further settings of the server, and its folder; default: below that of the cluster. */
  readonly postgres?: readonly string[];
  readonly postgresFolder?: string;
  /** Orchestrators reach the database over a wire that can be harmed. */
  readonly databaseWire?: boolean;
  readonly orchestratorEnv?: Readonly<Record<string, string>>;
  readonly onLine?: (who: string, line: string) => void;
}

/** PostgreSQL, orchestrators and robots as real processes, with a wire of its own for each robot and a ledger outside. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await using started = new AsyncDisposableStack();
  const random = createRandom(options.seed ?? 1);
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'casare-faults-'));
  await chmod(folder, 0o755);
  started.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  const ledger = await startLedger();
  started.defer(() => ledger.stop());
  const postgres = await startControlledPostgres(options.postgresFolder ?? folder, [
    'max_connections=200',
    ...(options.postgres ?? []),
  ]);
  started.defer(() => postgres.stop());
  const databaseWire = await startTcpProxy(() => postgres.port, random.fork('database wire'));
  started.defer(() => databaseWire.stop());
  const databaseUrl = postgres.url.replace(
    `:${postgres.port}/`,
    `:${options.databaseWire ? databaseWire.port : postgres.port}/`,
  );
  const tap: TapEntry[] = [];
  const processes: RunningProcess[] = [];
  started.defer(async () => {
    await Promise.all(processes.map((one) => one.stop(8000)));
  });

  const member = createMembers(processes, options.onLine);

  const orchestrators: OrchestratorMember[] = [];
  for (let i = 1; i <= (options.orchestrators ?? 1); i++) {
    const port = await freePort();
    const env = {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      DATA_DIR: join(folder, `orchestrator-${i}`),
      LOG_LEVEL: 'warn',
      KEY_ENVIRONMENT: 'test',
      LEASE_SECONDS: String(options.leaseSeconds ?? 6),
      ...options.orchestratorEnv,
    };
    orchestrators.push(orchestratorMember(member, `orchestrator-${i}`, port, env));
  }
  await orchestrators[0]?.start();
  const keys = await makeKeys(postgres.url);
  await Promise.all(orchestrators.slice(1).map((one) => one.start()));

  const targets = () => orchestrators.filter((one) => one.process).map((one) => one.port);
  const links: HttpLink[] = [];
  started.defer(async () => {
    await Promise.all(links.map((one) => one.stop()));
  });
  const link = async (name: string) => {
    const made = await startHttpLink({
      name,
      targets,
      random: random.fork(name),
      tap: (entry) => void tap.push(entry),
    });
    links.push(made);
    return made;
  };
  const api = createApi((await link('people')).url, keys.adminKey);

  const robots: RobotMember[] = [];
  async function addRobot({
    name = `robot-${robots.length + 1}`,
    dataFolder,
    maxJobs,
  }: AddRobot = {}): Promise<RobotMember> {
    const data = dataFolder ?? join(folder, `data-${name}`);
    const wire = await link(name);
    const robot = robotMember(member, name, data, wire, {
      ORCHESTRATOR_URL: wire.url,
      ORCHESTRATOR_API_KEY: keys.robotKey,
      ROBOT_NAME: name,
      ROBOT_DATA: data,
      ROBOT_MAX_JOBS: String(maxJobs ?? options.maxJobs ?? 2),
      ROBOT_GRACE_SECONDS: '0',
      CASARE_PACKS: join(folder, 'packs'),
    });
    robots.push(robot);
    return robot;
  }
  for (let i = 0; i < (options.robots ?? 0); i++) await addRobot();
  await Promise.all(robots.map((one) => one.start()));

  const running = started.move();
  return {
    folder,
    random,
    postgres,
    ledger,
    databaseWire,
    orchestrators,
    robots,
    keys,
    api,
    tap,
    addRobot,
    async query<Row extends object>(text: string, values: unknown[] = []) {
      const client = new pg.Client({ connectionString: postgres.url, connectionTimeoutMillis: 3000 });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** An admin key and a robot key, as the first person in a new fleet would make them. */
async function makeKeys(url: string): Promise<{ adminKey: string; robotKey: string }> {
  const database = openDatabase({ url, maxConnections: 2, onError: () => undefined });
  try {
    return await createFirstKeys(database, await ensureWorkspace(database), 'test');
  } finally {
    await database.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

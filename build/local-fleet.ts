import { join } from 'node:path';
import { type StartOptions, startOrchestrator } from '@casare/orchestrator';
import { type Child, startChild } from './child.ts';
import { root } from './run-tool.ts';

export interface LocalFleet extends AsyncDisposable {
  readonly orchestratorUrl: string;
  readonly databaseUrl: string;
  readonly adminKey: string;
  readonly robotKey: string;
  /** Robots started so far, ended ones included. */
  readonly robots: readonly Child[];
  /** A robot process of its own, ready when it has registered. The same name and data folder again is the same robot. */
  startRobot(options: RobotOptions): Promise<Child>;
  /** The studio in a browser, answering for the orchestrator too. */
  startStudio(options: StudioOptions): Promise<{ url: string; child: Child }>;
  /** Robots, studio, then the orchestrator with its database. */
  stop(): Promise<void>;
}

export interface RobotOptions {
  name: string;
  dataFolder: string;
  maxJobs?: number;
  graceSeconds?: number;
  onLine?(line: string): void;
}

export interface StudioOptions {
  port: number;
  dataFolder: string;
  workflowsFolder: string;
  /** Where third-party packs are installed; absent: those of this person. */
  packsFolder?: string;
  onLine?(line: string): void;
}

export interface LocalFleetOptions {
  /** Database, and everything that outlives a start. */
  dataFolder: string;
  /** 0 picks a free one. */
  port: number;
  /** Absent: embedded PostgreSQL in the data folder. */
  databaseUrl?: string;
  logLevel?: string;
  /** Shorter leases and retries, for tests. */
  timing?: StartOptions['timing'];
  /** Keys of an earlier start on the same data. */
  keys?: { adminKey: string; robotKey: string };
}

/** Every program of the product on this machine: the orchestrator in this process, robots and studio in processes of their own. */
export async function startLocalFleet(options: LocalFleetOptions): Promise<LocalFleet> {
  const orchestrator = await startOrchestrator(
    {
      host: '127.0.0.1',
      port: options.port,
      ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
      dataDir: join(options.dataFolder, 'postgres'),
      maxConnections: 12,
      studioDist: join(root, 'studio', 'dist'),
      logLevel: options.logLevel ?? 'warn',
      allowedOrigins: [],
      trustedProxies: [],
      keyEnvironment: 'dev',
      retentionDays: 30,
      migrate: true,
    },
    options.timing ? { timing: options.timing } : {},
  );
  const children: Child[] = [];
  const robots: Child[] = [];
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop(3500)));
    await orchestrator.stop();
  };
  try {
    const keys = (await usableKeys(orchestrator.url, options.keys)) ?? (await newKeys(orchestrator));
    return {
      orchestratorUrl: orchestrator.url,
      databaseUrl: orchestrator.databaseUrl,
      ...keys,
      robots,
      async startRobot(robot) {
        const { child } = await startChild(join(root, 'robot', 'main.ts'), {
          env: {
            ORCHESTRATOR_URL: orchestrator.url,
            ORCHESTRATOR_API_KEY: keys.robotKey,
            ROBOT_NAME: robot.name,
            ROBOT_DATA: robot.dataFolder,
            ROBOT_MAX_JOBS: String(robot.maxJobs ?? 1),
            ROBOT_GRACE_SECONDS: String(robot.graceSeconds ?? 1),
          },
          readyMs: 60_000,
          ...(robot.onLine && { onLine: robot.onLine }),
        });
        children.push(child);
        robots.push(child);
        return child;
      },
      async startStudio(studio) {
        const { child, ready } = await startChild(join(root, 'electron', 'host', 'main.ts'), {
          env: {
            STUDIO_PORT: String(studio.port),
            STUDIO_DIST: join(root, 'studio', 'dist'),
            STUDIO_DATA: studio.dataFolder,
            STUDIO_WORKFLOWS: studio.workflowsFolder,
            ...(studio.packsFolder !== undefined && { CASARE_PACKS: studio.packsFolder }),
            STUDIO_EXAMPLES: join(root, 'examples'),
            ORCHESTRATOR_URL: orchestrator.url,
            ORCHESTRATOR_API_KEY: keys.adminKey,
          },
          readyMs: 30_000,
          ...(studio.onLine && { onLine: studio.onLine }),
        });
        children.push(child);
        return { url: String(ready), child };
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function usableKeys(url: string, keys: LocalFleetOptions['keys']): Promise<LocalFleetOptions['keys']> {
  if (!keys) return undefined;
  const response = await fetch(`${url}/api/v1/me`, { headers: { 'x-api-key': keys.adminKey } });
  return response.ok ? keys : undefined;
}

async function newKeys(orchestrator: {
  url: string;
  createFirstKeys(): Promise<{ adminKey: string; robotKey: string } | undefined>;
}) {
  const first = await orchestrator.createFirstKeys();
  if (first) return { adminKey: first.adminKey, robotKey: first.robotKey };
  throw new Error(
    'This database has keys already, and the file with them is gone. Use the data folder it belongs to, or delete the data folder to begin anew.',
  );
}

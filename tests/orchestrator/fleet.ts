import { randomUUID } from 'node:crypto';
import {
  type ClaimedJob,
  indexCatalog,
  type Job,
  type NodeDescriptor,
  type Robot,
  type Workflow,
} from '@casare/shared';
import { openDatabase } from '../../orchestrator/db/database.ts';
import type { Statement } from '../../orchestrator/db/sql.ts';
import { acrossTenants } from '../../orchestrator/db/transaction.ts';
import {
  type Orchestrator,
  type OrchestratorConfig,
  readConfig,
  startOrchestrator,
  type StartOptions,
} from '../../orchestrator/index.ts';
import { createFirstKeys, createWorkspace } from '../../orchestrator/keys/first-keys.ts';
import { createTestDatabase } from '../support/database.ts';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

export type Call = <Body = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<Body>>;

export interface Keys {
  readonly adminKey: string;
  readonly robotKey: string;
}

export interface Fleet extends AsyncDisposable {
  readonly orchestrator: Orchestrator;
  readonly url: string;
  readonly databaseUrl: string;
  readonly keys: Keys;
  readonly admin: Call;
  readonly robot: Call;
}

const node = (type: string, more: Partial<NodeDescriptor>): NodeDescriptor => ({
  type,
  version: 1,
  title: type,
  category: 'control',
  icon: 'circle',
  description: type,
  synonyms: [],
  inputs: [{ id: 'in', title: 'In', kind: 'flow' }],
  outputs: [{ id: 'out', title: 'Out', kind: 'flow' }],
  params: { type: 'object', properties: {} },
  output: {},
  capabilities: [],
  effect: 'pure',
  ...more,
});

/** Two node types are enough to publish: what nodes do is no business of the orchestrator. */
export const testCatalog = indexCatalog({
  nodes: [node('test.start', { inputs: [] }), node('test.browse', { capabilities: ['browser'] })],
});

/** An orchestrator over a database of its own, or a further instance over a given one. */
export async function startFleet(
  options: StartOptions = {},
  over?: Fleet,
  config: Partial<OrchestratorConfig> = {},
): Promise<Fleet> {
  const database = over ? undefined : await createTestDatabase();
  const databaseUrl = over?.databaseUrl ?? database?.url ?? '';
  const orchestrator = await startOrchestrator(
    {
      ...readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl }),
      requestRates: undefined,
      migrate: false,
      ...config,
    },
    { catalog: testCatalog, wrongKeysPerMinute: 100_000, wrongPasswordsPerMinute: 100_000, ...options },
  );
  const keys = over?.keys ?? (await orchestrator.createFirstKeys());
  if (!keys) throw new Error('a new database has no keys yet');
  const stop = async () => {
    await orchestrator.stop();
    await database?.drop();
  };
  return {
    orchestrator,
    url: orchestrator.url,
    databaseUrl,
    keys,
    admin: caller(orchestrator.url, keys.adminKey),
    robot: caller(orchestrator.url, keys.robotKey),
    [Symbol.asyncDispose]: stop,
  };
}

export function caller(url: string, key: string | undefined): Call {
  return async <Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path.startsWith('/health') || path === '/metrics' ? '' : '/api/v1'}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text.startsWith('{') ? (JSON.parse(text) as Body) : ({ text } as Body);
    return { status: response.status, body: parsed, headers: response.headers };
  };
}

/** A second tenant in the same database, with keys of its own. */
export async function addTenant(fleet: Fleet): Promise<Keys> {
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 2, onError: () => {} });
  try {
    const workspace = await acrossTenants(database.system, (db) => createWorkspace(db, 'Other'));
    return await createFirstKeys(database, workspace, 'test');
  } finally {
    await database.close();
  }
}

/** Statements as the system role, for looking behind the API. */
export async function query<Row>(fleet: Pick<Fleet, 'databaseUrl'>, statement: Statement): Promise<Row[]> {
  const database = openDatabase({ url: fleet.databaseUrl, maxConnections: 1, onError: () => {} });
  try {
    return await acrossTenants(database.system, (db) => db.query<Row>(statement));
  } finally {
    await database.close();
  }
}

export function makeDocument(more: Partial<Workflow> = {}): Record<string, unknown> {
  return {
    schemaVersion: 1,
    id: 'invoices',
    name: 'Invoices',
    nodes: [{ id: 'start', type: 'test.start' }],
    edges: [],
    ...more,
  };
}

export async function publish(admin: Call, more: Partial<Workflow> = {}): Promise<string> {
  const { body } = await admin<{ workflow: { id: string } }>('POST', '/workflows', { document: makeDocument(more) });
  return body.workflow.id;
}

export async function submit(admin: Call, workflowId: string, more: Record<string, unknown> = {}): Promise<Job> {
  const { status, body } = await admin<{ jobs: Job[] }>('POST', '/jobs', { workflowId, ...more });
  if (status !== 201) throw new Error(`submit answered ${status}: ${JSON.stringify(body)}`);
  return body.jobs[0] as Job;
}

export interface TestRobot {
  readonly id: string;
  readonly instanceId: string;
  claim(more?: Record<string, unknown>): Promise<ClaimedJob[]>;
  report(job: Pick<ClaimedJob, 'jobId' | 'fence'>, what: string, more?: Record<string, unknown>): Promise<Answer>;
  beat(jobs?: readonly Pick<ClaimedJob, 'jobId' | 'fence'>[], state?: string): Promise<Answer>;
}

export async function register(robot: Call, more: Record<string, unknown> = {}): Promise<TestRobot> {
  const instanceId = randomUUID();
  const { status, body } = await robot<{ robot: Robot }>('POST', '/robots/self-register', {
    name: `robot ${instanceId.slice(0, 8)}`,
    instanceId,
    version: '0.1.0',
    protocol: 1,
    platform: 'linux',
    hostname: 'test',
    capabilities: [],
    cores: 2,
    memoryMb: 4096,
    maxConcurrentJobs: 10,
    ...more,
  });
  if (status !== 200) throw new Error(`register answered ${status}: ${JSON.stringify(body)}`);
  return {
    id: body.robot.id,
    instanceId,
    async claim(wanted = {}) {
      const answer = await robot<{ jobs: ClaimedJob[] }>('POST', '/jobs/claim', {
        claimKey: randomUUID(),
        instanceId,
        ...wanted,
      });
      if (answer.status !== 200) throw new Error(`claim answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body.jobs;
    },
    report(job, what, extra = {}) {
      const ends = ['complete', 'fail', 'release', 'park'].includes(what);
      const body = {
        fence: job.fence,
        ...(ends ? { lastStepSeq: 0 } : {}),
        ...(what === 'complete' ? { output: null } : {}),
        ...extra,
      };
      return robot('POST', `/jobs/${job.jobId}/${what}`, body);
    },
    beat(jobs = [], state = 'idle') {
      return robot('POST', '/robots/heartbeat', {
        instanceId,
        state,
        cpuPercent: 5,
        memoryPercent: 10,
        diskFreeMb: 1000,
        jobs: jobs.map(({ jobId, fence }) => ({ jobId, fence })),
      });
    },
  };
}

export function one<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
}

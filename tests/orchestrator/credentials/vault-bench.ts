import { randomUUID } from 'node:crypto';
import type { ClaimedJob, Credential, RunVault } from '@casare/shared';
import pg from 'pg';
import {
  addTenant,
  type Answer,
  type Call,
  caller,
  type Fleet,
  one,
  publish,
  register,
  startFleet,
  submit,
  testCatalog,
  type TestRobot,
} from '../fleet.ts';

type Read = RunVault & { error?: { code: string; message: string } };

export interface VaultBench extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly robot: TestRobot;
  readonly second: TestRobot;
  /** An admin of another tenant. */
  readonly stranger: Call;
  /** Behind the API. */
  readonly owner: pg.Client;
  create(name: string, more?: Record<string, unknown>): Promise<Credential>;
  /** A claimed job of a workflow whose outputs hold these texts. */
  jobNaming(texts: readonly string[], on?: TestRobot): Promise<ClaimedJob>;
  claimOf(workflowId: string, on: TestRobot, more?: Record<string, unknown>): Promise<ClaimedJob>;
  /** What the robot's key gets for a job. */
  read(job: Pick<ClaimedJob, 'jobId' | 'fence'>, wanted: Record<string, unknown>): Promise<Answer<Read>>;
  auditOf(action: string, subject?: string): Promise<{ details: Record<string, unknown>; actor: string }[]>;
  /** Every text of every table. */
  wholeDatabase(): Promise<string>;
}

export async function openVaultBench(): Promise<VaultBench> {
  const [step, browse] = [...testCatalog.values()];
  if (!step || !browse) throw new Error('the catalog of tests has two node types');
  // The one node type whose parameters the orchestrator looks into.
  const call = { ...step, type: 'workflow.call', inputs: browse.inputs };
  const fleet = await startFleet({ catalog: new Map([...testCatalog, [call.type, call]]) });
  const robot = await register(fleet.robot, { maxConcurrentJobs: 64 });
  const second = await register(fleet.robot, { maxConcurrentJobs: 64 });
  const owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();

  async function create(name: string, more: Record<string, unknown> = {}): Promise<Credential> {
    const { status, body } = await fleet.admin<Credential>('POST', '/credentials', {
      name,
      kind: 'login',
      fields: { username: `${name}-user`, password: `canary-${name}` },
      ...more,
    });
    if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async function jobNaming(texts: readonly string[], on = robot, id = `flow-${randomUUID()}`): Promise<ClaimedJob> {
    const workflowId = await publish(fleet.admin, { id, outputs: texts.map((value, i) => ({ name: `o${i}`, value })) });
    return claimOf(workflowId, on);
  }

  async function claimOf(workflowId: string, on: TestRobot, more: Record<string, unknown> = {}): Promise<ClaimedJob> {
    const { id } = await submit(fleet.admin, workflowId, { robotId: on.id, priority: 20, ...more });
    const job = one(await on.claim());
    if (job.jobId !== id) throw new Error('the robot got another job');
    return job;
  }

  function read(job: Pick<ClaimedJob, 'jobId' | 'fence'>, wanted: Record<string, unknown>) {
    return fleet.robot<Read>('POST', `/jobs/${job.jobId}/vault`, {
      fence: job.fence,
      ...wanted,
    });
  }

  async function auditOf(action: string, subject?: string) {
    const { rows } = await owner.query<{ details: Record<string, unknown>; actor: string }>(
      'select details, actor from audit_log where action = $1 and ($2::uuid is null or subject_id = $2) order by id',
      [action, subject ?? null],
    );
    return rows;
  }

  async function wholeDatabase(): Promise<string> {
    const { rows: tables } = await owner.query<{ name: string }>(
      `select c.relname as name from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
    );
    let text = '';
    for (const { name } of tables) {
      const { rows } = await owner.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
      text += rows.map(({ row }) => row).join('\n');
    }
    return text;
  }

  return {
    fleet,
    robot,
    second,
    stranger: caller(fleet.url, (await addTenant(fleet)).adminKey),
    owner,
    create,
    jobNaming,
    claimOf,
    read,
    auditOf,
    wholeDatabase,
    async [Symbol.asyncDispose]() {
      await owner.end();
      await fleet[Symbol.asyncDispose]();
    },
  };
}

import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { ClaimedJob } from '@casare/shared';
import { caller, type Call, type Keys, publish, register } from '../fleet.ts';
import { eachOf, fill, type Operation } from './operations.ts';
import { sample } from './sample.ts';

export interface SeededTenant {
  readonly admin: Call;
  readonly robot: Call;
  readonly keys: Keys;
  readonly tenantId: string;
  /** Ids of everything the tenant has that a route opens. */
  readonly ids: readonly string[];
}

const idForm = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** A tenant that has something of every kind, each with the canary in its texts. */
export async function seedTenant(
  url: string,
  keys: Keys,
  operations: readonly Operation[],
  canary: string,
  withIds: boolean,
): Promise<SeededTenant> {
  const admin = caller(url, keys.adminKey);
  const robot = caller(url, keys.robotKey);
  const { tenantId } = (await admin<{ tenantId: string }>('GET', '/me')).body;
  await seedByHand(url, admin, robot, canary);
  const nothing = randomUUID();
  // What a sample of the schema is enough for.
  const makers = operations.filter(
    ({ method, isClosed, path, params, body }) =>
      method === 'POST' && isClosed && body && params.length === 0 && !/claim|sign-out|stop/.test(path),
  );
  for (const { path, body } of makers)
    for (const small of [true, false])
      await admin('POST', below(path), sample(body ?? {}, { id: nothing, text: canary, small }));
  const ids = withIds ? await readIds(admin, operations) : [];
  return { admin, robot, keys, tenantId, ids };
}

const json = { 'content-type': 'application/json' };

async function seedByHand(url: string, admin: Call, robot: Call, canary: string): Promise<void> {
  const workflowId = await publish(admin, { id: canary.toLowerCase(), name: canary, description: canary });
  const submit = (more: Record<string, unknown> = {}) =>
    ok(admin('POST', '/jobs', { workflowId, reference: canary, ...more }));
  const worker = await register(robot, { name: canary, tags: [canary] });
  // One that waits for somebody, one that runs with a journal and a log, one that failed, one that is pending.
  for (let i = 0; i < 3; i++) await submit();
  const [asking, running, failing] = await worker.claim({ n: 3 });
  const task = { id: 'a', kind: 'notify', workflowName: canary, nodeId: 'a', title: canary, text: canary };
  if (!asking || !running || !failing) throw new Error('there were three jobs to claim');
  await declareArtifact(robot, worker.instanceId, running, canary);
  await worker.report(asking, 'park', {
    tasks: [{ path: 'a', task: { ...task, fields: [], choices: [], deadline: null } }],
  });
  await worker.report(running, 'progress', {
    steps: [{ seq: 1, kind: 'finished', path: 'a', nodeId: 'start', at: 1, output: canary }],
    logs: [{ seq: 1, at: 1, level: 'info', message: canary }],
  });
  await worker.report(failing, 'fail', { error: { code: 'THROWN', message: canary } });
  await submit({ requiredCapabilities: [canary] });
  const { id: queueId } = await ok<{ id: string }>(admin('POST', '/queues', { name: canary, description: canary }));
  await ok(admin('POST', `/queues/${queueId}/items`, { items: [{ content: { canary }, reference: canary }] }));
  await ok(admin('POST', '/robots/commands', { robotIds: [worker.id], command: 'pause' }, once()));
  const timing = { kind: 'cron', expression: '0 9 * * 1' };
  await ok(admin('POST', '/schedules', { name: canary, description: canary, timing, job: { workflowId } }));
  await ok(
    admin('POST', '/credentials', { name: canary, kind: 'token', description: canary, fields: { token: canary } }),
  );
  await ok(admin('POST', '/assets', { name: canary, kind: 'text', description: canary, value: canary }));
  const settings = { scheme: 'none', allowUnsigned: true };
  const { trigger } = await ok<{ trigger: { path: string } }>(
    admin('POST', '/triggers', { kind: 'webhook', name: canary, workflowId, settings }),
  );
  await fetch(`${url}${trigger.path}`, { method: 'POST', headers: json, body: JSON.stringify({ canary }) });
  const { token } = await ok<{ token: string }>(
    admin('POST', '/invitations', { email: `${canary}@example.com`, role: 'viewer' }),
  );
  await ok(admin('POST', '/invitations/accept', { token, name: canary, password: `long enough ${canary}` }));
  await ok(admin('POST', '/invitations', { email: `second-${canary}@example.com`, role: 'viewer' }));
}

async function declareArtifact(robot: Call, instanceId: string, job: ClaimedJob, canary: string): Promise<void> {
  const sha256 = createHash('sha256').update(canary).digest('hex');
  const proof = createHmac('sha256', Buffer.from(job.journalKey, 'base64'))
    .update(`artifact ${job.fence} ${sha256}`)
    .digest('base64');
  const { id } = await ok<{ id: string }>(
    robot('POST', '/artifacts', {
      instanceId,
      kind: 'log',
      name: canary,
      contentType: 'text/plain',
      size: canary.length,
      sha256,
      takenAt: '2026-01-01T00:00:00.000Z',
      job: { jobId: job.jobId, fence: job.fence, attempt: job.attempt, proof },
    }),
  );
  const data = Buffer.from(canary).toString('base64');
  await ok(robot('POST', `/artifacts/${id}/pieces`, { instanceId, index: 0, data }));
}

const once = () => ({ 'idempotency-key': randomUUID() });

async function ok<Body>(answer: Promise<{ status: number; body: unknown }>): Promise<Body> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the seed was answered ${status}: ${JSON.stringify(body)}`);
  return body as Body;
}

/** The ids of what a tenant has: every id in what it is shown that one of its routes opens. */
async function readIds(admin: Call, operations: readonly Operation[]): Promise<string[]> {
  const reads = operations.filter(
    ({ method, isClosed, path }) => method === 'GET' && isClosed && path.startsWith('/api/v1/'),
  );
  const found = new Set<string>();
  const note = async (path: string) => {
    const { status, body } = await admin('GET', path);
    if (status === 200) for (const [id] of JSON.stringify(body).matchAll(idForm)) found.add(id);
    return status === 200;
  };
  await eachOf(
    reads.filter(({ params }) => params.length === 0),
    ({ path }) => note(below(path).replace(/\/events$/, '/events?since=0')),
  );
  const inner = reads.filter(({ params }) => params.length === 1);
  const opened = new Set<string>();
  const openAll = (ids: readonly string[]) =>
    eachOf(ids, async (id) => {
      for (const { path } of inner) if (await note(below(fill(path, () => id)))) opened.add(id);
    });
  const before = [...found];
  await openAll(before);
  await openAll([...found].filter((id) => !before.includes(id)));
  return [...opened];
}

/** As `Call` takes it. */
export function below(path: string): string {
  return path.replace('/api/v1', '');
}

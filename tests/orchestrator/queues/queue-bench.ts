import type { FleetQueue, FleetQueueItem, JobQueueItem, QueueItemSummary } from '@casare/shared';
import pg from 'pg';
import {
  type Answer,
  type Call,
  type Fleet,
  one,
  publish,
  register,
  startFleet,
  submit,
  type TestRobot,
} from '../fleet.ts';

export interface HeldJob {
  readonly jobId: string;
  readonly fence: number;
}

export interface AddReply {
  results: { item: QueueItemSummary | null; error: { code: string; message: string; itemId: string | null } | null }[];
  added: number;
}

/** A fleet with a robot that holds jobs, for what these do with queues. */
export interface QueueBench extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly robot: TestRobot;
  readonly workflowId: string;
  newQueue(settings?: object): Promise<FleetQueue>;
  /** Adds items as people do. */
  add(queue: Pick<FleetQueue, 'id'>, ...items: object[]): Promise<QueueItemSummary[]>;
  newJob(): Promise<HeldJob>;
  next(job: HeldJob, queue: string, more?: object): Promise<JobQueueItem | undefined>;
  report(job: HeldJob, item: JobQueueItem, report: object): Promise<Answer<{ item: JobQueueItem; duplicate: boolean }>>;
  item(id: string): Promise<FleetQueueItem>;
  items(queueId: string, query?: string): Promise<QueueItemSummary[]>;
  queue(id: string): Promise<FleetQueue>;
  /** As if so much time had passed for everything in the queues. */
  pass(ms: number): Promise<void>;
}

export async function openQueueBench(): Promise<QueueBench> {
  // Housekeeping comes once an hour: what is due is then seen to be done by who asks for items.
  const fleet = await startFleet({ timing: { leaseSeconds: 600, reapSeconds: 3600 } });
  const robot = await register(fleet.robot, { maxConcurrentJobs: 64 });
  const workflowId = await publish(fleet.admin);
  let keys = 0;
  const admin: Call = fleet.admin;
  return {
    fleet,
    robot,
    workflowId,
    async newQueue(settings = {}) {
      const { status, body } = await admin<FleetQueue>('POST', '/queues', { name: `queue ${++keys}`, ...settings });
      if (status !== 201) throw new Error(`a queue answered ${status}: ${JSON.stringify(body)}`);
      return body;
    },
    async add(queue, ...items) {
      const { status, body } = await admin<AddReply>('POST', `/queues/${queue.id}/items`, { items });
      if (status !== 201) throw new Error(`items answered ${status}: ${JSON.stringify(body)}`);
      return body.results.map(({ item }) => item as QueueItemSummary);
    },
    async newJob() {
      await submit(admin, workflowId);
      const { jobId, fence } = one(await robot.claim());
      return { jobId, fence };
    },
    async next({ jobId, fence }, queue, more = {}) {
      const request = { fence, queue, key: `step ${++keys}`, lockMs: 60_000, ...more };
      const answer = await fleet.robot<{ items: JobQueueItem[] }>('POST', `/jobs/${jobId}/queue-items/next`, request);
      if (answer.status !== 200) throw new Error(`next answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body.items[0];
    },
    report: ({ jobId, fence }, item, report) =>
      fleet.robot('POST', `/jobs/${jobId}/queue-items/report`, { fence, itemId: item.id, lock: item.lock, report }),
    item: async (id) => (await admin<FleetQueueItem>('GET', `/queue-items/${id}`)).body,
    items: async (queueId, query = '') =>
      (await admin<{ items: QueueItemSummary[] }>('GET', `/queues/${queueId}/items${query}`)).body.items,
    queue: async (id) => (await admin<FleetQueue>('GET', `/queues/${id}`)).body,
    pass: (ms) => letPass(fleet.databaseUrl, ms),
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  };
}

/** Moves every moment of every item into the past. */
async function letPass(databaseUrl: string, ms: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const moments = ['due_at', 'risk_at', 'not_before', 'created_at', 'started_at', 'ended_at', 'locked_until'];
    const back = moments.map((name) => `${name} = ${name} - $1::float8 * interval '1 millisecond'`).join(', ');
    await client.query(`update queue_items set ${back}`, [ms]);
  } finally {
    await client.end();
  }
}

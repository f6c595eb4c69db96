import {
  addedQueueItemsSchema,
  pageOf,
  type QueueItemSummary,
  queueItemHistorySchema,
  queueItemListSchema,
  queueSchema,
} from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exampleFile } from '../../build/run-example.ts';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { expectEachStepOnce } from './expect-once.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
let robots: TestRobot[];
beforeAll(async () => {
  fleet = await startTestFleet();
  robots = await Promise.all(['one', 'two'].map((name) => fleet.startRobot({ name })));
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function restart(robot: TestRobot | undefined): Promise<void> {
  if (!robot) throw new Error('there is no such robot');
  await robot.kill();
  const again = await fleet.startRobot({ name: robot.name, dataFolder: robot.dataFolder });
  robots = robots.map((other) => (other === robot ? again : other));
}

const ledger = { name: 'ledger', type: 'text' as const };
const post = (path: string, body: string) => ({
  type: 'http.request',
  params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body },
});

/** Takes items as long as there are any, and posts what each holds. */
function performer(queue: string) {
  return flow(
    {
      start: 'control.start',
      loop: { type: 'control.while', params: { condition: true } },
      next: { type: 'queue.next', params: { queue } },
      post: post('/work', '${steps.next.output.item.data.n}'),
      done: { type: 'queue.setStatus', params: { item: '${steps.next.output.item}', output: '${item}' } },
      stop: 'control.break',
    },
    ['start>loop', 'loop.body>next', 'next>post', 'post>done', 'next.empty>stop'],
    { inputs: [ledger] },
  );
}

async function itemsOf(queueId: string): Promise<QueueItemSummary[]> {
  return (await fleet.client.call('GET', `/queues/${queueId}/items?limit=500`, queueItemListSchema)).items;
}

test('two robots work through a queue and are killed again and again: one success for each item, none taken twice', async () => {
  const queue = await fleet.client.call('POST', '/queues', queueSchema, { name: 'chaos' });
  const items = Array.from({ length: 30 }, (_, n) => ({ reference: `R-${n}`, content: { n } }));
  await fleet.client.call('POST', `/queues/${queue.id}/items`, addedQueueItemsSchema, { items });
  fleet.ledger.delay(40);
  const document = performer('chaos');
  const jobs = await fleet.submitMany(document, [{}, {}]);
  for (const [effects, victim] of [
    [5, 0],
    [11, 1],
    [17, 0],
  ] as const) {
    await waitFor(() => fleet.ledger.effects.length >= effects, { timeoutMs: 60_000, everyMs: 5 });
    await restart(robots[victim]);
  }
  for (const { id } of jobs) {
    expect(await fleet.ended(id, 90)).toMatchObject({ state: 'completed' });
    expectEachStepOnce(await fleet.steps(id));
  }
  fleet.ledger.delay(0);
  const ended = await itemsOf(queue.id);
  expect(ended.map(({ state, attempt }) => [state, attempt])).toEqual(items.map(() => ['successful', 1]));
  for (const { id } of ended) {
    const { history, lineage } = await fleet.client.call('GET', `/queue-items/${id}/history`, queueItemHistorySchema);
    expect(history.map(({ what }) => what)).toEqual(['added', 'taken', 'successful']);
    expect(lineage).toHaveLength(1);
  }
  // A post that was under way when its robot died came again with the same key.
  expect(fleet.ledger.done('/work').toSorted((a, b) => Number(a) - Number(b))).toEqual(items.map((_, n) => n));
});

test('a robot that is gone for good leaves its item to whoever goes on with its job', async () => {
  const queue = await fleet.client.call('POST', '/queues', queueSchema, { name: 'lost' });
  await fleet.client.call('POST', `/queues/${queue.id}/items`, addedQueueItemsSchema, { content: { n: 'lost' } });
  fleet.ledger.hold('/work');
  const from = fleet.ledger.effects.length;
  const job = await fleet.submit(performer('lost'));
  await waitFor(() => fleet.ledger.effects.length > from, { timeoutMs: 60_000 });
  const { robotName } = await fleet.job(job.id);
  const lost = robots.filter(({ name }) => name === robotName);
  robots = robots.filter(({ name }) => name !== robotName);
  await lost[0]?.kill();
  await fleet.expireLease(job.id);
  fleet.ledger.release();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', robotName: robots[0]?.name });
  expect(await itemsOf(queue.id)).toMatchObject([{ state: 'successful', attempt: 1 }]);
});

test('the examples: a dispatcher adds invoices once, a performer books them and tells two kinds of failures apart', async () => {
  const run = async (name: string) => {
    const job = await fleet.client.submit(await fleet.client.publish(exampleFile(name)), {});
    return (await fleet.ended(job.id)).output;
  };
  expect(await run('invoice-dispatcher')).toEqual({ added: 6, known: 0 });
  expect(await run('invoice-dispatcher')).toEqual({ added: 0, known: 6 });
  await run('invoice-performer');
  const queues = (await fleet.client.call('GET', '/queues', pageOf(queueSchema))).items;
  const queue = queues.find(({ name }) => name === 'example invoices');
  expect(queue?.figures).toMatchObject({ new: 0, successful: 5, failedBusiness: 1, retried: 1, toReview: 1 });
  const items = (await itemsOf(queue?.id ?? '')).map((item) => [item.reference, item.state, item.attempt]);
  expect(items.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
    ['R-1001', 'successful', 1],
    ['R-1002', 'successful', 1],
    ['R-1003', 'failed', 1],
    ['R-1004', 'retried', 1],
    ['R-1004', 'successful', 2],
    ['R-1005', 'successful', 1],
    ['R-1006', 'successful', 1],
  ]);
});

test('an item is added once although the orchestrator is away when the step comes to it', async () => {
  const dispatcher = flow(
    {
      start: 'control.start',
      before: post('/before', 'none'),
      add: { type: 'queue.add', params: { queue: 'away', data: { n: 1 } } },
    },
    ['start>before', 'before>add'],
    { inputs: [ledger], outputs: [{ name: 'item', value: '${steps.add.output.item}' }] },
  );
  fleet.ledger.hold('/before');
  const from = fleet.ledger.effects.length;
  const job = await fleet.submit(dispatcher);
  await waitFor(() => fleet.ledger.effects.length > from, { timeoutMs: 60_000 });
  await fleet.stopOrchestrator();
  fleet.ledger.release();
  await fleet.startOrchestrator();
  const ended = await fleet.ended(job.id);
  expect(ended).toMatchObject({
    state: 'completed',
    output: { item: { queue: 'away', status: 'new', maxRetries: 1 } },
  });
});

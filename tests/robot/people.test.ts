import { type FleetTask, fleetTaskSchema, pageOf, type Workflow } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

let fleet: TestFleet;
let robot: TestRobot | undefined;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** The robot of the test before, or another one when that is gone. */
async function someRobot(): Promise<TestRobot> {
  robot ??= await fleet.startRobot();
  return robot;
}

async function killRobot(): Promise<void> {
  await robot?.kill();
  robot = undefined;
}

async function tasksOf(jobId: string, state = 'open'): Promise<FleetTask[]> {
  const path = `/tasks?jobId=${jobId}&state=${state}`;
  return (await fleet.client.call('GET', path, pageOf(fleetTaskSchema))).items.toReversed();
}

function answer(task: FleetTask | undefined, body: unknown): Promise<FleetTask> {
  return fleet.client.call('POST', `/tasks/${task?.id}/answer`, fleetTaskSchema, body);
}

const post = (path: string, body: string) => ({
  type: 'http.request',
  params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body },
});
const ledgerInput: Workflow['inputs'] = [{ name: 'ledger', type: 'text' }];

/** Posts, asks how many, and posts the answer. */
const asking = () =>
  flow(
    {
      start: 'control.start',
      before: post('/before', '1'),
      ask: {
        type: 'people.form',
        params: {
          title: 'How many for ${input.customer}?',
          fields: [
            { name: 'count', kind: 'number', required: true },
            { name: 'pin', kind: 'secret' },
          ],
        },
        // Says nothing about a question: that is never in doubt.
        onInDoubt: 'skip' as const,
      },
      check: { type: 'data.log', params: { message: 'the pin is ${vars.pin}' } },
      after: post('/after', '${steps.ask.output.values.count}'),
    },
    ['start>before', 'before>ask', 'ask>check', 'check>after'],
    {
      inputs: [...ledgerInput, { name: 'customer', type: 'text', secret: true }],
      variables: [{ name: 'pin', type: 'text', secret: true }],
      outputs: [
        { name: 'count', value: '${steps.ask.output.values.count}' },
        { name: 'isRight', value: "${vars.pin == 'hunter2-hunter2'}" },
      ],
    },
  );

test('a form is asked by one robot, answered when that one is gone, and taken to its end by another', async () => {
  const first = await someRobot();
  const job = await fleet.submit(asking(), { input: { customer: 'Secret Customer' } });
  const waiting = await fleet.ended(job.id);
  expect(waiting).toMatchObject({
    state: 'waiting',
    error: null,
    waitingFor: { kind: 'task', tasks: [{ path: 'ask' }] },
  });
  const [task, ...more] = await tasksOf(job.id);
  expect(more).toEqual([]);
  expect(task?.task.title).toBe('How many for ••••?');
  await waitFor(async () => (await fleet.robots())[0]?.state === 'idle', { until: 'the robot is free' });
  await killRobot();

  const values = { count: 3, pin: 'hunter2-hunter2' };
  expect((await answer(task, { choice: 'submit', values })).answer?.values).toEqual({ count: 3, pin: '••••' });
  const second = await someRobot();
  expect(second.name).not.toBe(first.name);
  expect(await fleet.ended(job.id)).toMatchObject({
    state: 'completed',
    robotName: second.name,
    output: { count: 3, isRight: true },
  });
  expect(fleet.ledger.done('/before')).toHaveLength(1);
  expect(fleet.ledger.done('/after')).toEqual([3]);
  expect(await tasksOf(job.id, 'open,answered')).toHaveLength(1);
  const seen = JSON.stringify([await fleet.steps(job.id), await fleet.logs(job.id), await fleet.job(job.id)]);
  expect(seen).toContain('the pin is ••••');
  expect(seen).not.toContain('hunter2');
});

test('a robot that is killed with the answer loses nothing and nobody is asked again', async () => {
  const before = fleet.ledger.effects.length;
  await someRobot();
  const job = await fleet.submit(asking(), { input: { customer: 'Ada Lovelace' } });
  expect((await fleet.ended(job.id)).state).toBe('waiting');
  fleet.ledger.hold('/after');
  const [task] = await tasksOf(job.id);
  await answer(task, { choice: 'submit', values: { count: 7, pin: 'hunter2-hunter2' } });
  await waitFor(() => fleet.ledger.effects.slice(before).some(({ path }) => path === '/after'), { timeoutMs: 60_000 });
  await killRobot();
  await fleet.expireLease(job.id);
  fleet.ledger.release();
  await someRobot();
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', output: { count: 7, isRight: true } });
  expect((await tasksOf(job.id, 'open,answered,cancelled,expired')).map(({ id }) => id)).toEqual([task?.id]);
});

/** Two branches ask at the same time, a third one is at work; each posts what it got. */
const together = () =>
  flow(
    {
      start: 'control.start',
      both: { type: 'control.parallel', params: { branches: 3 } },
      left: { type: 'people.approve', params: { question: 'Left?', choices: ['yes', 'no'] } },
      leftYes: post('/left', 'yes'),
      leftNo: post('/left', 'no'),
      right: { type: 'people.approve', params: { question: 'Right?', choices: ['yes', 'no'] } },
      rightYes: post('/right', 'yes'),
      rightNo: post('/right', 'no'),
      work: post('/work', 'done'),
    },
    [
      'start>both',
      'both.branch1>left',
      'left.yes>leftYes',
      'left.no>leftNo',
      'both.branch2>right',
      'right.yes>rightYes',
      'right.no>rightNo',
      'both.branch3>work',
    ],
    { inputs: ledgerInput },
  );

test('branches ask together, each goes on with its own answer by the port of the choice', async () => {
  await someRobot();
  const job = await fleet.submit(together());
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'waiting', waitingFor: { count: 2 } });
  expect(fleet.ledger.done('/work')).toHaveLength(1);
  const [left, right] = (await tasksOf(job.id)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  expect([left?.path, right?.path]).toEqual(['both/branch1/left', 'both/branch2/right']);
  await answer(right, { choice: 'no', comment: 'too dear' });
  await waitFor(() => fleet.ledger.done('/right').length === 1, {
    until: 'the right branch goes on',
    timeoutMs: 60_000,
  });
  await waitFor(async () => (await fleet.job(job.id)).state === 'waiting', { until: 'it waits for the other one' });
  expect((await tasksOf(job.id)).map(({ id }) => id)).toEqual([left?.id]);
  await answer(left, { choice: 'yes' });
  expect((await fleet.ended(job.id)).state).toBe('completed');
  expect([fleet.ledger.done('/left'), fleet.ledger.done('/right')]).toEqual([['yes'], ['no']]);
  expect(fleet.ledger.done('/work')).toHaveLength(1);
});

test('nobody answers in time: the job goes on at Expired', async () => {
  await someRobot();
  const document = flow(
    {
      start: 'control.start',
      ask: { type: 'people.approve', params: { question: 'Pay?', deadlineMinutes: 0.03 } },
      late: post('/late', 'late'),
      soon: post('/late', 'soon'),
    },
    ['start>ask', 'ask.expired>late', 'ask.approve>soon'],
    { inputs: ledgerInput },
  );
  const job = await fleet.submit(document);
  await waitFor(async () => (await fleet.job(job.id)).state === 'completed', { until: 'it ends', timeoutMs: 60_000 });
  expect(fleet.ledger.done('/late')).toEqual(['late']);
  expect((await tasksOf(job.id, 'expired,open,cancelled')).map(({ state }) => state)).toEqual(['expired']);
});

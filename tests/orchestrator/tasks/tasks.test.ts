import { randomUUID } from 'node:crypto';
import type { ClaimedJob, FleetTask, HumanTask, Job, StepRow } from '@casare/shared';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRowSeal } from '../../../engine/journal/row-seal.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  addTenant,
  caller,
  type Fleet,
  one,
  publish,
  query,
  register,
  startFleet,
  submit,
  type TestRobot,
} from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;
let robot: TestRobot;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 0.1 } });
  workflowId = await publish(fleet.admin);
  robot = await register(fleet.robot);
});
afterAll(() => fleet[Symbol.asyncDispose]());

function formTask(path: string, more: Partial<HumanTask> = {}) {
  const task: HumanTask = {
    id: `key-${path}`,
    kind: 'form',
    workflowName: 'Invoices',
    nodeId: 'start',
    title: `Address for ${path}`,
    text: '',
    fields: [
      { name: 'street', label: '', kind: 'text', required: true, choices: [], help: '' },
      { name: 'pin', label: '', kind: 'secret', required: false, choices: [], help: '' },
    ],
    choices: [],
    deadline: null,
    ...more,
  };
  return { path, task };
}

const started = (seq: number, path: string) => ({ seq, kind: 'started', path, nodeId: 'start', at: seq });
const filled = { choice: 'submit', values: { street: 'Elm 1' } };

/** A job that asks these questions. */
async function askingJob(...asked: ReturnType<typeof formTask>[]): Promise<ClaimedJob> {
  await submit(fleet.admin, workflowId, { robotId: robot.id });
  const job = one(await robot.claim());
  expect(await park(job, 0, ...asked)).toEqual({ state: 'waiting', duplicate: false });
  return job;
}

/** The robot comes to these questions after the rows that it got. */
async function park(job: ClaimedJob, known: number, ...asked: ReturnType<typeof formTask>[]) {
  const steps = asked.map(({ path }, i) => started(known + i + 1, path));
  await robot.report(job, 'progress', { steps });
  const lastStepSeq = known + steps.length;
  return (await robot.report(job, 'park', { lastStepSeq, tasks: asked })).body;
}

async function tasksOf(jobId: string, state?: string): Promise<FleetTask[]> {
  const filter = state === undefined ? '' : `&state=${state}`;
  return (await fleet.admin<{ items: FleetTask[] }>('GET', `/tasks?jobId=${jobId}${filter}`)).body.items.toReversed();
}

async function stateOf(jobId: string): Promise<Job> {
  return (await fleet.admin<Job>('GET', `/jobs/${jobId}`)).body;
}

const answer = (id: string, body: unknown = filled) => fleet.admin<FleetTask>('POST', `/tasks/${id}/answer`, body);

describe('an answer', () => {
  test('frees the job from waiting and is found beside the start of the step by whoever claims it', async () => {
    const { jobId } = await askingJob(formTask('ask'));
    expect(await stateOf(jobId)).toMatchObject({
      state: 'waiting',
      error: null,
      waitingFor: { kind: 'task', count: 1, tasks: [{ path: 'ask', title: 'Address for ask' }] },
    });
    const task = one(await tasksOf(jobId, 'open'));
    expect(task).toMatchObject({ state: 'open', path: 'ask', answer: null, answeredBy: null });
    expect(await robot.claim()).toEqual([]);

    expect((await answer(task.id)).body).toMatchObject({ state: 'answered', answer: filled });
    const again = one(await robot.claim());
    expect(again).toMatchObject({ jobId, attempt: 2 });
    expect(again.steps.at(-1)).toMatchObject({ seq: 2, kind: 'started', path: 'ask', nodeId: 'start' });
    expect(again.steps.at(-1)?.data).toEqual({ deadline: null, answer: { ...filled, comment: '' } });
    expect((await robot.report(again, 'complete', { lastStepSeq: 2 })).status).toBe(200);
    const kinds = await query<{ type: string }>(
      fleet,
      sql`select type from events where subject_id = ${task.id}::uuid order by seq`,
    );
    expect(kinds.map(({ type }) => type)).toEqual(['task.created', 'task.answered']);
    const audit = await query<{ n: number }>(
      fleet,
      sql`select count(*)::int as n from events where subject_id = ${jobId}::uuid and type = 'job.requeued'`,
    );
    expect(one(audit).n).toBe(1);
  });

  test('that does not fit is refused field by field and changes nothing', async () => {
    const { jobId } = await askingJob(formTask('ask'));
    const { id } = one(await tasksOf(jobId));
    const refused = await answer(id, { choice: 'submit', values: { street: '', house: '1' } });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      error: { code: 'VALIDATION', details: { faults: { street: 'Required.', house: 'The form has no such field.' } } },
    });
    expect((await answer(id, { choice: 'perhaps' })).status).toBe(400);
    expect((await stateOf(jobId)).state).toBe('waiting');
    expect(one(await tasksOf(jobId)).state).toBe('open');
  });

  test('is taken once, however many come at the same time; the others are told whose it is', async () => {
    for (let round = 0; round < 5; round++) {
      const { jobId } = await askingJob(formTask('ask'));
      const { id } = one(await tasksOf(jobId));
      const replies = await Promise.all(
        ['a', 'b', 'c', 'd'].map((street) => answer(id, { choice: 'submit', values: { street } })),
      );
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
      const taken = replies.find(({ status }) => status === 200)?.body;
      expect(replies.find(({ status }) => status === 409)?.body).toMatchObject({
        error: { code: 'CONFLICT', details: { state: 'answered', answeredBy: taken?.answeredBy } },
      });
      const next = one(await robot.claim());
      expect(next.steps).toHaveLength(2);
      expect(next.steps.at(-1)?.data).toMatchObject({ answer: taken?.answer });
      await robot.report(next, 'complete', { lastStepSeq: 2 });
    }
  });

  test('with a secret is masked wherever it is shown and sealed in the journal for the run alone', async () => {
    const { jobId } = await askingJob(formTask('ask'));
    const { id } = one(await tasksOf(jobId));
    const values = { street: 'Elm 1', pin: 'hunter2-hunter2' };
    expect((await answer(id, { choice: 'submit', values })).body.answer?.values).toEqual({
      street: 'Elm 1',
      pin: '••••',
    });
    const seen = [
      (await fleet.admin('GET', `/tasks/${id}`)).body,
      (await fleet.admin('GET', `/tasks?jobId=${jobId}`)).body,
      (await fleet.admin('GET', `/jobs/${jobId}/steps`)).body,
      (await fleet.admin('GET', '/events?since=0&limit=10000')).body,
      await query(fleet, sql`select job_id, task, answer from human_tasks`),
      await query(fleet, sql`select row from job_steps`),
      await query(fleet, sql`select * from events`),
    ];
    for (const text of seen.map((one) => JSON.stringify(one))) expect(text).not.toContain('hunter2');
    const job = one(await robot.claim());
    const row = job.steps.at(-1) as StepRow;
    const seal = createRowSeal(Buffer.from(job.journalKey, 'base64'), jobId);
    expect(seal.open(row)).toEqual({ data: { deadline: null, answer: { choice: 'submit', values, comment: '' } } });
    await robot.report(job, 'complete', { lastStepSeq: 2 });
  });

  test('is not taken from another tenant, who does not even see the question', async () => {
    const { jobId } = await askingJob(formTask('ask'));
    const { id } = one(await tasksOf(jobId));
    const stranger = caller(fleet.url, (await addTenant(fleet)).adminKey);
    expect((await stranger('GET', '/tasks')).body).toEqual({ items: [], nextCursor: null });
    expect((await stranger('GET', `/tasks/${id}`)).status).toBe(404);
    expect((await stranger('POST', `/tasks/${id}/answer`, filled)).status).toBe(404);
    expect((await fleet.robot('POST', `/tasks/${id}/answer`, filled)).status).toBe(403);
    expect(one(await tasksOf(jobId)).state).toBe('open');
  });
});

describe('several questions of one job', () => {
  test('an answer while a robot has the job is kept and given to it when it asks again', async () => {
    const { jobId } = await askingJob(formTask('left'), formTask('right'));
    const [left, right] = await tasksOf(jobId);
    await answer(left?.id ?? '');
    const second = one(await robot.claim());
    expect(second.steps.map(({ path }) => path)).toEqual(['left', 'right', 'left']);
    // The robot goes on with the left branch; the right one is answered meanwhile.
    const kept = await answer(right?.id ?? '', {
      choice: 'submit',
      values: { street: 'Oak 2', pin: 'hunter2-hunter2' },
    });
    expect(kept.body.state).toBe('answered');
    expect(await stateOf(jobId)).toMatchObject({ state: 'running' });
    await robot.report(second, 'progress', { steps: [started(4, 'left')] });
    const tasks = [formTask('right')];
    expect((await robot.report(second, 'park', { lastStepSeq: 4, tasks })).body).toEqual({
      state: 'pending',
      duplicate: false,
    });
    const third = one(await robot.claim());
    expect(third.jobId).toBe(jobId);
    expect(third.steps.at(-1)).toMatchObject({
      seq: 5,
      path: 'right',
      data: { answer: { values: { street: 'Oak 2' } } },
    });
    const seal = createRowSeal(Buffer.from(third.journalKey, 'base64'), jobId);
    expect(seal.open(third.steps.at(-1) as StepRow)).toMatchObject({
      data: { answer: { values: { pin: 'hunter2-hunter2' } } },
    });
    await robot.report(third, 'complete', { lastStepSeq: 5 });
  });

  test('both answered before any robot came back stand in the journal together', async () => {
    const { jobId } = await askingJob(formTask('left'), formTask('right'));
    for (const { id } of await tasksOf(jobId)) expect((await answer(id)).status).toBe(200);
    const next = one(await robot.claim());
    expect(next.steps.map(({ path }) => path)).toEqual(['left', 'right', 'left', 'right']);
    await robot.report(next, 'complete', { lastStepSeq: 4 });
  });

  test('one that is no longer asked is closed, one that is still open stays the same', async () => {
    const { jobId } = await askingJob(formTask('left'), formTask('right'), formTask('third'));
    const [left, right] = await tasksOf(jobId);
    await answer(left?.id ?? '');
    const second = one(await robot.claim());
    await robot.report(second, 'park', { lastStepSeq: 4, tasks: [formTask('right')] });
    expect((await tasksOf(jobId)).map(({ path, state }) => `${path} ${state}`)).toEqual([
      'left answered',
      'right open',
      'third cancelled',
    ]);
    expect((await tasksOf(jobId, 'open')).map(({ id }) => id)).toEqual([right?.id]);
  });
});

describe('without an answer', () => {
  test('the deadline wakes the job, which finds that the time is over', async () => {
    const { jobId } = await askingJob(formTask('ask', { deadline: Date.now() + 400 }));
    const { id } = one(await tasksOf(jobId));
    await waitFor(async () => (await stateOf(jobId)).state === 'pending', { until: 'the job is woken' });
    expect(one(await tasksOf(jobId))).toMatchObject({ state: 'expired', answer: null });
    expect(await answer(id)).toMatchObject({ status: 409, body: { error: { details: { state: 'expired' } } } });
    const next = one(await robot.claim());
    expect(next.steps.at(-1)).toMatchObject({ kind: 'started', path: 'ask', data: { expired: true } });
    await robot.report(next, 'complete', { lastStepSeq: 2 });
  });

  test('a cancelled job asks nobody any more; retried, it asks again', async () => {
    const { jobId } = await askingJob(formTask('ask'));
    const { id } = one(await tasksOf(jobId));
    expect((await fleet.admin('POST', `/jobs/${jobId}/cancel`)).status).toBe(200);
    expect(one(await tasksOf(jobId)).state).toBe('cancelled');
    expect((await answer(id)).status).toBe(409);

    await fleet.admin('POST', `/jobs/${jobId}/retry`);
    const next = one(await robot.claim());
    expect(await park(next, 1, formTask('ask'))).toMatchObject({ state: 'waiting' });
    expect(one(await tasksOf(jobId))).toMatchObject({ id, state: 'open', settledAt: null });
    expect((await answer(id)).status).toBe(200);
    await robot.report(one(await robot.claim()), 'complete', { lastStepSeq: 3 });
  });

  test('a job that was cancelled while its robot came to the question does not wait', async () => {
    await submit(fleet.admin, workflowId, { robotId: robot.id });
    const job = one(await robot.claim());
    await fleet.admin('POST', `/jobs/${job.jobId}/cancel`);
    expect(await park(job, 0, formTask('ask'))).toMatchObject({ state: 'cancelled' });
    expect(await tasksOf(job.jobId)).toEqual([]);
  });

  test('a decision is not what it waits for', async () => {
    const { jobId } = await askingJob(formTask('ask'));
    expect((await fleet.admin('POST', `/jobs/${jobId}/resolve`, { decision: 'skip' })).status).toBe(409);
  });
});

test('a report that the orchestrator does not know (another lease, a second time) asks nothing', async () => {
  const job = await askingJob(formTask('ask'));
  expect((await robot.report(job, 'park', { lastStepSeq: 1, tasks: [formTask('other')] })).body).toEqual({
    state: 'waiting',
    duplicate: true,
  });
  const stale = { ...job, fence: job.fence - 1 };
  expect((await robot.report(stale, 'park', { lastStepSeq: 1, tasks: [formTask('other')] })).status).toBe(409);
  expect((await tasksOf(job.jobId)).map(({ path }) => path)).toEqual(['ask']);
});

test('the list filters by state, workflow and words, and goes on from page to page', async () => {
  const word = randomUUID();
  const { jobId } = await askingJob(...[1, 2, 3].map((n) => formTask(`n${n}`, { title: `${word} ${n}` })));
  await answer((await tasksOf(jobId))[0]?.id ?? '');
  const list = async (filter: string) =>
    (await fleet.admin<{ items: FleetTask[]; nextCursor: string | null }>('GET', `/tasks?search=${word}&${filter}`))
      .body;
  const titles = async (filter: string) => (await list(filter)).items.map(({ task }) => task.title.at(-1)).join('');
  expect(await titles('')).toBe('321');
  expect(await titles('state=open')).toBe('32');
  expect(await titles('state=answered,expired')).toBe('1');
  expect(await titles(`workflowId=${workflowId}`)).toBe('321');
  expect(await titles(`workflowId=${randomUUID()}`)).toBe('');
  const { items, nextCursor } = await list('limit=2');
  expect(items).toHaveLength(2);
  expect(await titles(`limit=2&cursor=${nextCursor}`)).toBe('1');
  expect((await fleet.admin('GET', '/tasks?state=lost')).status).toBe(400);
  const { body } = await fleet.admin<{ tasks: { open: number }; jobs: { waiting: number; decisions: number } }>(
    'GET',
    '/metrics/fleet',
  );
  expect(body.tasks.open).toBeGreaterThanOrEqual(2);
  expect(body.jobs.decisions).toBe(0);
  await robot.report(one(await robot.claim()), 'complete', { lastStepSeq: 4 });
});

test('a question and its answer are seen live', async () => {
  const socket = io(`${fleet.url}/fleet`, {
    transports: ['websocket'],
    auth: { key: fleet.keys.adminKey },
    forceNew: true,
  });
  try {
    const seen: { type: string; data: Record<string, unknown> }[] = [];
    socket.on('event', (event) => seen.push(event));
    await socket.emitWithAck('subscribe', {});
    const { jobId } = await askingJob(formTask('ask'));
    const { id } = one(await tasksOf(jobId));
    await answer(id);
    const ofTask = () => seen.filter(({ data }) => data['id'] === id);
    await waitFor(() => ofTask().length === 2, { until: 'both are seen' });
    expect(ofTask().map(({ type }) => type)).toEqual(['task.created', 'task.answered']);
    expect(ofTask().at(-1)?.data).toMatchObject({ state: 'answered', jobId, answer: filled });
  } finally {
    socket.disconnect();
  }
});

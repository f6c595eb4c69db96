import type { HostEvents, HostReply } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { workflowOf } from '../../support/workflows.ts';
import { type Bench, type Connection, connect, startBench } from './host-bench.ts';

const makeTempFolder = prepareTempFolders('local-people');
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(await makeTempFolder());
});
afterAll(() => bench?.server.stop());

const asking = workflowOf(
  {
    start: 'control.start',
    ask: {
      type: 'people.form',
      params: { title: 'How many?', fields: [{ name: 'count', kind: 'number', required: true }] },
    },
    add: { type: 'queue.add', params: { queue: 'counts', data: { count: '${steps.ask.output.values.count}' } } },
    take: { type: 'queue.next', params: { queue: 'counts' } },
  },
  ['start>ask', 'ask>add', 'add>take'],
  { id: 'asking', name: 'Asking', outputs: [{ name: 'count', value: '${steps.take.output.item.data.count}' }] },
);

const questionsOf = (connection: Connection) =>
  connection.heard.filter(({ name }) => name === 'run.ask').map(({ payload }) => payload as HostEvents['run.ask']);

async function ask(connection: Connection): Promise<HostEvents['run.ask']> {
  const before = questionsOf(connection).length;
  await connection.ask('run.start', { document: asking });
  return await waitFor(() => questionsOf(connection)[before], { until: 'the run asks' });
}

const openQuestions = async (connection: Connection) =>
  (await connection.ask<HostReply<'run.questions'>>('run.questions')).questions;

test('a run asks the studio, refuses what does not fit, and goes on with the answer', async () => {
  using connection = await connect(bench.server);
  const { runId, task } = await ask(connection);
  expect(task).toMatchObject({ kind: 'form', title: 'How many?', workflowName: 'Asking', nodeId: 'ask' });
  expect(await openQuestions(connection)).toEqual([{ runId, task }]);

  const wrong = await connection.call('run.answer', {
    runId,
    taskId: task.id,
    answer: { choice: 'submit', values: {} },
  });
  expect(wrong).toMatchObject({ ok: false, error: { code: 'VALIDATION' } });

  const answer = { choice: 'submit', values: { count: 3 } };
  await connection.ask('run.answer', { runId, taskId: task.id, answer });
  const { runs } = await waitFor(async () => {
    const reply = await connection.ask<HostReply<'runs.list'>>('runs.list');
    return reply.runs.some((run) => run.runId === runId && run.status === 'completed') && reply;
  });
  expect(runs).toHaveLength(1);
  const { output } = await connection.ask<HostReply<'runs.output'>>('runs.output', { runId, path: 'take' });
  expect(output).toMatchObject({ item: { data: { count: 3 }, status: 'inProgress' } });
  expect(await openQuestions(connection)).toEqual([]);
  expect(connection.heard).toContainEqual({ name: 'run.asked', payload: { runId, taskId: task.id } });

  const late = await connection.call('run.answer', { runId, taskId: task.id, answer });
  expect(late).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
});

test('the question goes away when the run is stopped', async () => {
  using connection = await connect(bench.server);
  const { runId, task } = await ask(connection);
  await connection.ask('run.stop', { runId });
  await waitFor(() =>
    connection.heard.some(
      ({ name, payload }) => name === 'run.asked' && (payload as HostEvents['run.asked']).taskId === task.id,
    ),
  );
  expect(await openQuestions(connection)).toEqual([]);
});

import type { ParkedTask, StepRow } from '@casare/shared';
import { expect, test } from 'vitest';
import { compile } from '../../engine/compile.ts';
import { createMemoryJournal } from '../../engine/journal/memory-journal.ts';
import { builtinNodes } from '../../engine/nodes/index.ts';
import { createRegistry } from '../../engine/registry.ts';
import { createRunResources } from '../../engine/resources/create-resources.ts';
import { run } from '../../engine/run.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { workflowOf } from '../support/workflows.ts';

const makeTempFolder = prepareTempFolders('open-tasks');
const registry = createRegistry(builtinNodes);
type Document = ReturnType<typeof workflowOf>;

/** One attempt: a run on the rows of the attempts before, which nobody watches. */
async function attempt(document: Document, rows: readonly StepRow[] = [], now = Date.now()) {
  const journal = createMemoryJournal(rows);
  const written: StepRow[] = [];
  const result = await run(compile(document, registry), {
    runId: 'r',
    input: {},
    journal: {
      ...journal,
      append(row, shown) {
        const numbered = journal.append(row, shown);
        written.push(numbered);
        return numbered;
      },
    },
    resources: createRunResources({ folder: await makeTempFolder() }),
    clock: {
      now: () => now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, ms);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason as Error);
          });
        }),
    },
    parkOnTasks: true,
  });
  return { result, rows: [...rows, ...written] };
}

/** As the orchestrator writes it. */
function answered(rows: readonly StepRow[], { path, task }: ParkedTask, outcome: object, at = Date.now()): StepRow[] {
  const data = { deadline: task.deadline, ...outcome } as StepRow['data'];
  return [...rows, { seq: rows.length + 1, kind: 'started', path, nodeId: task.nodeId, at, data }];
}

const asks = (question: string) => ({ type: 'people.approve', params: { question, choices: ['yes', 'no'] } });

test('a run that asks ends at once; with the answer it goes on at the port, and the answered step is not asked again', async () => {
  const document = workflowOf({ start: 'control.start', a: asks('A?'), b: asks('B?'), c: asks('C?') }, [
    'start>a',
    'a.yes>b',
    'a.no>c',
  ]);
  const first = await attempt(document);
  expect(first.result).toMatchObject({ status: 'parked', error: { code: 'HUMAN_NEEDED' } });
  const [task, ...more] = first.result.tasks ?? [];
  expect([task?.path, more]).toEqual(['a', []]);
  const answer = { choice: 'no', values: {}, comment: '' };
  const second = await attempt(document, answered(first.rows, task as ParkedTask, { answer }));
  expect(second.result.tasks?.map(({ path }) => path)).toEqual(['c']);
  const third = await attempt(document, answered(second.rows, second.result.tasks?.[0] as ParkedTask, { answer }));
  expect(third.result.status).toBe('completed');
  expect(third.result.replayedSteps).toBeGreaterThan(0);
});

test('it waits until every line can go no further, and tells all questions together', async () => {
  const document = workflowOf(
    {
      start: 'control.start',
      both: { type: 'control.parallel', params: { branches: 3 } },
      a: asks('A?'),
      pause: { type: 'control.delay', params: { ms: 150 } },
      done: { type: 'data.log', params: { message: 'done' } },
      each: { type: 'control.forEach', params: { items: [1, 2, 3], concurrency: 2 } },
      b: { ...asks('B ${item}?') },
    },
    ['start>both', 'both.branch1>a', 'both.branch2>pause', 'pause>done', 'both.branch3>each', 'each.body>b'],
  );
  const { result, rows } = await attempt(document);
  expect(result.tasks?.map(({ path, task }) => `${path} ${task.title}`).toSorted()).toEqual([
    'both/branch1/a A?',
    'both/branch3/each[0]/b B 1?',
    'both/branch3/each[1]/b B 2?',
  ]);
  expect(rows.some(({ kind, nodeId }) => kind === 'finished' && nodeId === 'done')).toBe(true);
});

test('a question whose time is over is not put again, whoever says so', async () => {
  const document = workflowOf(
    { start: 'control.start', a: { type: 'people.approve', params: { question: 'A?', deadlineMinutes: 1 } } },
    ['start>a'],
    { outputs: [{ name: 'choice', value: '${steps.a.output.choice}' }] },
  );
  const { result, rows } = await attempt(document);
  const told = answered(rows, result.tasks?.[0] as ParkedTask, { expired: true });
  for (const next of [await attempt(document, told), await attempt(document, rows, Date.now() + 61_000)])
    expect(next.result).toMatchObject({ status: 'completed', output: { choice: null } });
});

test('the time limit of a workflow does not run while it waits for people', async () => {
  const pause = { type: 'control.delay', params: { ms: 30 } };
  const document = workflowOf({ start: 'control.start', a: asks('A?'), pause }, ['start>a', 'a.yes>pause'], {
    settings: { timeoutMs: 60_000 },
  });
  const { result, rows } = await attempt(document);
  const task = result.tasks?.[0] as ParkedTask;
  const days = Date.now() + 3 * 86_400_000;
  const answer = { choice: 'yes', values: {}, comment: '' };
  const late = await attempt(document, answered(rows, task, { answer }, days), days + 1000);
  expect(late.result.status).toBe('completed');
  // Answered at once, and no robot had time for it.
  const slow = await attempt(document, answered(rows, task, { answer }), days);
  expect(slow.result).toMatchObject({ status: 'failed', error: { code: 'RUN_TIMEOUT' } });
});

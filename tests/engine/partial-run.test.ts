import type { StepRow, Workflow } from '@casare/shared';
import { expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';
import { runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });
const set = (name: string, of: unknown) => ({ type: 'test.variable', params: { name, value: of as never } });

/** start → a → set → each(b) → c → d, with d reading everything. */
const document = workflowOf(
  {
    start,
    a: value('A'),
    set: set('v', 'set ${steps.a.output}'),
    each: { type: 'control.forEach', params: { items: [1, 2] } },
    b: value('${item * 10}'),
    c: value('c of ${steps.a.output}'),
    d: value('${[steps.a.output, steps.b.output, steps.each.output.count, steps.c.output, vars.v]}'),
  },
  ['start>a', 'a>set', 'set>each', 'each.body>b', 'each>c', 'c>d'],
  {
    variables: [{ name: 'v', type: 'text', default: 'first' }],
    outputs: [{ name: 'd', value: '${steps.d.output}' }],
  },
);
const whole = await runDocument(document);
const everything = ['A', 20, 2, 'c of A', 'set A'];

test('a run that begins at a step takes outputs and variables from an earlier run, and goes on to the end', async () => {
  expect(whole.output).toEqual({ d: everything });
  const from = await runDocument(document, { fromNode: 'c', recorded: { rows: whole.rows } });
  expect(from).toMatchObject({ status: 'completed', output: { d: everything }, ledger: ['c', 'd'] });
  const early = await runDocument(document, { fromNode: 'set', recorded: { rows: whole.rows } });
  expect(early).toMatchObject({ output: { d: everything }, ledger: ['set', 'each[0]/b', 'each[1]/b', 'c', 'd'] });
});

test('variables are those of the moment when the step was reached, and can be given', async () => {
  const counts = workflowOf({ start, one: set('v', 1), two: set('v', '${vars.v + 1}') }, ['start>one', 'one>two'], {
    variables: [{ name: 'v', type: 'number', default: 0 }],
    outputs: [{ name: 'v', value: '${vars.v}' }],
  });
  const { rows } = await runDocument(counts);
  expect((await runDocument(counts, { fromNode: 'two', recorded: { rows } })).output).toEqual({ v: 2 });
  expect((await runDocument(counts, { fromNode: 'two', recorded: { rows, variables: { v: 40 } } })).output).toEqual({
    v: 41,
  });
});

test('what a step reads and nobody recorded is named before anything runs', async () => {
  const lacking = await runDocument(document, { fromNode: 'd', recorded: { outputs: { a: 'given' } } });
  expect(lacking).toMatchObject({
    status: 'failed',
    error: { code: 'PARTIAL_RUN', details: { missing: ['b', 'each', 'c'] } },
    steps: 0,
    rows: [],
  });
  expect(lacking.error?.message).toContain('"c" (read by "d")');
  const outputs = { a: 1, b: 2, each: { count: 3 }, c: 4 };
  const given = await runDocument(document, { fromNode: 'd', recorded: { outputs } });
  expect(given.output).toEqual({ d: [1, 2, 3, 4, 'first'] });
});

test('a step that was not on the way of the earlier run either is no fault', async () => {
  const branches = workflowOf(
    {
      start,
      if: { type: 'control.if', params: { condition: true } },
      yes: value('yes'),
      no: value('no'),
      end: value('${steps.yes.output ?? steps.no.output}'),
    },
    ['start>if', 'if.true>yes', 'if.false>no', 'yes>end', 'no>end'],
    { outputs: [{ name: 'end', value: '${steps.end.output}' }] },
  );
  const { rows } = await runDocument(branches);
  expect((await runDocument(branches, { fromNode: 'end', recorded: { rows } })).output).toEqual({ end: 'yes' });
});

test('the error of an earlier step can be read', async () => {
  const failed = workflowOf(
    { start, bad: { type: 'test.fail', onError: 'continue' }, end: value('${steps.bad.error.code}') },
    ['start>bad', 'bad>end'],
    { outputs: [{ name: 'end', value: '${steps.end.output}' }] },
  );
  const { rows } = await runDocument(failed);
  const from = await runDocument(failed, { fromNode: 'end', recorded: { rows } });
  expect(from).toMatchObject({ output: { end: 'HTTP_FAILED' }, ledger: ['end'] });
});

test.each([
  [{ fromNode: 'b' }, 'PARTIAL_RUN', 'stands inside of "each"'],
  [{ fromNode: 'nowhere' }, 'NOT_FOUND', 'not part of the workflow'],
  [{ onlyNodes: ['b'] }, 'PARTIAL_RUN', 'stands inside of "each"'],
  [{ onlyNodes: [] }, 'PARTIAL_RUN', 'Nothing is selected'],
  [{ onlyNodes: ['a'], fromNode: 'a' }, 'PARTIAL_RUN', 'not both'],
])('%j is refused', async (options, code, words) => {
  const refused = await runDocument(document, { ...options, recorded: { rows: whole.rows } });
  expect(refused).toMatchObject({ status: 'failed', error: { code, message: expect.stringContaining(words) } });
});

test('a selection runs its steps in the order of the wires, containers whole, and nothing else', async () => {
  const recorded = { rows: whole.rows };
  const loop = await runDocument(document, { onlyNodes: ['each', 'b'], recorded });
  expect(loop).toMatchObject({ status: 'completed', ledger: ['each[0]/b', 'each[1]/b'] });
  const apart = await runDocument(document, { onlyNodes: ['d', 'a'], recorded: { ...recorded, outputs: { c: 'C' } } });
  expect(apart).toMatchObject({ ledger: ['a', 'd'], output: { d: ['A', 20, 2, 'C', 'set A'] } });
  const lacking = await runDocument(document, { onlyNodes: ['c'] });
  expect(lacking).toMatchObject({ error: { code: 'PARTIAL_RUN', details: { missing: ['a'] } } });
});

test('a failure whose handling is not selected fails the run', async () => {
  const handled = workflowOf({ start, bad: 'test.fail', cure: value(1) }, ['start>bad', 'bad.error>cure']);
  expect(await runDocument(handled, { onlyNodes: ['bad', 'cure'] })).toMatchObject({ status: 'completed' });
  expect(await runDocument(handled, { onlyNodes: ['bad'] })).toMatchObject({ error: { code: 'HTTP_FAILED' } });
});

test('from here and to here go together', async () => {
  const part = await runDocument(document, { fromNode: 'each', untilNode: 'c', recorded: { rows: whole.rows } });
  expect(part).toMatchObject({ status: 'completed', ledger: ['each[0]/b', 'each[1]/b', 'c'] });
});

test('rows of called workflows with the same ids are not taken for steps of this one', async () => {
  const foreign: StepRow[] = [
    { seq: 1, kind: 'finished', path: 'x/call/a', nodeId: 'a', at: 1, output: 'wrong', vars: { v: 'wrong' } },
  ];
  const c: Partial<Workflow> = { outputs: [{ name: 'v', value: '${vars.v}' }] };
  const lacking = await runDocument({ ...document, ...c }, { fromNode: 'c', recorded: { rows: foreign } });
  expect(lacking.error?.code).toBe('PARTIAL_RUN');
});

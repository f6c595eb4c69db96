import { AppError, type Workflow } from '@casare/shared';
import type { RunOptions } from '../../engine/index.ts';
import { workflowOf } from '../support/workflows.ts';
import { callNode } from './call-node.ts';
import { createTestBed, runDocument, type TestRun } from './test-bed.ts';

export const start = 'control.start';
export const value = (of: unknown, rest: object = {}) => ({
  type: 'test.value',
  params: { value: of as never },
  ...rest,
});
export const effect = (kind: string, of: unknown = null) => ({
  type: 'test.effect',
  params: { effect: kind, value: of as never },
});
export const call = (workflowId: string, input: object = {}, rest: object = {}) => ({
  type: 'workflow.call',
  params: { workflowId, input: input as never },
  ...rest,
});

function loader(...documents: Workflow[]): NonNullable<RunOptions['loadWorkflow']> {
  return (id) => {
    const document = documents.find((one) => one.id === id);
    return document
      ? Promise.resolve({ document })
      : Promise.reject(new AppError('NOT_FOUND', `There is no workflow "${id}" in the test.`));
  };
}

export function runWith(
  document: Workflow,
  children: Workflow[],
  options: Parameters<typeof runDocument>[1] = {},
): Promise<TestRun> {
  return runDocument(document, { bed: createTestBed([callNode]), loadWorkflow: loader(...children), ...options });
}

export const double = workflowOf(
  {
    start,
    twice: value('${input.n * 2}'),
    keep: { type: 'test.variable', params: { name: 'n', value: '${input.n}' } },
  },
  ['start>twice', 'twice>keep'],
  {
    id: 'double',
    name: 'Double',
    inputs: [{ name: 'n', type: 'number', required: true }],
    variables: [{ name: 'n', type: 'number', default: 0 }],
    outputs: [
      { name: 'result', value: '${steps.twice.output}' },
      { name: 'workflow', value: '${run.workflowName}' },
    ],
  },
);
export const callsDouble = (n: unknown, rest: Partial<Workflow> = {}) =>
  workflowOf(
    { start, c: call('double', { n }), twice: value('${steps.c.output.result + 1}') },
    ['start>c', 'c>twice'],
    {
      variables: [{ name: 'n', type: 'number', default: 7 }],
      outputs: [
        { name: 'all', value: '${steps.c.output}' },
        { name: 'next', value: '${steps.twice.output}' },
        { name: 'n', value: '${vars.n}' },
      ],
      ...rest,
    },
  );

export const failing = workflowOf(
  { start, bad: { type: 'test.fail', params: { message: 'broken pipe' } } },
  ['start>bad'],
  {
    id: 'failing',
    name: 'Failing',
  },
);

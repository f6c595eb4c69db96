import { compile, controlNodes, createRegistry, defineNode, describeNode } from '@casare/engine';
import { AppError, validateWorkflow } from '@casare/shared';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });
const { registry } = createTestBed();

const greet = defineNode({
  type: 'test.greet',
  version: 3,
  title: 'Greet',
  category: 'text',
  icon: 'hand',
  description: 'A node of the tests.',
  params: z.strictObject({
    name: z.string().meta({ title: 'Name' }),
    pattern: z.string().default('').meta({ 'x-raw': true }),
  }),
  output: z.string(),
  effect: 'pure',
  upgrade: {
    1: ({ who, ...rest }) => ({ ...rest, name: who }),
    2: ({ name, ...rest }) => ({ ...rest, name: String(name).trim() }),
  },
  examples: [{ title: 'One', params: { name: 'Ada' } }],
  run: (_ctx, { name, pattern }) => ({ output: `Hello ${name}${pattern}` }),
});

test('a document with errors is WORKFLOW_INVALID with every problem', () => {
  const document = workflowOf(
    { start, a: value('${vars.nope}'), b: 'test.nothing', c: { type: 'control.repeat', params: {} } },
    ['start>a', 'a>b', 'b>c'],
  );
  let thrown: unknown;
  try {
    compile(document, registry);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppError);
  const { code, details } = thrown as AppError;
  expect(code).toBe('WORKFLOW_INVALID');
  expect(details.problems).toEqual(validateWorkflow(document, registry.catalog));
  const codes = (details.problems as { code: string }[]).map((problem) => problem.code);
  expect(codes).toEqual(expect.arrayContaining(['UNKNOWN_NODE', 'UNKNOWN_NAME', 'PARAM_MISSING']));
});

test('what only the node type itself can refuse is found when compiling', () => {
  const even = defineNode({
    type: 'test.even',
    version: 1,
    title: 'Even',
    category: 'math',
    icon: 'box',
    description: 'A node of the tests.',
    params: z.strictObject({ n: z.number().refine((n) => n % 2 === 0, 'must be even') }),
    output: z.unknown(),
    effect: 'pure',
    examples: [{ title: 'Two', params: { n: 2 } }],
    run: () => ({}),
  });
  const bed = createTestBed([even]);
  const document = workflowOf({ start, even: { type: 'test.even', params: { n: 3 } } }, ['start>even']);
  expect(() => compile(document, bed.registry)).toThrow('must be even');
});

test('steps saved for an older version are upgraded, version by version', async () => {
  const bed = createTestBed([greet]);
  const document = workflowOf(
    { start, old: { type: 'test.greet', version: 1, params: { who: ' Ada ' } } },
    ['start>old'],
    {
      outputs: [{ name: 'text', value: '${steps.old.output}' }],
    },
  );
  expect(compile(document, bed.registry).document.nodes[1]).toMatchObject({ version: 3, params: { name: 'Ada' } });
  expect((await runDocument(document, { bed })).output.text).toBe('Hello Ada');
  expect(document.nodes[1]?.version).toBe(1);
});

test('a raw parameter is text, whatever stands in it', async () => {
  const bed = createTestBed([greet]);
  const params = { name: '${"A" + "da"}', pattern: '${not an expression' };
  const document = workflowOf({ start, a: { type: 'test.greet', version: 3, params } }, ['start>a'], {
    outputs: [{ name: 'text', value: '${steps.a.output}' }],
  });
  expect((await runDocument(document, { bed })).output.text).toBe('Hello Ada${not an expression');
});

test('a program may be run many times, also at once, and never changes', async () => {
  const document = workflowOf({ start, a: value('${input.n}') }, ['start>a'], {
    inputs: [{ name: 'n', type: 'number' }],
    outputs: [{ name: 'n', value: '${steps.a.output}' }],
  });
  const results = await Promise.all([1, 2, 3].map((n) => runDocument(document, { input: { n } })));
  expect(results.map((result) => result.output.n)).toEqual([1, 2, 3]);
  const program = compile(document, registry);
  expect(Object.isFrozen(program)).toBe(true);
});

test('slots of a scope stand next to each other', () => {
  const nodes = {
    start,
    each: { type: 'control.forEach', params: { items: [1] } },
    x: value(1),
    after: value(1),
    y: value(1),
  };
  const program = compile(workflowOf(nodes, ['start>each', 'each>after', 'each.body>x', 'x>y']), registry);
  const body = program.scopes[1];
  expect(
    program.nodes
      .slice(body?.start, body?.end)
      .map((node) => node.id)
      .toSorted(),
  ).toEqual(['x', 'y']);
  expect(program.nodes.map((node) => node.slot)).toEqual(program.nodes.map((_node, i) => i));
});

test('compiling 10,000 steps takes well under a second', () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
  const document = workflowOf(
    { start, ...Object.fromEntries(ids.map((id) => [id, value('${vars.a}')])) },
    ids.map((id, i) => `${ids[i - 1] ?? 'start'}>${id}`),
    { variables: [{ name: 'a', type: 'any' }] },
  );
  const begun = performance.now();
  compile(document, registry);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('a registry refuses a type that stands in two packs', () => {
  expect(() => createRegistry([...controlNodes, greet, greet])).toThrow(
    expect.objectContaining({ code: 'NODE_DUPLICATE' }),
  );
});

test('a descriptor holds what forms and validators need, as JSON', () => {
  const descriptor = describeNode(greet);
  expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
  expect(descriptor).toMatchObject({
    type: 'test.greet',
    inputs: [{ id: 'in' }],
    outputs: [{ id: 'out' }],
    params: {
      properties: { name: { title: 'Name', type: 'string' }, pattern: { 'x-raw': true, default: '' } },
      required: ['name'],
    },
  });
});

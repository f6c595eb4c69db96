import { AppError } from '@casare/shared';
import { defineNode, type NodeResult } from '@casare/engine';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });
const outputs = (of: Record<string, unknown>) =>
  ({ outputs: Object.entries(of).map(([name, text]) => ({ name, value: text as never })) }) as object;
const fail = { type: 'test.fail', params: { message: 'broken' } };

/** A node type whose `run` is given; everything else about it does not matter. */
const nodeOf = (type: string, act: () => unknown, effect: 'pure' | 'once' = 'pure') =>
  defineNode({
    type,
    version: 1,
    title: type,
    category: 'data',
    icon: 'box',
    description: 'A node of the tests.',
    params: z.strictObject({}),
    output: z.unknown(),
    effect,
    examples: [{ title: 'One', params: {} }],
    run: () => act() as NodeResult,
  });

test('a failure ends the run, with the error of the step', async () => {
  const result = await runDocument(workflowOf({ start, fail, after: value(1) }, ['start>fail', 'fail>after']));
  expect(result).toMatchObject({ status: 'failed', error: { code: 'HTTP_FAILED', message: 'broken' }, output: {} });
  expect(result.ledger).toEqual(['fail']);
});

test('a wired error port takes the failure, and steps.<id>.error tells what it was', async () => {
  const nodes = { start, fail, seen: value('${steps.fail.error.code} at ${steps.fail.error.path}'), after: value(1) };
  const document = workflowOf(
    nodes,
    ['start>fail', 'fail.error>seen', 'fail>after'],
    outputs({ seen: '${steps.seen.output}' }),
  );
  expect(await runDocument(document)).toMatchObject({ status: 'completed', output: { seen: 'HTTP_FAILED at fail' } });
});

test.each([
  ['the step says so', { onError: 'continue' as const }, {}],
  ['the workflow says so', {}, { settings: { onError: 'continue' as const } }],
])('a failure is passed over when %s', async (_name, rest, settings) => {
  const document = workflowOf(
    { start, fail: { ...fail, ...rest }, after: value(1) },
    ['start>fail', 'fail>after'],
    settings,
  );
  expect(await runDocument(document)).toMatchObject({ status: 'completed', ledger: ['fail', 'after'] });
});

test('Try catches, tells what happened, runs Finally, and goes on', async () => {
  const nodes = {
    start,
    try: 'control.try',
    fail,
    caught: value('${error.code}|${error.message}|${error.nodeId}|${error.path}'),
    finally: value(1),
    after: value('${steps.try.output.failed}'),
  };
  const wires = ['start>try', 'try.body>fail', 'try.catch>caught', 'try.finally>finally', 'try>after'];
  const result = await runDocument(
    workflowOf(nodes, wires, outputs({ caught: '${steps.caught.output}', after: '${steps.after.output}' })),
  );
  expect(result.output).toEqual({ caught: 'HTTP_FAILED|broken|fail|try/body/fail', after: true });
  expect(result.ledger).toEqual(['try/body/fail', 'try/catch/caught', 'try/finally/finally', 'after']);
});

test('Try without a Catch runs Finally and fails', async () => {
  const nodes = { start, try: 'control.try', fail, finally: value(1), after: value(1) };
  const result = await runDocument(
    workflowOf(nodes, ['start>try', 'try.body>fail', 'try.finally>finally', 'try>after']),
  );
  expect(result).toMatchObject({ status: 'failed', error: { message: 'broken' } });
  expect(result.ledger).toEqual(['try/body/fail', 'try/finally/finally']);
});

test('a failure in Catch runs Finally and takes the place of the first one', async () => {
  const nodes = {
    start,
    try: 'control.try',
    fail,
    throw: { type: 'control.throw', params: { message: 'worse than ${error.message}', reason: 'mine' } },
    finally: value(1),
  };
  const result = await runDocument(
    workflowOf(nodes, ['start>try', 'try.body>fail', 'try.catch>throw', 'try.finally>finally']),
  );
  expect(result).toMatchObject({
    status: 'failed',
    error: { code: 'THROWN', message: 'worse than broken', details: { reason: 'mine' } },
  });
  expect(result.ledger).toEqual(['try/body/fail', 'try/finally/finally']);
});

test('a failure deep in loops reaches the error port of the outermost container that has one', async () => {
  const nodes = {
    start,
    outer: { type: 'control.repeat', params: { times: 2 } },
    inner: { type: 'control.forEach', params: { items: [1] } },
    fail,
    seen: value('${steps.outer.error.path}'),
  };
  const document = workflowOf(
    nodes,
    ['start>outer', 'outer.body>inner', 'inner.body>fail', 'outer.error>seen'],
    outputs({ seen: '${steps.seen.output}' }),
  );
  expect((await runDocument(document)).output).toEqual({ seen: 'outer[0]/inner[0]/fail' });
});

test('Retry runs its body until it succeeds', async () => {
  const nodes = {
    start,
    again: { type: 'control.retry', params: { attempts: 3, initialMs: 1 } },
    fail: { type: 'test.fail', params: { times: 2 } },
  };
  const result = await runDocument(
    workflowOf(nodes, ['start>again', 'again.body>fail'], outputs({ n: '${steps.again.output.attempts}' })),
  );
  expect(result).toMatchObject({ status: 'completed', output: { n: 3 } });
  expect(result.ledger).toEqual(['again[0]/fail', 'again[1]/fail', 'again[2]/fail']);
});

test('Retry gives up after its attempts, or at once when the code is not one of its own', async () => {
  const retry = (params: object) => ({
    start,
    again: { type: 'control.retry', params: { initialMs: 0, ...params } as never },
    fail,
  });
  const wires = ['start>again', 'again.body>fail'];
  const used = await runDocument(workflowOf(retry({ attempts: 2 }), wires));
  expect(used).toMatchObject({
    status: 'failed',
    error: { code: 'HTTP_FAILED' },
    ledger: ['again[0]/fail', 'again[1]/fail'],
  });
  const other = await runDocument(workflowOf(retry({ attempts: 2, codes: ['NODE_TIMEOUT'] }), wires));
  expect(other.ledger).toEqual(['again[0]/fail']);
});

const policy = { attempts: 3, initialMs: 1, factor: 2, maxMs: 5, jitter: 0 };

test('the retry policy of a step repeats errors marked retryable, and others only when their code is named', async () => {
  const flaky = (retryable: boolean, retry: object) => ({
    start,
    fail: { type: 'test.fail', params: { times: 2, retryable }, retry: { ...policy, ...retry } },
  });
  const runs = async (nodes: ReturnType<typeof flaky>) =>
    (await runDocument(workflowOf(nodes, ['start>fail']))).ledger.length;
  expect(await runs(flaky(true, {}))).toBe(3);
  expect(await runs(flaky(false, {}))).toBe(1);
  expect(await runs(flaky(false, { codes: ['HTTP_FAILED'] }))).toBe(3);
  expect(await runs(flaky(true, { codes: ['NODE_TIMEOUT'] }))).toBe(1);
});

test('a step that must not happen twice is repeated only when its error says that is safe', async () => {
  for (const retryable of [true, false]) {
    let times = 0;
    const send = nodeOf(
      'test.send',
      () => {
        times += 1;
        throw new AppError('HTTP_FAILED', 'no', { retryable });
      },
      'once',
    );
    const document = workflowOf({ start, send: { type: 'test.send', retry: { ...policy, codes: ['HTTP_FAILED'] } } }, [
      'start>send',
    ]);
    await runDocument(document, { bed: createTestBed([send]) });
    expect(times).toBe(retryable ? 3 : 1);
  }
});

function throwAnything(value: unknown): never {
  throw value;
}

class Custom {
  readonly secret = 1;
}
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

test.each<[string, () => unknown, string]>([
  ['throws a text', () => throwAnything('words'), 'NODE_FAILED'],
  ['throws undefined', () => throwAnything(undefined), 'NODE_FAILED'],
  [
    'throws an ordinary error',
    () => {
      throw new TypeError('x is not a function');
    },
    'NODE_FAILED',
  ],
  ['rejects with undefined', () => Promise.resolve().then(() => throwAnything(undefined)), 'NODE_FAILED'],
  ['rejects with a number', () => Promise.resolve().then(() => throwAnything(42)), 'NODE_FAILED'],
  ['gives data that holds itself', () => ({ output: cyclic }), 'DATA_FORMAT'],
  ['gives a BigInt', () => ({ output: { n: 1n } }), 'DATA_FORMAT'],
  ['gives a function', () => ({ output: () => 1 }), 'DATA_FORMAT'],
  ['gives bytes', () => ({ output: Buffer.from('a') }), 'DATA_FORMAT'],
  ['gives a map', () => ({ output: new Map() }), 'DATA_FORMAT'],
  ['gives a symbol in a list', () => ({ output: [Symbol('a')] }), 'DATA_FORMAT'],
  ['gives an object of a class', () => ({ output: new Custom() }), 'DATA_FORMAT'],
  [
    'gives an object that fails to become JSON',
    () => ({
      output: {
        toJSON() {
          throw new Error('no');
        },
        __proto__: { a: 1 },
      },
    }),
    'NODE_FAILED',
  ],
  ['leaves by a port it does not have', () => ({ port: 'elsewhere' }), 'NODE_FAILED'],
])('a node that %s fails with a typed error', async (_name, act, code) => {
  for (const later of [false, true]) {
    const bed = createTestBed([nodeOf('test.odd', later ? async () => act() : act)]);
    const result = await runDocument(workflowOf({ start, odd: 'test.odd' }, ['start>odd']), { bed });
    expect(result).toMatchObject({ status: 'failed', error: { code } });
    expect(result.error?.message).not.toBe('');
  }
});

test.each<[string, () => unknown, unknown]>([
  ['a date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
  ['numbers that are not finite', () => [Number.NaN, Number.POSITIVE_INFINITY], [null, null]],
  ['members without a value', () => ({ a: undefined, b: [undefined] }), { b: [null] }],
  ['an address', () => new URL('http://a.test/'), 'http://a.test/'],
])('an output with %s becomes JSON', async (_name, output, expected) => {
  const bed = createTestBed([nodeOf('test.odd', () => ({ output: output() }))]);
  const document = workflowOf({ start, odd: 'test.odd' }, ['start>odd'], outputs({ odd: '${steps.odd.output}' }));
  expect((await runDocument(document, { bed })).output.odd).toEqual(expected);
});

test('a node that gives nothing leaves by its first port', async () => {
  const bed = createTestBed([nodeOf('test.nothing', () => undefined)]);
  expect(
    (
      await runDocument(workflowOf({ start, none: 'test.nothing', after: value(1) }, ['start>none', 'none>after']), {
        bed,
      })
    ).ledger,
  ).toEqual(['after']);
});

test('an expression that fails is a failure of its step', async () => {
  const nodes = { start, a: value('${vars.none.deep}'), seen: value('${steps.a.error.code}') };
  const document = workflowOf(nodes, ['start>a', 'a.error>seen'], {
    variables: [{ name: 'none', type: 'any' }],
    ...outputs({ seen: '${steps.seen.output}' }),
  });
  expect((await runDocument(document)).output).toEqual({ seen: 'EXPRESSION_FAILED' });
});

test('parameters that do not fit after evaluation are PARAMS_INVALID and name the parameter', async () => {
  const document = workflowOf(
    { start, again: { type: 'control.repeat', params: { times: '${vars.n}' } } },
    ['start>again'],
    {
      variables: [{ name: 'n', type: 'any', default: 'many' }],
    },
  );
  const { error } = await runDocument(document);
  expect(error).toMatchObject({ code: 'PARAMS_INVALID' });
  expect(error?.message).toContain('times');
});

import { defineNode, type NodeResult } from '@casare/engine';
import { createRunResources } from '@casare/engine';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });

/** Never settles and does not look at its signal. */
const deaf = defineNode({
  type: 'test.deaf',
  version: 1,
  title: 'Deaf',
  category: 'data',
  icon: 'box',
  description: 'A node of the tests.',
  params: z.strictObject({}),
  output: z.unknown(),
  effect: 'pure',
  examples: [{ title: 'One', params: {} }],
  run: () => new Promise<NodeResult>(() => undefined),
});

const endless = { type: 'control.while', params: { condition: true, maxIterations: 10_000_000 } };

const stopped: [string, ReturnType<typeof workflowOf>][] = [
  [
    'a loop of steps that answer at once',
    workflowOf({ start, endless, x: value(1) }, ['start>endless', 'endless.body>x']),
  ],
  [
    'a loop whose body is switched off',
    workflowOf({ start, endless, x: value(1, { disabled: true }) }, ['start>endless', 'endless.body>x']),
  ],
  ['a node that never settles', workflowOf({ start, deaf: 'test.deaf' }, ['start>deaf'])],
  [
    'nodes that never settle in branches, in a try with a Finally, in a loop',
    workflowOf(
      {
        start,
        endless,
        try: 'control.try',
        par: 'control.parallel',
        a: 'test.deaf',
        b: 'test.deaf',
        finally: 'test.deaf',
      },
      ['start>endless', 'endless.body>try', 'try.body>par', 'par.branch1>a', 'par.branch2>b', 'try.finally>finally'],
    ),
  ],
  ['a delay', workflowOf({ start, delay: { type: 'control.delay', params: { ms: 600_000 } } }, ['start>delay'])],
  [
    'the pause of a retry',
    workflowOf(
      {
        start,
        again: { type: 'control.retry', params: { initialMs: 600_000, maxMs: 600_000, jitter: 0 } },
        fail: 'test.fail',
      },
      ['start>again', 'again.body>fail'],
    ),
  ],
  [
    'the pause of a step that is tried again',
    workflowOf(
      {
        start,
        fail: {
          type: 'test.fail',
          params: { retryable: true },
          retry: { attempts: 9, initialMs: 600_000, factor: 1, maxMs: 600_000, jitter: 0 },
        },
      },
      ['start>fail'],
    ),
  ],
  [
    'concurrent passes',
    workflowOf(
      { start, each: { type: 'control.forEach', params: { items: [1, 2, 3, 4], concurrency: 2 } }, deaf: 'test.deaf' },
      ['start>each', 'each.body>deaf'],
    ),
  ],
];

test.each(stopped)('cancel ends %s within 2 s, and everything opened is closed', async (_name, document) => {
  const controller = new AbortController();
  const real = createRunResources({ folder: tmpdir() });
  let closed = 0;
  const resources = { ...real, close: async () => void (closed += 1) };
  const timer = setTimeout(() => controller.abort(), 60);
  const bed = createTestBed([deaf]);
  const begun = performance.now();
  const result = await runDocument(document, { bed, signal: controller.signal, resources });
  clearTimeout(timer);
  expect(result).toMatchObject({ status: 'cancelled', error: { code: 'RUN_CANCELLED' }, output: {} });
  expect(performance.now() - begun).toBeLessThan(2060);
  expect(closed).toBe(1);
  const after = bed.ledger.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(bed.ledger).toHaveLength(after);
});

test('a run that is cancelled before it starts runs nothing', async () => {
  const result = await runDocument(workflowOf({ start, a: value(1) }, ['start>a']), { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ status: 'cancelled', steps: 0, ledger: [] });
});

test('a step over its time limit fails with NODE_TIMEOUT, also when it does not look at its signal', async () => {
  const nodes = { start, deaf: { type: 'test.deaf', timeoutMs: 30 }, seen: value('${steps.deaf.error.code}') };
  const result = await runDocument(workflowOf(nodes, ['start>deaf', 'deaf.error>seen']), {
    bed: createTestBed([deaf]),
  });
  expect(result).toMatchObject({ status: 'completed', ledger: ['seen'] });
  expect(result.durationMs).toBeLessThan(2000);
  expect(result.rows.find((row) => row.kind === 'failed')?.error?.code).toBe('NODE_TIMEOUT');
});

test('a container over its time limit is stopped with everything in it', async () => {
  const nodes = {
    start,
    endless: { ...endless, timeoutMs: 50 },
    x: value(1),
    seen: value('${steps.endless.error.code}'),
  };
  const document = workflowOf(nodes, ['start>endless', 'endless.body>x', 'endless.error>seen'], {
    outputs: [{ name: 'seen', value: '${steps.seen.output}' }],
  });
  expect(await runDocument(document)).toMatchObject({ status: 'completed', output: { seen: 'NODE_TIMEOUT' } });
});

test('a container within its time limit goes on as without one', async () => {
  const nodes = {
    start,
    again: { type: 'control.repeat', params: { times: 2 }, timeoutMs: 60_000 },
    x: value(1),
    after: value(2),
  };
  const result = await runDocument(workflowOf(nodes, ['start>again', 'again.body>x', 'again>after']));
  expect(result).toMatchObject({ status: 'completed', ledger: ['again[0]/x', 'again[1]/x', 'after'] });
});

test('a run over the time limit of its workflow fails with RUN_TIMEOUT', async () => {
  const document = workflowOf({ start, deaf: 'test.deaf' }, ['start>deaf'], { settings: { timeoutMs: 40 } });
  const result = await runDocument(document, { bed: createTestBed([deaf]) });
  expect(result).toMatchObject({ status: 'failed', error: { code: 'RUN_TIMEOUT' } });
  expect(result.durationMs).toBeLessThan(2040);
});

test('a run over its limit of steps fails with RUN_LIMIT and no Try holds it', async () => {
  const nodes = { start, endless, try: 'control.try', x: value(1), caught: value('caught') };
  const document = workflowOf(nodes, ['start>endless', 'endless.body>try', 'try.body>x', 'try.catch>caught']);
  const result = await runDocument(document, { maxSteps: 500 });
  expect(result).toMatchObject({ status: 'failed', error: { code: 'RUN_LIMIT' }, steps: 500 });
  expect(result.ledger).not.toContain('caught');
});

test('a busy run leaves the event loop its turns', async () => {
  const controller = new AbortController();
  let turns = 0;
  const interval = setInterval(() => {
    turns += 1;
    if (turns === 10) controller.abort();
  }, 5);
  const document = workflowOf({ start, endless, x: value(1) }, ['start>endless', 'endless.body>x']);
  const result = await runDocument(document, { signal: controller.signal });
  clearInterval(interval);
  expect(result.status).toBe('cancelled');
  expect(result.durationMs).toBeLessThan(2000);
});

test('a journal that cannot be written ends the run, and no Try hides that', async () => {
  const nodes = {
    start,
    try: 'control.try',
    send: { type: 'test.effect', params: { effect: 'once' } },
    caught: value(1),
  };
  const document = workflowOf(nodes, ['start>try', 'try.body>send', 'try.catch>caught']);
  const result = await runDocument(document, {
    journal: {
      load: () => [],
      append: (row) => ({ seq: 1, ...row }),
      flush: () => Promise.reject(new Error('the disk is gone')),
      close: () => undefined,
    },
  });
  expect(result).toMatchObject({ status: 'failed', error: { message: 'the disk is gone' }, ledger: [] });
});

test('steps nested deeper than a path can tell fail with RUN_LIMIT', async () => {
  const ids = Array.from({ length: 500 }, (_, i) => `try${i}`);
  const nodes = { start, ...Object.fromEntries(ids.map((id) => [id, 'control.try'])), x: value(1) };
  const wires = [...ids, 'x'].map((id, i) => `${i === 0 ? 'start' : `${ids[i - 1]}.body`}>${id}`);
  const result = await runDocument(workflowOf(nodes, wires));
  expect(result).toMatchObject({ status: 'failed', error: { code: 'RUN_LIMIT' } });
  expect(Math.max(...result.rows.map((row) => row.path.length))).toBeLessThan(2000);
});

import { expect, test } from 'vitest';
import { workflowOf } from '../../../support/workflows.ts';
import { runDocument } from '../../test-bed.ts';

const start = 'control.start';

test('Wait until goes on when another branch makes its condition true', async () => {
  const nodes = {
    start,
    par: 'control.parallel',
    wait: { type: 'control.waitUntil', params: { condition: '${vars.ready}', everyMs: 10 } },
    later: { type: 'control.delay', params: { ms: 40 } },
    ready: { type: 'test.variable', params: { name: 'ready', value: true } },
    after: { type: 'test.value', params: { value: 1 } },
  };
  const document = workflowOf(
    nodes,
    ['start>par', 'par.branch1>wait', 'wait>after', 'par.branch2>later', 'later>ready'],
    {
      variables: [{ name: 'ready', type: 'boolean', default: false }],
    },
  );
  const result = await runDocument(document);
  expect(result).toMatchObject({ status: 'completed', ledger: ['par/branch2/ready', 'par/branch1/after'] });
});

test('Wait until leaves by its own port when it takes too long', async () => {
  const nodes = {
    start,
    wait: { type: 'control.waitUntil', params: { condition: false, everyMs: 10, timeoutMs: 30 } },
    late: { type: 'test.value', params: { value: 1 } },
  };
  expect((await runDocument(workflowOf(nodes, ['start>wait', 'wait.timeout>late']))).ledger).toEqual(['late']);
});

test.each([
  ['2001-01-01T00:00:00Z', 'completed'],
  ['not a time', 'failed'],
])('Wait until the moment %j: %s', async (time, status) => {
  const nodes = { start, wait: { type: 'control.waitUntil', params: { time } } };
  expect((await runDocument(workflowOf(nodes, ['start>wait']))).status).toBe(status);
});

test('Delay waits as long as it says, by the clock of the run', async () => {
  let now = 1000;
  const slept: number[] = [];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
  const nodes = { start, delay: { type: 'control.delay', params: { ms: 3_600_000 } } };
  const result = await runDocument(workflowOf(nodes, ['start>delay']), { clock });
  expect(result).toMatchObject({ status: 'completed', durationMs: 3_600_000 });
  expect(slept).toEqual([3_600_000]);
});

test.each([
  [{ condition: true }, 'completed', undefined],
  [{ condition: false, message: 'too few' }, 'failed', 'too few'],
])('Assert with %j: %s', async (params, status, message) => {
  const result = await runDocument(workflowOf({ start, assert: { type: 'control.assert', params } }, ['start>assert']));
  expect(result.status).toBe(status);
  expect(result.error?.message).toBe(message);
});

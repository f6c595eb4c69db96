import type { RunEvent, Workflow } from '@casare/shared';
import { validateWorkflow } from '@casare/shared';
import { setTimeout as later } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunOptions } from '../../engine/index.ts';
import { workflowOf } from '../support/workflows.ts';
import { call, callsDouble, double, failing, runWith, start, value } from './call-bed.ts';
import { callNode } from './call-node.ts';
import { createTestBed } from './test-bed.ts';

test('a called workflow gets its inputs and gives what its outputs declare; its variables are its own', async () => {
  const result = await runWith(callsDouble('${1 + 2}'), [double]);
  expect(result).toMatchObject({
    status: 'completed',
    output: { all: { result: 6, workflow: 'Double' }, next: 7, n: 7 },
    ledger: ['c/call/twice', 'c/call/keep', 'twice'],
  });
  const started = result.rows.findIndex((row) => row.kind === 'started');
  expect(result.rows[started]).toMatchObject({
    path: 'c',
    data: { workflowId: 'double', contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(started).toBeLessThan(result.rows.findIndex((row) => row.path.startsWith('c/call/')));
});

test('events of its steps carry the path, those of its variables the call', async () => {
  const events: RunEvent[] = [];
  await runWith(callsDouble(1), [double], { onEvents: (batch) => events.push(...batch) });
  const paths = events.flatMap((event) => (event.type === 'node.finished' ? [event.path] : []));
  expect(paths).toEqual(['start', 'c/call/start', 'c/call/twice', 'c/call/keep', 'c', 'twice']);
  expect(events.find((event) => event.type === 'variable.changed')).toMatchObject({ name: 'n', value: 1, call: 'c' });
  expect(events.filter((event) => event.type === 'run.finished')).toHaveLength(1);
});

test.each([
  ['an input that is missing', callsDouble(null), 'INPUT_INVALID'],
  ['a workflow that does not exist', workflowOf({ start, c: call('nowhere') }, ['start>c']), 'NOT_FOUND'],
])('%s is a failure of the call', async (_what, document, code) => {
  const result = await runWith(document, [double]);
  expect(result).toMatchObject({ status: 'failed', error: { code } });
  expect(result.rows.at(-1)).toMatchObject({ kind: 'failed', path: 'c', nodeId: 'c' });
});

test('a called workflow that cannot run says which it is and what is wrong', async () => {
  const broken = workflowOf({ a: value(1) }, [], { id: 'broken', name: 'Broken' });
  const { error } = await runWith(workflowOf({ start, c: call('broken') }, ['start>c']), [broken]);
  expect(error).toMatchObject({ code: 'WORKFLOW_INVALID', message: expect.stringContaining('"Broken" (broken)') });
  expect(error?.details['problems']).toBeTruthy();
});

test('a failure in there is that of the call, with the place in its details', async () => {
  const document = workflowOf({ start, c: call('failing') }, ['start>c']);
  expect(await runWith(document, [failing])).toMatchObject({
    status: 'failed',
    error: { code: 'HTTP_FAILED', message: 'broken pipe', details: { path: 'c/call/bad' } },
  });
});

test('it can be handled: by the error port, by a Try, and inside of the called workflow', async () => {
  const port = workflowOf({ start, c: call('failing'), seen: value('${steps.c.error}') }, ['start>c', 'c.error>seen'], {
    outputs: [{ name: 'seen', value: '${steps.seen.output}' }],
  });
  expect((await runWith(port, [failing])).output).toMatchObject({
    seen: { code: 'HTTP_FAILED', nodeId: 'c', path: 'c/call/bad', details: { path: 'c/call/bad' } },
  });
  const caught = workflowOf({ start, try: 'control.try', c: call('failing'), seen: value('${error.code}') }, [
    'start>try',
    'try.body>c',
    'try.catch>seen',
  ]);
  expect(await runWith(caught, [failing])).toMatchObject({
    status: 'completed',
    ledger: ['try/body/c/call/bad', 'try/catch/seen'],
  });
  const inside = workflowOf(
    { start, bad: 'test.fail', good: value('${steps.bad.error.message}') },
    ['start>bad', 'bad.error>good'],
    {
      id: 'failing',
      outputs: [{ name: 'said', value: '${steps.good.output}' }],
    },
  );
  const document = workflowOf({ start, c: call('failing') }, ['start>c'], {
    outputs: [{ name: 'said', value: '${steps.c.output.said}' }],
  });
  expect(await runWith(document, [inside])).toMatchObject({ status: 'completed', output: { said: 'no' } });
});

test('Stop ends the called workflow, not the run', async () => {
  const stops = workflowOf({ start, v: value(5), stop: 'control.stop', never: value(6) }, ['start>v', 'v>stop'], {
    id: 'stops',
    outputs: [{ name: 'v', value: '${steps.v.output}' }],
  });
  const document = workflowOf({ start, c: call('stops'), after: value('${steps.c.output.v}') }, ['start>c', 'c>after']);
  expect(await runWith(document, [stops])).toMatchObject({ status: 'completed', ledger: ['c/call/v', 'after'] });
});

const slow = (settings: Workflow['settings']) =>
  workflowOf({ start, wait: { type: 'control.delay', params: { ms: 600_000 } } }, ['start>wait'], {
    id: 'slow',
    settings,
  });
const callsSlow = (rest: object = {}) =>
  workflowOf({ start, c: call('slow', {}, rest), late: value('${steps.c.error.code}') }, ['start>c', 'c.error>late'], {
    outputs: [{ name: 'code', value: '${steps.late.output}' }],
  });

test('its own time limit and that of the step end it; cancel reaches in', async () => {
  expect((await runWith(callsSlow(), [slow({ timeoutMs: 20 })])).output).toEqual({ code: 'RUN_TIMEOUT' });
  expect((await runWith(callsSlow({ timeoutMs: 20 }), [slow({})])).output).toEqual({ code: 'NODE_TIMEOUT' });
  const abort = new AbortController();
  const cancelled = runWith(callsSlow(), [slow({})], { signal: abort.signal });
  setTimeout(() => abort.abort(), 30);
  expect(await cancelled).toMatchObject({ status: 'cancelled', error: { code: 'RUN_CANCELLED' } });
});

test('a workflow that calls itself goes on to a depth of 16 and no further', async () => {
  const endless = workflowOf({ start, c: call('endless') }, ['start>c'], { id: 'endless' });
  const result = await runWith(endless, []);
  expect(result).toMatchObject({ status: 'failed', error: { code: 'RUN_LIMIT' } });
  expect(result.rows.at(-1)?.path.split('/call/')).toHaveLength(17);
  const down = workflowOf(
    {
      start,
      more: { type: 'control.if', params: { condition: '${input.n > 0}' } },
      c: call('down', { n: '${input.n - 1}' }),
      sum: value('${input.n + (steps.c.output?.sum ?? 0)}'),
    },
    ['start>more', 'more.true>c', 'c>sum', 'more.false>sum'],
    { id: 'down', inputs: [{ name: 'n', type: 'number' }], outputs: [{ name: 'sum', value: '${steps.sum.output}' }] },
  );
  expect((await runWith(down, [], { input: { n: 10 } })).output).toEqual({ sum: 55 });
});

test('the steps of called workflows count for the limit of the run', async () => {
  const many = workflowOf(
    { start, again: { type: 'control.repeat', params: { times: 100 } }, v: value(1) },
    ['start>again', 'again.body>v'],
    { id: 'many' },
  );
  const document = workflowOf({ start, c: call('many') }, ['start>c']);
  expect(await runWith(document, [many], { maxSteps: 50 })).toMatchObject({
    status: 'failed',
    error: { code: 'RUN_LIMIT' },
  });
});

test('secrets of a called workflow are masked wherever it speaks', async () => {
  const secretive = workflowOf(
    {
      start,
      v: value('key ${input.key} and ${vars.other}'),
      bad: { type: 'control.throw', params: { message: 'with ${input.key}' } },
    },
    ['start>v', 'v>bad'],
    {
      id: 'secretive',
      inputs: [{ name: 'key', type: 'text', secret: true }],
      variables: [{ name: 'other', type: 'text', default: 'hidden-default', secret: true }],
    },
  );
  const events: RunEvent[] = [];
  const document = workflowOf({ start, c: call('secretive', { key: 'top-secret' }) }, ['start>c']);
  const result = await runWith(document, [secretive], { onEvents: (batch) => events.push(...batch) });
  const told = JSON.stringify([events.filter((event) => event.type !== 'run.started'), result.error?.message]);
  expect(told).toContain('••••');
  expect(told).not.toMatch(/top-secret|hidden-default/);
  const again: RunEvent[] = [];
  await runWith(document, [secretive], { rows: result.rows, onEvents: (batch) => again.push(...batch) });
  expect(JSON.stringify(again)).not.toMatch(/top-secret|hidden-default/);
});

test('disabled steps and pinned outputs hold in called workflows and bodies', async () => {
  const child = workflowOf(
    { start, off: value(1, { disabled: true }), pinned: value(2, { pinnedOutput: 'pinned' }) },
    ['start>off', 'off>pinned'],
    { id: 'child', outputs: [{ name: 'v', value: '${steps.pinned.output}' }] },
  );
  const document = workflowOf(
    {
      start,
      each: { type: 'control.repeat', params: { times: 2 } },
      c: call('child'),
      skip: call('nowhere', {}, { disabled: true }),
      p: call('nowhere', {}, { pinnedOutput: { v: 9 } }),
    },
    ['start>each', 'each.body>c', 'c>skip', 'skip>p'],
    { outputs: [{ name: 'v', value: '${[steps.c.output.v, steps.p.output.v]}' }] },
  );
  expect(await runWith(document, [child], { usePinned: true })).toMatchObject({
    status: 'completed',
    ledger: [],
    output: { v: ['pinned', 9] },
  });
});

test('a job on the fleet is started once, kept, and awaited again by a resumed run', async () => {
  const started: unknown[] = [];
  const fleet: NonNullable<RunOptions['fleet']> = {
    start(request) {
      started.push(request);
      return Promise.resolve({ jobId: 'job-1' });
    },
    ended: (jobId) => Promise.resolve({ state: 'completed', output: { of: jobId } }),
  };
  const onFleet = (params: object) =>
    workflowOf({ start, c: { type: 'workflow.call', params: { workflowId: 'double', ...params } } }, ['start>c'], {
      outputs: [{ name: 'c', value: '${steps.c.output}' }],
    });
  expect((await runWith(onFleet({ wait: false }), [], { fleet })).output).toEqual({ c: { jobId: 'job-1' } });
  const waited = await runWith(onFleet({ onFleet: true, input: { n: 1 } }), [], { fleet });
  expect(waited.output).toEqual({ c: { of: 'job-1' } });
  expect(started[1]).toMatchObject({ workflowId: 'double', input: { n: 1 }, idempotencyKey: expect.any(String) });
  const kept = waited.rows.findIndex((row) => row.data !== undefined);
  const resumed = await runWith(onFleet({ onFleet: true, input: { n: 1 } }), [], {
    fleet,
    rows: waited.rows.slice(0, kept + 1),
  });
  expect(resumed.output).toEqual({ c: { of: 'job-1' } });
  expect(started).toHaveLength(2);
  expect(await runWith(onFleet({ wait: false }), [])).toMatchObject({
    status: 'failed',
    error: { code: 'FLEET_NEEDED' },
  });
});

test('a job on the fleet that failed fails the step with its error; cancel does not wait for it', async () => {
  const document = workflowOf({ start, c: { type: 'workflow.call', params: { workflowId: 'x', onFleet: true } } }, [
    'start>c',
  ]);
  const start1 = () => Promise.resolve({ jobId: 'job-2' });
  const failed = await runWith(document, [], {
    fleet: {
      start: start1,
      ended: () =>
        Promise.resolve({ state: 'failed', output: null, error: { code: 'FILE_NOT_FOUND', message: 'no file' } }),
    },
  });
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'FILE_NOT_FOUND', details: { jobId: 'job-2' } } });
  const abort = new AbortController();
  const waiting = runWith(document, [], {
    signal: abort.signal,
    fleet: {
      start: start1,
      ended: (_jobId, signal) => later(600_000, undefined, { signal }).then(() => ({ state: 'completed', output: 1 })),
    },
  });
  setTimeout(() => abort.abort(), 30);
  expect((await waiting).status).toBe('cancelled');
});

test('the validator warns of a call of itself and refuses one of nothing', () => {
  const { catalog } = createTestBed([callNode]).registry;
  const codes = (document: Workflow) =>
    validateWorkflow(document, catalog).map(({ code, severity }) => `${code} ${severity}`);
  const self = workflowOf({ start, c: call('test') }, ['start>c']);
  expect(codes(self)).toEqual(['CALLS_ITSELF warning']);
  expect(codes(workflowOf({ start, c: call('other') }, ['start>c']))).toEqual([]);
  expect(codes(workflowOf({ start, c: { type: 'workflow.call' } }, ['start>c']))).toEqual(['PARAM_MISSING error']);
  expect(codes(workflowOf({ start, c: call('') }, ['start>c']))).toEqual(['PARAM_INVALID error']);
});

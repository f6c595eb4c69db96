import {
  builtinNodes,
  createMemoryJournal,
  createRegistry,
  createRunResources,
  recordingSchema,
  recordRun,
  replayTest,
  type RunOptions,
} from '@casare/engine';
import type { Workflow } from '@casare/shared';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { workflowOf } from '../../support/workflows.ts';

const makeTempFolder = prepareTempFolders('testing');
const registry = createRegistry(builtinNodes);
let server: Server;
let site: string;
let calls = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    calls += 1;
    response.setHeader('content-type', 'application/json');
    const isFlaky = request.url === '/flaky' && calls % 2 === 1;
    response.statusCode = isFlaky ? 503 : 200;
    response.end(JSON.stringify({ total: 40, asked: request.headers['authorization'] ?? null }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

async function optionsFor(input: Record<string, unknown> = {}): Promise<RunOptions> {
  const folder = await makeTempFolder();
  return { runId: 'run-1', input, journal: createMemoryJournal(), resources: createRunResources({ folder }) };
}

async function record(document: Workflow, input: Record<string, unknown> = {}) {
  const { result, recording } = await recordRun(document, registry, await optionsFor(input), 'a test');
  // As it comes back from its file.
  const test = recordingSchema.parse(JSON.parse(JSON.stringify({ ...recording, workflow: 'x.flow.json' })));
  return { result, test };
}

async function replay(test: Awaited<ReturnType<typeof record>>['test'], document: Workflow) {
  const before = calls;
  const report = await replayTest(test, document, registry, await optionsFor());
  expect(calls).toBe(before);
  return report;
}

function totals(add: number): Workflow {
  return workflowOf(
    {
      start: 'control.start',
      ask: { type: 'http.request', params: { url: '${input.site}/', auth: 'bearer', token: '${input.key}' } },
      sum: { type: 'data.set', params: { fields: { sum: `\${steps.ask.output.body.total + ${add}}` } } },
      save: { type: 'files.write', params: { path: 'sum.txt', content: 'Sum: ${steps.sum.output.value.sum}' } },
      now: { type: 'dates.now', params: {} },
    },
    ['start>ask', 'ask>sum', 'sum>save', 'save>now'],
    {
      inputs: [
        { name: 'site', type: 'text', required: true },
        { name: 'key', type: 'text', secret: true, required: true },
      ],
      outputs: [
        { name: 'sum', value: '${steps.sum.output.value.sum}' },
        { name: 'file', value: '${steps.save.output.path}' },
      ],
    },
  );
}

it('a recorded run passes as a test, offline, whatever the time is', async () => {
  const { result, test } = await record(totals(2), { site, key: 'hidden-key-7' });
  expect(result).toMatchObject({ status: 'completed', output: { sum: 42 } });
  expect(test.steps.filter((step) => step.pinned).map((step) => step.nodeId)).toEqual(['ask', 'save', 'now']);
  const report = await replay(test, totals(2));
  expect(report).toMatchObject({ passed: true, steps: [], result: [], ran: 5, pinned: 3, unreached: [] });
});

it('holds no secret and no folder of the run that was recorded', async () => {
  const { test } = await record(totals(2), { site, key: 'hidden-key-7' });
  const text = JSON.stringify(test);
  expect(text).not.toContain('hidden-key-7');
  expect(text).not.toContain('casare-testing');
  expect(test.result.output['file']).toBe('{run folder}/sum.txt');
});

it('shows step by step what a change does, down to what would have been done to the world', async () => {
  const { test } = await record(totals(2), { site, key: 'hidden-key-7' });
  const report = await replay(test, totals(3));
  expect(report.passed).toBe(false);
  expect(report.steps.map(({ path, what }) => `${path} ${what}`)).toEqual(['sum params', 'sum output', 'save params']);
  expect(report.steps[1]?.differences).toEqual([{ at: 'output.value.sum', expected: 42, actual: 43 }]);
  expect(report.steps[2]?.differences).toEqual([{ at: 'params.content', expected: 'Sum: 42', actual: 'Sum: 43' }]);
  expect(report.result).toEqual([{ at: 'output.sum', expected: 42, actual: 43 }]);
  expect((await replay({ ...report.updated }, totals(3))).passed).toBe(true);
});

it('leaves out what the test says may differ', async () => {
  const { test } = await record(totals(2), { site, key: 'hidden-key-7' });
  const report = await replay({ ...test, ignore: ['sum', 'save.params.*', 'result.output.sum'] }, totals(3));
  expect(report.passed).toBe(true);
});

it('tells of steps that are gone, new, or reach the world unrecorded', async () => {
  const { test } = await record(totals(2), { site, key: 'hidden-key-7' });
  const changed = totals(2);
  changed.nodes = changed.nodes.filter((node) => node.id !== 'now').concat({ ...changed.nodes[1]!, id: 'again' });
  changed.edges = changed.edges.map((edge) =>
    edge.to.node === 'now' ? { ...edge, to: { node: 'again', port: 'in' } } : edge,
  );
  const report = await replay(test, changed);
  expect(report.steps.map(({ path, what }) => `${path} ${what}`)).toEqual(['now not run', 'again not recorded']);
  expect(report.result).toContainEqual(expect.objectContaining({ at: 'status', actual: 'failed' }));
  expect(report.updated.result.error?.code).toBe('TEST_UNRECORDED');
});

it('gives retries, caught errors, loops and ports as they were', async () => {
  const document = workflowOf(
    {
      start: 'control.start',
      flaky: {
        type: 'http.request',
        params: { url: '${input.site}/flaky', idempotencyKey: false },
        retry: { attempts: 3, initialMs: 600_000, factor: 1, maxMs: 600_000, jitter: 0 },
      },
      try: 'control.try',
      gone: { type: 'files.read', params: { path: 'gone.txt' } },
      caught: { type: 'data.set', params: { fields: { code: '${error.code}' } } },
      each: { type: 'control.forEach', params: { items: [1, 2, 3] } },
      double: { type: 'data.set', params: { fields: { twice: '${item * 2}' } } },
    },
    ['start>flaky', 'flaky>try', 'try.body>gone', 'try.catch>caught', 'try>each', 'each.body>double'],
    {
      inputs: [{ name: 'site', type: 'text' }],
      outputs: [{ name: 'code', value: '${steps.caught.output.value.code}' }],
    },
  );
  calls = 0;
  const short = structuredClone(document);
  Object.assign(short.nodes[1]!.retry!, { initialMs: 1, maxMs: 1 });
  const { result, test } = await record(short, { site });
  expect(result).toMatchObject({ status: 'completed', output: { code: 'FILE_NOT_FOUND' } });
  expect(test.steps.find((step) => step.nodeId === 'flaky')?.tries).toHaveLength(2);
  // Ten minutes between two tries: no pause of a test takes time.
  const report = await replay(test, document);
  expect(report).toMatchObject({ passed: true, ran: 7 });
});

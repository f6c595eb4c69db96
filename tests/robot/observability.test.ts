import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Job } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from '../../build/run-tool.ts';
import { openDatabase } from '../../orchestrator/db/database.ts';
import { createFirstKeys, ensureWorkspace } from '../../orchestrator/keys/first-keys.ts';
import { caller, type Call, type Keys } from '../orchestrator/fleet.ts';
import { createTestDatabase } from '../support/database.ts';
import { metricNames, promtool, usedNames } from '../support/promtool.ts';
import { type SpanReceiver, startSpanReceiver } from '../support/span-receiver.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const makeTempFolder = prepareTempFolders('observability');
const started = new AsyncDisposableStack();
let collector: SpanReceiver;
let keys: Keys;
let url: string;
let admin: Call;
const lines: Record<'orchestrator' | 'robot', string[]> = { orchestrator: [], robot: [] };

beforeAll(async () => {
  collector = started.use(await startSpanReceiver());
  const database = started.use(await createTestDatabase());
  const opened = openDatabase({ url: database.url, maxConnections: 2, onError: () => {} });
  keys = await createFirstKeys(opened, await ensureWorkspace(opened), 'test');
  await opened.close();
  const folder = await makeTempFolder();
  const traced = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  run('orchestrator', 'orchestrator/main.ts', {
    ...traced,
    PORT: '0',
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'orchestrator'),
    MIGRATE: 'false',
  });
  url = await waitFor(() => lineOf('orchestrator', 'orchestrator started')?.['url'] as string | undefined, {
    until: 'the orchestrator has started',
    timeoutMs: 60_000,
  });
  admin = caller(url, keys.adminKey);
  run('robot', 'robot/main.ts', {
    ...traced,
    ORCHESTRATOR_URL: url,
    ORCHESTRATOR_API_KEY: keys.robotKey,
    ROBOT_NAME: 'watched',
    ROBOT_DATA: join(folder, 'robot'),
    ROBOT_METRICS_PORT: '0',
    ROBOT_GRACE_SECONDS: '0',
    CASARE_PACKS: join(folder, 'packs'),
  });
  await waitFor(() => lineOf('robot', 'registered'), { until: 'the robot is there', timeoutMs: 60_000 });
});
afterAll(() => started.disposeAsync());

function run(who: keyof typeof lines, script: string, env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(root, script)], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines[who].push(line));
  const exited = once(child, 'exit');
  started.defer(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return child;
}

type Line = Record<string, unknown>;

function entries(who: keyof typeof lines): Line[] {
  return lines[who].filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
}

function lineOf(who: keyof typeof lines, msg: string, facts: Line = {}): Line | undefined {
  const fits = (line: Line) => Object.entries({ msg, ...facts }).every(([name, value]) => line[name] === value);
  return entries(who).find(fits);
}

async function runJob(headers: Record<string, string> = {}) {
  const document = flow(
    {
      start: 'control.start',
      note: { type: 'data.log', params: { message: 'here' } },
      wrong: { type: 'control.throw', params: { message: 'no such invoice' } },
    },
    ['start>note', 'note>wrong'],
  );
  const published = await admin<{ workflow: { id: string } }>('POST', '/workflows', { document, message: '' });
  const request = { workflowId: published.body.workflow.id, maxRetries: 0 };
  const submitted = await admin<{ jobs: Job[] }>('POST', '/jobs', request, headers);
  expect(submitted.status).toBe(201);
  const jobId = submitted.body.jobs[0]?.id ?? '';
  await waitFor(() => lineOf('robot', 'job ended', { jobId }), { until: 'the job has ended', timeoutMs: 60_000 });
  return { jobId, reqId: submitted.headers.get('x-request-id') ?? '' };
}

test('one trace goes from the request that submits a job to its steps on the robot, and one id finds it in every log', async () => {
  const { jobId, reqId } = await runJob();
  const submitted = await waitFor(() => lineOf('orchestrator', 'request', { reqId }), { until: 'it is in the log' });
  const traceId = String(submitted['traceId']);
  expect(submitted).toMatchObject({ jobId, route: '/api/v1/jobs', method: 'POST', status: 201 });
  const robotId = lineOf('robot', 'registered')?.['robotId'];
  expect(lineOf('orchestrator', 'job claimed', { jobId })).toMatchObject({ traceId, robotId, attempt: 1 });
  for (const msg of ['job started', 'run over', 'job ended'])
    expect(lineOf('robot', msg, { jobId })).toMatchObject({ traceId, robotId, attempt: 1 });

  const ofTrace = () => collector.spans.filter((span) => span.traceId === traceId);
  const step = (type: string) => ofTrace().find(({ attributes }) => attributes['casare.node.type'] === type);
  await waitFor(() => step('control.throw') && ofTrace().some(({ name }) => name.startsWith('job ')), {
    until: 'its spans have come',
    timeoutMs: 30_000,
  });
  const request = ofTrace().find(({ name }) => name === 'POST /api/v1/jobs');
  const job = ofTrace().find(({ name }) => name.startsWith('job '));
  expect(request).toMatchObject({ service: 'casare-orchestrator', parentSpanId: '' });
  expect(request?.attributes).toMatchObject({ 'http.route': '/api/v1/jobs', 'casare.request.id': reqId });
  expect(job).toMatchObject({ service: 'casare-robot', parentSpanId: request?.spanId, isError: true });
  expect(job?.attributes).toMatchObject({ 'casare.job.id': jobId, 'casare.job.end': 'fail' });
  expect(step('data.log')).toMatchObject({ parentSpanId: job?.spanId, isError: false });
  expect(step('control.throw')).toMatchObject({ parentSpanId: job?.spanId, isError: true });
  expect(step('control.throw')?.attributes).toMatchObject({ 'casare.node.path': 'wrong', 'casare.node.attempt': 1 });
  const statements = ofTrace().filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
  expect(statements.map(({ parentSpanId }) => parentSpanId)).toContain(request?.spanId);
  // Metrics and logs were not asked for.
  expect([...collector.paths]).toEqual(['/v1/traces']);
});

test('the trace of whoever submits is taken up', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { jobId } = await runJob({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  expect(lineOf('robot', 'job started', { jobId })).toMatchObject({ traceId });
  const span = await waitFor(
    () => collector.spans.find((one) => one.traceId === traceId && one.name.startsWith('POST')),
    {
      until: 'its span has come',
      timeoutMs: 30_000,
    },
  );
  expect(span.parentSpanId).toBe('00f067aa0ba902b7');
});

test('no key is in a log or in a trace', () => {
  const said = [...lines.orchestrator, ...lines.robot, JSON.stringify(collector.spans)].join('\n');
  expect(said.includes('job claimed')).toBe(true);
  expect([keys.adminKey, keys.robotKey].filter((key) => said.includes(key))).toEqual([]);
});

test('Prometheus finds nothing wrong with the figures of a robot; its dashboard and alerts are made of them', async () => {
  const address = String(lineOf('robot', 'figures for Prometheus')?.['url']);
  const text = await (await fetch(`${address}/metrics`)).text();
  expect(await promtool(['check', 'metrics'], text)).toBe('');
  const names = metricNames(text);
  const used = [...(await usedNames('build/grafana/robot.json')), ...(await usedNames('build/prometheus/alerts.yml'))];
  const own = used.filter((name) => !name.startsWith('casare_') || name.startsWith('casare_robot_'));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter((name) => !names.has(name))).toEqual([]);
});

test('without the variables of OpenTelemetry nothing of its SDK is read', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      const part = /@opentelemetry\\/([^/]+)/.exec(found.url)?.[1];
      if (part) seen.add(part);
      return found;
    } });
    await import('./orchestrator/start.ts');
    await import('./robot/run-robot.ts');
    for (const file of ['./orchestrator/tracing/start-tracing.ts', './robot/tracing/start-tracing.ts'])
      await (await import(file)).startTracing({}, 'test');
    console.log(JSON.stringify([...seen]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  expect(JSON.parse(stdout)).toEqual(['api']);
});

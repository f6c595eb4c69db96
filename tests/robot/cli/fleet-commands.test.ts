import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePortFrom } from '../../../build/free-port.ts';
import { readStatus } from '../../../robot/status-file.ts';
import { startTestFleet, type TestFleet, type TestRobot } from '../../support/fleet.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { flow, single } from '../flows.ts';
import { callCli, type CliResult } from './call-cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const makeTempFolder = prepareTempFolders('cli-fleet');
let fleet: TestFleet;
let robot: TestRobot;
beforeAll(async () => {
  fleet = await startTestFleet();
  robot = await fleet.startRobot({ name: 'worker' });
});
afterAll(() => fleet[Symbol.asyncDispose]());

function cli(...argv: string[]): Promise<CliResult> {
  return callCli(argv, { env: { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.adminKey } });
}

async function fileOf(document: Workflow): Promise<string> {
  const file = join(await makeTempFolder(), 'work.flow.json');
  await writeFile(file, JSON.stringify(document));
  return file;
}

const echo = flow(
  { start: 'control.start', say: { type: 'data.log', params: { message: '${input.text}' } } },
  ['start>say'],
  {
    name: 'Echo',
    inputs: [{ name: 'text', type: 'text', required: true }],
    outputs: [{ name: 'text', value: '${steps.say.output.message}' }],
  },
);

test('publish: a new version, the same again, and one with faults', async () => {
  const file = await fileOf(echo);
  expect(await cli('publish', file, '--message', 'first')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('as version 1'),
  });
  expect(await cli('publish', file)).toMatchObject({ code: 0, stdout: expect.stringContaining('unchanged') });
  const again = await cli('publish', await fileOf({ ...echo, description: 'More' }), '--json');
  expect(again.json()).toMatchObject({ created: true, version: 2 });
  const bad = await cli('publish', await fileOf(single('no.such.type', {})));
  expect(bad.code).toBe(1);
  expect(bad.stderr).toContain('WORKFLOW_INVALID');
  expect(bad.stderr).toContain('no.such.type');
  expect((await cli('publish', join(await makeTempFolder(), 'none.flow.json'))).code).toBe(2);
});

test('jobs: submit and wait, show, list, log', async () => {
  await cli('publish', await fileOf(echo));
  const submitted = await cli(
    'jobs',
    'submit',
    'Echo',
    '--input',
    'text=42',
    '--reference',
    'order 7',
    '--wait',
    '--json',
  );
  expect(submitted.code).toBe(0);
  const job = submitted.json<{ id: string }>();
  expect(job).toMatchObject({ state: 'completed', output: { text: '42' }, reference: 'order 7' });
  expect(await cli('jobs', 'show', job.id)).toMatchObject({ code: 0, stdout: expect.stringContaining('completed') });
  const listed = await cli(
    'jobs',
    'list',
    '--state',
    'completed,failed',
    '--search',
    'order 7',
    '--limit',
    '5',
    '--json',
  );
  expect(listed.json()).toMatchObject({ items: [{ id: job.id }] });
  expect((await cli('jobs', 'list')).stdout).toContain(job.id);
  expect((await cli('jobs', 'logs', job.id)).stdout).toContain('say: 42');
  expect((await cli('jobs', 'logs', job.id, '--search', 'nothing like it')).stdout).toBe('');
});

test('jobs: wrong use', async () => {
  await cli('publish', await fileOf(echo));
  expect((await cli('jobs', 'submit', 'Echo')).code).toBe(2);
  expect((await cli('jobs', 'submit', 'Echo', '--input', 'text=a', '--priority', 'high')).code).toBe(2);
  expect((await cli('jobs', 'list', '--state', 'lost')).code).toBe(2);
  expect(await cli('jobs', 'submit', 'Nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('NOT_FOUND'),
  });
  expect((await cli('jobs', 'show', '00000000-0000-4000-8000-000000000000')).code).toBe(1);
});

test('jobs submit --wait ends with 1 when the job failed', async () => {
  const failing = single('control.throw', { message: 'No.' }, { name: 'Failing' });
  await cli('publish', await fileOf(failing));
  expect(await cli('jobs', 'submit', 'Failing', '--wait')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('THROWN: No.'),
  });
});

test('jobs logs --follow goes on until the job has ended', async () => {
  const talking = flow(
    {
      start: 'control.start',
      each: { type: 'control.repeat', params: { times: 5 } },
      wait: { type: 'control.delay', params: { ms: 100 } },
      say: { type: 'data.log', params: { message: 'line ${index}' } },
    },
    ['start>each', 'each.body>wait', 'wait>say'],
    { name: 'Talking' },
  );
  await cli('publish', await fileOf(talking));
  const { id } = (await cli('jobs', 'submit', 'Talking', '--json')).json<{ id: string }>();
  const { code, stdout } = await cli('jobs', 'logs', id, '--follow', '--json');
  expect(code).toBe(0);
  const messages = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages).toEqual([0, 1, 2, 3, 4].map((i) => `line ${i}`));
});

test('jobs cancel: one that runs and one that has ended', async () => {
  await cli('publish', await fileOf(single('control.delay', { ms: 600_000 }, { name: 'Long' })));
  const { id } = (await cli('jobs', 'submit', 'Long', '--json')).json<{ id: string }>();
  await waitFor(async () => (await fleet.job(id)).state === 'running', { timeoutMs: 60_000 });
  expect(await cli('jobs', 'cancel', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('told to stop') });
  expect(await fleet.ended(id)).toMatchObject({ state: 'cancelled' });
  await cli('publish', await fileOf(echo));
  const done = (await cli('jobs', 'submit', 'Echo', '--input', 'text=a', '--wait', '--json')).json<{ id: string }>();
  expect(await cli('jobs', 'cancel', done.id)).toMatchObject({ code: 1, stderr: expect.stringContaining('CONFLICT') });
});

test('tasks: list, show, answer, and an answer that comes second', async () => {
  const asking = flow(
    {
      start: 'control.start',
      ask: {
        type: 'people.form',
        params: {
          title: 'Where to?',
          fields: [
            { name: 'street', required: true },
            { name: 'count', kind: 'number', default: 1 },
            { name: 'express', kind: 'checkbox' },
          ],
        },
      },
    },
    ['start>ask'],
    { name: 'Asking', outputs: [{ name: 'values', value: '${steps.ask.output.values}' }] },
  );
  const job = await fleet.submit(asking);
  await fleet.ended(job.id);
  const listed = await cli('tasks', 'list', '--search', 'where', '--job', job.id, '--json');
  const id = listed.json<{ items: { id: string }[] }>().items[0]?.id ?? '';
  expect((await cli('tasks', 'list')).stdout).toContain('Where to?');
  expect((await cli('tasks', 'show', id)).stdout).toContain('street (text, required)');

  expect(await cli('tasks', 'answer', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('--value') });
  expect(await cli('tasks', 'answer', id, '--value', 'house=1')).toMatchObject({ code: 2 });
  expect(await cli('tasks', 'answer', id, '--value', 'count=many')).toMatchObject({ code: 2 });
  expect(await cli('tasks', 'answer', id, '--value', 'count=2')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('street: Required.'),
  });
  const given = ['--value', 'street=Elm 1', '--value', 'express=true'];
  expect(await cli('tasks', 'answer', id, ...given)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(job.id),
  });
  expect(await cli('tasks', 'answer', id, ...given)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('answered already'),
  });
  await waitFor(async () => (await fleet.job(job.id)).state === 'completed', { timeoutMs: 60_000, until: 'it ends' });
  expect((await fleet.job(job.id)).output).toEqual({ values: { street: 'Elm 1', count: 1, express: true } });
  expect((await cli('tasks', 'show', id)).stdout).toContain('answered by');
  expect((await cli('tasks', 'list', '--state', 'answered')).stdout).toContain(id);
});

test('keys: made, shown in the list, revoked and then refused', async () => {
  const made = await cli('keys', 'create', 'for a test', '--kind', 'admin', '--days', '2', '--json');
  const { key, apiKey } = made.json<{ key: string; apiKey: { id: string } }>();
  const useIt = () => cli('jobs', 'list', '--key', key);
  expect((await useIt()).code).toBe(0);
  expect((await cli('keys', 'list')).stdout).toContain('for a test');
  expect((await cli('keys', 'create', 'wrong', '--kind', 'king')).code).toBe(2);
  expect((await cli('keys', 'create', 'wrong', '--days', 'soon')).code).toBe(2);
  expect(await cli('keys', 'revoke', apiKey.id)).toMatchObject({ code: 0, stdout: expect.stringContaining('revoked') });
  await waitFor(async () => (await useIt()).code === 4);
  expect((await cli('keys', 'list')).stdout).toContain('revoked');
});

test('a wrong key is refused with 4, a robot key where it may not be too, and nobody there is 3', async () => {
  expect(await cli('jobs', 'list', '--key', 'ck_wrong')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('UNAUTHENTICATED'),
  });
  expect(await cli('jobs', 'list', '--key', fleet.robotKey)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('FORBIDDEN'),
  });
  const nobody = `http://127.0.0.1:${await freePortFrom(39_000, false)}`;
  const { code, json } = await cli('jobs', 'list', '--url', nobody, '--json');
  expect([code, json()]).toMatchObject([3, { error: { code: 'UNREACHABLE' } }]);
});

test('robot: status and stop of the robot in a data folder', async () => {
  const status = await cli('robot', 'status', '--data', robot.dataFolder, '--json');
  expect(status.json()).toMatchObject({ running: true, pid: robot.pid, name: 'worker', url: fleet.url });
  await waitFor(async () => (await readStatus(robot.dataFolder))?.state === 'idle');
  const text = await callCli(['robot', 'status', '--data', robot.dataFolder]);
  expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('worker: idle')]);
  const stopped = await cli('robot', 'stop', '--data', robot.dataFolder);
  expect([stopped.code, stopped.stdout]).toEqual([0, expect.stringContaining('stopped worker')]);
  expect(await robot.exited).toBe(0);
  expect((await cli('robot', 'status', '--data', robot.dataFolder, '--json')).json()).toEqual({ running: false });
  expect((await cli('robot', 'stop', '--data', robot.dataFolder)).stdout).toContain('no robot runs');
  expect((await cli('robot', 'stop', '--data', robot.dataFolder, '--wait', 'long')).code).toBe(2);
});

test('robot start: runs in the foreground until Ctrl+C', async () => {
  const dataFolder = await fleet.newFolder();
  const stop = new AbortController();
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    ...fleet.robotEnv({ name: 'ignored', dataFolder: await fleet.newFolder() }),
    LOG_LEVEL: 'silent',
  };
  const running = callCli(['robot', 'start', '--name', 'foreground', '--data', dataFolder], {
    env,
    signal: stop.signal,
  });
  await waitFor(async () => (await readStatus(dataFolder))?.state === 'idle', { timeoutMs: 60_000 });
  expect((await fleet.robots()).map(({ name }) => name)).toContain('foreground');
  stop.abort();
  expect(await running).toMatchObject({ code: 0, stderr: expect.stringContaining('Ctrl+C') });
  expect(await callCli(['robot', 'start'], { env: {} })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('ORCHESTRATOR_URL'),
  });
});

import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workflow } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from '../../../build/run-tool.ts';
import { COMMANDS } from '../../../robot/cli/program.ts';
import { compileCache } from '../../support/compile-cache.ts';
import { type EffectLedger, startEffectLedger } from '../../support/effect-ledger.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { workflowOf } from '../../support/workflows.ts';
import { flow, postItems, single } from '../flows.ts';
import { callCli } from './call-cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const makeTempFolder = prepareTempFolders('cli');
let ledger: EffectLedger;
beforeAll(async () => {
  ledger = await startEffectLedger();
});
afterAll(() => ledger[Symbol.asyncDispose]());

async function fileOf(document: Workflow | string): Promise<string> {
  const file = join(await makeTempFolder(), 'work.flow.json');
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document));
  return file;
}

function spawnCli(argv: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'robot', 'cli', 'main.ts'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...compileCache },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended };
}

const greeting = flow(
  { start: 'control.start', say: { type: 'data.log', params: { message: 'Hello ${input.name}' } } },
  ['start>say'],
  {
    inputs: [
      { name: 'name', type: 'text', required: true },
      { name: 'count', type: 'number', default: 1 },
    ],
    outputs: [
      { name: 'said', value: '${steps.say.output.message}' },
      { name: 'count', value: '${input.count}' },
    ],
  },
);

test('run: a workflow with its inputs, text stays text', async () => {
  const file = await fileOf(greeting);
  const { code, json } = await callCli(['run', file, '--input', 'name=007', '--input', 'count=3', '--json']);
  expect(code).toBe(0);
  expect(json()).toMatchObject({ status: 'completed', output: { said: 'Hello 007', count: 3 }, steps: 2 });
  const plain = await callCli(['run', file, '--input', 'name=Ada']);
  expect(plain.stdout).toContain('completed');
  expect(plain.stderr).toContain('Hello Ada');
});

test('run: events come one a line before the result', async () => {
  const { code, stdout } = await callCli(['run', await fileOf(greeting), '--input', 'name=A', '--json', '--events']);
  expect(code).toBe(0);
  const events = stdout
    .slice(0, stdout.indexOf('\n{\n'))
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(events.map(({ type }) => type)).toContain('node.finished');
});

test('run: a workflow that fails ends with 1 and says why', async () => {
  const file = await fileOf(single('control.throw', { message: 'No customer.' }));
  expect(await callCli(['run', file])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('THROWN: No customer.'),
  });
  const { code, json } = await callCli(['run', file, '--json']);
  expect(code).toBe(1);
  expect(json()).toMatchObject({ status: 'failed', error: { code: 'THROWN' } });
});

test('run: a missing file, a wrong input and a missing input are wrong use', async () => {
  const missing = await callCli(['run', join(await makeTempFolder(), 'none.flow.json'), '--json']);
  expect([missing.code, missing.json()]).toMatchObject([2, { error: { code: 'FILE_NOT_FOUND' } }]);
  const file = await fileOf(greeting);
  expect(await callCli(['run', file])).toMatchObject({ code: 2, stderr: expect.stringContaining('INPUT_INVALID') });
  expect(await callCli(['run', file, '--input', 'name'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('USAGE'),
  });
  const wrong = await callCli(['run', file, '--input', 'name=A', '--input', 'count=many', '--json']);
  expect([wrong.code, wrong.json()]).toMatchObject([2, { error: { code: 'INPUT_INVALID' } }]);
});

test('run: cancelled by its signal', async () => {
  const stop = new AbortController();
  const file = await fileOf(single('control.delay', { ms: 600_000 }));
  const running = callCli(['run', file, '--json'], { signal: stop.signal });
  stop.abort();
  const { code, json } = await running;
  expect([code, json()]).toMatchObject([1, { status: 'cancelled' }]);
});

test('run --journal: killed in the middle, the same command goes on and repeats nothing', async () => {
  const file = await fileOf(postItems(12));
  const journal = join(await makeTempFolder(), 'run.sqlite');
  const argv = ['run', file, '--journal', journal, '--input', `ledger=${ledger.url}`, '--json'];
  ledger.delay(80);
  const first = spawnCli(argv);
  await waitFor(() => ledger.effects.length >= 4, { timeoutMs: 60_000 });
  first.child.kill('SIGKILL');
  expect((await first.ended).code).toBeNull();
  ledger.delay(0);
  const { code, stdout } = await spawnCli(argv).ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', output: { count: 12 } });
  expect((JSON.parse(stdout) as { replayedSteps: number }).replayedSteps).toBeGreaterThan(4);
  expect(ledger.done('/items')).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect(ledger.effects.length).toBeLessThanOrEqual(13);
});

test('validate: lists every problem', async () => {
  const good = await fileOf(greeting);
  expect(await callCli(['validate', good])).toMatchObject({ code: 0, stdout: expect.stringContaining('is valid') });
  const bad = await fileOf(
    workflowOf({ start: 'control.start', a: 'no.such.type', b: { type: 'control.delay', params: { ms: -1 } } }, [
      'start>a',
      'a>b',
    ]),
  );
  const { code, json } = await callCli(['validate', bad, '--json']);
  const { valid, problems } = json<{ valid: boolean; problems: { nodeId: string }[] }>();
  expect([code, valid]).toEqual([1, false]);
  expect(problems.map(({ nodeId }) => nodeId)).toEqual(expect.arrayContaining(['a', 'b']));
  const text = await callCli(['validate', bad]);
  expect(text.stdout).toContain('no.such.type');
  expect(await callCli(['validate', await fileOf('{')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('WORKFLOW_INVALID'),
  });
  expect((await callCli(['validate', join(await makeTempFolder(), 'none')])).code).toBe(2);
});

test('nodes: all of them, or those that match', async () => {
  const all = (await callCli(['nodes', '--json'])).json<{ type: string }[]>();
  expect(all.length).toBeGreaterThan(30);
  const found = (await callCli(['nodes', 'spreadsheet nobody knows', '--json'])).json<unknown[]>();
  expect(found).toEqual([]);
  expect((await callCli(['nodes', 'http.request'])).stdout).toContain('HTTP request');
});

test('wrong words are wrong use, help is not', async () => {
  expect((await callCli(['dance'])).code).toBe(2);
  expect((await callCli(['jobs', 'dance'])).code).toBe(2);
  expect((await callCli(['run'])).code).toBe(2);
  expect((await callCli(['nodes', '--colour'])).code).toBe(2);
  expect(await callCli(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('publish') });
  expect(await callCli(['jobs', 'submit', '--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--wait'),
  });
  expect(await callCli(['jobs', 'list'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('ORCHESTRATOR_URL'),
  });
  expect(await callCli(['jobs', 'list', '--url', 'http://127.0.0.1:9'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--key'),
  });
});

test('as a program: its exit code and nothing but JSON on its output', async () => {
  const { code, stdout, stderr } = await spawnCli(['nodes', 'delay', '--json']).ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ type: 'control.delay' }]);
  expect(stderr).toBe('');
  expect((await spawnCli(['dance']).ended).code).toBe(2);
});

test('the page of the commands shows each of them with an example', async () => {
  const page = await readFile(join(root, 'docs', 'cli.md'), 'utf8');
  const missing = COMMANDS.flatMap(({ usage, options = [] }) => {
    const command = `casare ${usage.replace(/ [<[].*$/, '')}`;
    const section = page.split('\n## ').find((text) => text.startsWith(`${command}\n`)) ?? '';
    const example = `\n${command}`;
    return [example, ...options.map(({ flags }) => flags.split(' ')[0] ?? '')]
      .filter((part) => !section.includes(part))
      .map((part) => `${command}: ${part.trim()}`);
  });
  expect(missing).toEqual([]);
});

test('run: a called workflow is found by its id in the folder of the file', async () => {
  const caller = flow(
    {
      start: 'control.start',
      call: { type: 'workflow.call', params: { workflowId: greeting.id, input: { name: 'Ada' } } },
    },
    ['start>call'],
    {
      outputs: [{ name: 'said', value: '${steps.call.output.said}' }],
    },
  );
  const file = await fileOf(caller);
  const alone = await callCli(['run', file, '--json']);
  expect(alone.json()).toMatchObject({ error: { code: 'NOT_FOUND', message: expect.stringContaining(dirname(file)) } });
  await writeFile(join(dirname(file), 'greeting.flow.json'), JSON.stringify(greeting));
  expect((await callCli(['run', file, '--json'])).json()).toMatchObject({
    status: 'completed',
    output: { said: 'Hello Ada' },
  });
});

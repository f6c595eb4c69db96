import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { HumanTask } from '@casare/shared';
import { expect, test } from 'vitest';
import { createTerminalPeople } from '../../../robot/cli/ask-in-terminal.ts';
import { createOutput } from '../../../robot/cli/output.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { flow } from '../flows.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('ask');
const asking = flow(
  { start: 'control.start', ask: { type: 'people.approve', params: { question: 'Pay?', choices: ['yes', 'no'] } } },
  ['start>ask'],
  { outputs: [{ name: 'choice', value: '${steps.ask.output.choice}' }] },
);

async function askingFile(): Promise<string> {
  const file = join(await makeTempFolder(), 'ask.flow.json');
  await writeFile(file, JSON.stringify(asking));
  return file;
}

test('run takes an answer given beforehand', async () => {
  const { code, json } = await callCli(['run', await askingFile(), '--answer', 'ask=no', '--json']);
  expect(json()).toMatchObject({ status: 'completed', output: { choice: 'no' } });
  expect(code).toBe(0);
});

test('run without a terminal and without an answer says what is needed', async () => {
  const { code, json } = await callCli(['run', await askingFile(), '--json']);
  expect(code).toBe(1);
  expect(json()).toMatchObject({
    status: 'failed',
    error: { code: 'HUMAN_NEEDED', message: expect.stringContaining('--answer ask=') },
  });
});

/** A terminal whose keyboard is the test. */
function openTerminal(answers: Map<string, unknown> = new Map()) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const people = createTerminalPeople(answers, { input, output }, createOutput(false, output, output));
  const type = async (after: string, line: string) => {
    const seen = shown.length;
    await waitFor(() => shown.slice(Math.max(0, seen - after.length)).includes(after) || shown.includes(after), {
      until: `"${after}" is shown`,
    });
    input.write(`${line}\r`);
  };
  return { people, type, shown: () => shown };
}

const base = {
  id: 'task',
  workflowName: 'Flow',
  nodeId: 'ask',
  title: 'Title',
  text: '',
  fields: [],
  choices: [],
  deadline: null,
};
const field = { label: '', required: false, choices: [], help: '' };
const { signal } = new AbortController();

test('a terminal asks for each field again until the answer fits, and hides secrets', async () => {
  const { people, type, shown } = openTerminal();
  const task: HumanTask = {
    ...base,
    kind: 'form',
    fields: [
      { ...field, name: 'count', kind: 'number', required: true },
      { ...field, name: 'token', kind: 'secret' },
      { ...field, name: 'ship', kind: 'checkbox' },
    ],
  };
  const answer = people.ask(task, signal);
  await type('count: ', 'many');
  await type('Not a number.', '3');
  await type('token: ', 'hunter2hunter2');
  await type('ship: ', 'yes');
  expect(await answer).toEqual({
    choice: 'submit',
    values: { count: 3, token: 'hunter2hunter2', ship: true },
    comment: '',
  });
  expect(shown()).not.toContain('hunter2');
});

test('a terminal offers choices by number', async () => {
  const { people, type } = openTerminal();
  const answer = people.ask({ ...base, kind: 'approve', choices: ['yes', 'no'] }, signal);
  await type('Which? ', '2');
  expect((await answer).choice).toBe('no');
});

test('a terminal stops asking when the run is cancelled', async () => {
  const abort = new AbortController();
  const { people, shown } = openTerminal();
  const answer = people.ask({ ...base, kind: 'approve', choices: ['yes'] }, abort.signal);
  await waitFor(() => shown().includes('Which?'));
  abort.abort();
  await expect(answer).rejects.toThrow('aborted');
});

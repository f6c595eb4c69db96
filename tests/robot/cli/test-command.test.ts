import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { workflowOf } from '../../support/workflows.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('test-command');

function greeting(words: string) {
  return workflowOf(
    {
      start: 'control.start',
      say: { type: 'data.set', params: { fields: { text: `${words} \${input.name}` } } },
      save: { type: 'files.write', params: { path: 'said.txt', content: '${steps.say.output.value.text}' } },
    },
    ['start>say', 'say>save'],
    { inputs: [{ name: 'name', type: 'text', required: true }] },
  );
}

it('a run is recorded, tested, found broken by a change, and updated', async () => {
  const folder = await makeTempFolder();
  const env = { CASARE_PACKS: join(folder, 'packs') };
  const flow = join(folder, 'greet.flow.json');
  await writeFile(flow, JSON.stringify(greeting('Hello')));
  const recorded = await callCli(
    ['test', 'record', flow, '--input', 'name=Ada', '--name', 'Ada is greeted', '--json'],
    { env },
  );
  expect(recorded.json()).toMatchObject({
    file: join(folder, 'greet.test.json'),
    status: 'completed',
    steps: 3,
    pinned: 1,
  });
  expect((await callCli(['test', 'record', flow, '--input', 'name=Ada'], { env })).stderr).toContain('FILE_EXISTS');

  const passed = await callCli(['test', folder], { env });
  expect(passed).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });

  await writeFile(flow, JSON.stringify(greeting('Goodbye')));
  const failed = await callCli(['test', folder], { env });
  expect(failed).toMatchObject({ code: 1, stdout: '0 passed, 1 failed\n' });
  expect(failed.stderr).toMatch(/say.*data\.set[^]*output\.value\.text: .*"Hello Ada".* → .*"Goodbye Ada"/);
  const report = (await callCli(['test', folder, '--json'], { env })).json<{ tests: { steps: unknown[] }[] }>();
  expect(report.tests[0]?.steps).toHaveLength(3);

  expect((await callCli(['test', folder, '--update'], { env })).code).toBe(0);
  expect((await callCli(['test', folder], { env })).code).toBe(0);
  expect(await readFile(join(folder, 'greet.test.json'), 'utf8')).toContain('Goodbye Ada');
});

it('a folder without tests, a file that is none and a workflow that is gone are named', async () => {
  const folder = await makeTempFolder();
  const env = { CASARE_PACKS: join(folder, 'packs') };
  expect(await callCli(['test', folder], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('casare test record'),
  });
  expect((await callCli(['test', join(folder, 'no')], { env })).stderr).toContain('FILE_NOT_FOUND');
  await writeFile(join(folder, 'a.test.json'), '{"casareTest":1}');
  const wrong = await callCli(['test', folder], { env });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('is no test') });
});

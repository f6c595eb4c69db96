import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { root } from '../../../build/run-tool.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { callCli } from './call-cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const makeTempFolder = prepareTempFolders('cli-import');
const fixtures = join(root, 'tests', 'fixtures', 'import');

test('import n8n: writes beside the file, tells what became of each node, and keeps what is there', async () => {
  const folder = await makeTempFolder();
  await cp(join(fixtures, 'n8n', 'many-services.json'), join(folder, 'services.json'));
  const first = await callCli(['import', 'n8n', join(folder, 'services.json')]);
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toContain('placeholder');
  expect(first.stdout).toContain('9 converted, 2 partly, 1 placeholders');
  expect(await readdir(folder)).toEqual(['many-services.flow.json', 'services.json']);
  expect(await callCli(['import', 'n8n', join(folder, 'services.json')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--force'),
  });
  expect(await callCli(['import', 'n8n', join(folder, 'services.json'), '--force'])).toMatchObject({ code: 0 });
});

test('import n8n: a folder, with a sum and the report as JSON, and the result can be checked', async () => {
  const out = join(await makeTempFolder(), 'made', 'here');
  const { code, json } = await callCli(['import', 'n8n', join(fixtures, 'n8n'), '--out', out, '--json']);
  const report = json<{
    files: { report: { nodes: unknown[] } }[];
    totals: { converted: number };
    fidelityPercent: number;
  }>();
  expect(code).toBe(0);
  expect(report.files).toHaveLength((await readdir(join(fixtures, 'n8n'))).length);
  expect(report.fidelityPercent).toBeGreaterThan(80);
  expect(await callCli(['validate', join(out, 'post-large-orders.flow.json')])).toMatchObject({ code: 0 });
});

test('import nodered: one workflow for each tab and subflow', async () => {
  const out = await makeTempFolder();
  expect(await callCli(['import', 'nodered', join(fixtures, 'node-red', 'subflow.json'), '--out', out])).toMatchObject({
    code: 0,
  });
  expect((await readdir(out)).sort()).toEqual(['look-up-an-article.flow.json', 'uses-a-subflow.flow.json']);
  const called = JSON.parse(await readFile(join(out, 'uses-a-subflow.flow.json'), 'utf8')) as {
    nodes: { type: string; params: object }[];
  };
  expect(called.nodes.find((node) => node.type === 'workflow.call')).toMatchObject({
    params: { workflowId: 'look-up-an-article' },
  });
});

test('import: what is no document of that product is refused with a sentence', async () => {
  const folder = await makeTempFolder();
  await writeFile(join(folder, 'a.json'), '{"some":"thing"}');
  await writeFile(join(folder, 'b.json'), '{broken');
  await mkdir(join(folder, 'empty'));
  for (const [kind, path] of [
    ['n8n', 'a.json'],
    ['n8n', 'b.json'],
    ['nodered', 'a.json'],
    ['n8n', 'gone.json'],
    ['n8n', 'empty'],
    ['nodered', '.'],
  ] as const)
    expect(await callCli(['import', kind, join(folder, path)])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(folder),
    });
});

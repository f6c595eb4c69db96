import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { workflowOf } from '../../support/workflows.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('packs-cli');

it('a pack is begun, checked, tested, installed, used and removed', async () => {
  const folder = await makeTempFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, CASARE_PACKS: join(folder, 'packs') };
  const source = join(folder, 'acme');
  expect(await callCli(['packs', 'create', 'acme', '--folder', source], { env })).toMatchObject({ code: 0 });
  expect((await callCli(['packs', 'create', 'acme', '--folder', source], { env })).stderr).toContain('not empty');
  const checked = await callCli(['packs', 'check', source, '--json'], { env });
  expect(checked.json()).toMatchObject({ prefix: 'acme', nodes: [{ type: 'acme.slug' }, { type: 'acme.status' }] });
  await promisify(execFile)(process.execPath, ['--test'], { cwd: source });

  const added = await callCli(['packs', 'add', source, '--json'], { env });
  expect(added.json()).toEqual({
    added: [{ name: 'casare-pack-acme', version: '0.1.0', nodes: ['acme.slug', 'acme.status'] }],
  });
  expect((await callCli(['packs', 'list'], { env })).stdout).toContain('acme.slug acme.status');
  expect((await callCli(['nodes', 'slug'], { env })).stdout).toContain('acme.slug');

  const flow = join(folder, 'slug.flow.json');
  const document = workflowOf(
    { start: 'control.start', slug: { type: 'acme.slug', params: { text: 'Two Words' } } },
    ['start>slug'],
    { outputs: [{ name: 'slug', value: '${steps.slug.output.slug}' }] },
  );
  await writeFile(flow, JSON.stringify(document));
  expect((await callCli(['validate', flow], { env })).code).toBe(0);
  const ran = await callCli(['run', flow, '--json'], { env });
  expect(ran.json()).toMatchObject({ status: 'completed', output: { slug: 'two-words' } });

  expect((await callCli(['packs', 'remove', 'casare-pack-acme'], { env })).code).toBe(0);
  expect(existsSync(join(folder, 'packs', 'node_modules', 'casare-pack-acme'))).toBe(false);
  expect((await callCli(['validate', flow], { env })).code).toBe(1);
  expect((await callCli(['packs', 'remove', 'casare-pack-acme'], { env })).stderr).toContain('NOT_FOUND');
}, 60_000);

it('a folder that is no pack is named', async () => {
  const folder = await makeTempFolder();
  const { code, stderr } = await callCli(['packs', 'check', folder], { env: { CASARE_PACKS: folder } });
  expect(code).toBe(2);
  expect(stderr).toContain('"casare": { "nodes"');
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset, Credential } from '@casare/shared';
import { expect, test, beforeAll, afterAll } from 'vitest';
import { caller, type Fleet, publish, register, startFleet } from '../../orchestrator/fleet.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { flow } from '../flows.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('cli-credentials');
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

const cli = (argv: string[], stdin = '') =>
  callCli(argv, { env: { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.keys.adminKey }, stdin });

test('credentials are made from stdin, listed, given new values and deleted; no value is printed', async () => {
  const made = await cli(
    ['credentials', 'set', 'crm', '--host', 'crm.example.com', '--json'],
    '{"username":"ann","password":"canary-1"}',
  );
  expect(made.code).toBe(0);
  expect(made.json<Credential>()).toMatchObject({
    name: 'crm',
    kind: 'login',
    version: 1,
    allowedHosts: ['crm.example.com'],
  });
  const token = await cli(
    ['credentials', 'set', 'deploy', '--kind', 'token', '--description', 'for releases'],
    'canary-2\n',
  );
  expect(token).toMatchObject({ code: 0, stdout: expect.stringContaining('made "deploy" (token)') });
  const again = await cli(['credentials', 'set', 'crm', '--json'], '{"password":"canary-3"}');
  expect(again.json<Credential>()).toMatchObject({ version: 2, fieldNames: ['password'] });
  await publish(fleet.admin, { outputs: [{ name: 'o', value: '${credentials.crm.password}' }] });
  const [list, shown] = [await cli(['credentials', 'list']), await cli(['credentials', 'show', 'crm'])];
  expect(list.stdout).toMatch(/deploy +token/);
  expect(shown.stdout).toContain('Invoices');
  expect(await cli(['credentials', 'delete', 'crm'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"Invoices"'),
  });
  expect(await cli(['credentials', 'delete', 'crm', '--force'])).toMatchObject({ code: 0 });
  for (const { stdout, stderr } of [made, token, again, list, shown]) expect(stdout + stderr).not.toContain('canary');
});

test('wrong use is told: no values, another kind, a name that is not there', async () => {
  expect(await cli(['credentials', 'set', 'empty'], '')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('stdin'),
  });
  expect(await cli(['credentials', 'set', 'deploy', '--kind', 'login'], 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"token"'),
  });
  expect(await cli(['credentials', 'show', 'nobody'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('NOT_FOUND'),
  });
});

test('assets are set for all robots and for one', async () => {
  const robot = await register(caller(fleet.url, fleet.keys.robotKey), { name: 'warehouse' });
  expect((await cli(['assets', 'set', 'limit', '10', '--json'])).json<Asset>()).toMatchObject({
    kind: 'number',
    value: 10,
  });
  const own = await cli(['assets', 'set', 'limit', '25', '--robot', 'warehouse', '--json']);
  expect(own.json<Asset>()).toMatchObject({ value: 10, robotValues: [{ robotId: robot.id, value: 25 }] });
  expect((await cli(['assets', 'set', 'limit', '12', '--json'])).json<Asset>()).toMatchObject({
    value: 12,
    robotValues: [{ value: 25 }],
  });
  expect(await cli(['assets', 'set', 'limit', 'many'])).toMatchObject({ code: 2 });
  expect((await cli(['assets', 'list'])).stdout).toMatch(/limit +number +12 +1/);
  expect(await cli(['assets', 'delete', 'limit'])).toMatchObject({ code: 0 });
});

test('a workflow runs on this machine with the same names, from a file of its own; what is missing is said before its first step', async () => {
  const folder = await makeTempFolder();
  const file = join(folder, 'keys.json');
  const workflow = join(folder, 'work.flow.json');
  const document = flow(
    {
      start: 'control.start',
      say: {
        type: 'data.log',
        params: { message: 'user ${credentials.crm.username} password ${credentials.crm.password}' },
      },
    },
    ['start>say'],
    { outputs: [{ name: 'length', value: '${credentials.crm.password.length + assets.limit}' }] },
  );
  await writeFile(workflow, JSON.stringify(document));
  const missing = await callCli(['run', workflow, '--credentials', file, '--json']);
  expect(missing.json()).toMatchObject({ status: 'failed', steps: 0, error: { code: 'CREDENTIAL_MISSING' } });
  const local = ['--local', '--credentials', file];
  expect(
    await callCli(['credentials', 'set', 'crm', ...local], { stdin: '{"username":"ann","password":"canary-local"}' }),
  ).toMatchObject({ code: 0 });
  expect(await callCli(['assets', 'set', 'limit', '10', ...local])).toMatchObject({ code: 0 });
  const ran = await callCli(['run', workflow, '--credentials', file]);
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('user ann password ••••') });
  expect(ran.stdout).toContain('"length": 22');
  expect(ran.stdout + ran.stderr).not.toContain('canary-local');
  expect(await readFile(file, 'utf8')).not.toContain('canary-local');
  expect((await callCli(['credentials', 'list', ...local])).stdout).toMatch(/crm +login/);
  expect(await callCli(['credentials', 'delete', 'crm', ...local])).toMatchObject({ code: 0 });
  expect(await callCli(['credentials', 'delete', 'crm', ...local])).toMatchObject({ code: 1 });
});

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../orchestrator/fleet.ts';
import { addPerson, password } from '../../orchestrator/access/people.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('cli-access');
let fleet: Fleet;
let folder: string;
let passwordFile: string;

beforeAll(async () => {
  fleet = await startFleet();
  folder = await makeTempFolder();
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`);
});
afterAll(() => fleet[Symbol.asyncDispose]());

const as = (name: string) => ({ env: { CASARE_CONFIG: join(folder, name), ORCHESTRATOR_URL: fleet.url } });
const byKey = () => ({ env: { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.keys.adminKey } });
const sessionOf = (name: string) => join(folder, name, 'session.json');

test('invited, signed in, asked who one is, and signed out', async () => {
  const invited = await callCli(['people', 'invite', 'ada@example.com', '--role', 'operator', '--json'], byKey());
  const { token } = invited.json<{ token: string }>();
  const came = await callCli(['login', '--token', token, '--name', 'Ada', '--password-file', passwordFile], as('ada'));
  expect([came.code, came.stdout]).toEqual([0, expect.stringContaining('signed in')]);
  expect((await stat(sessionOf('ada'))).mode & 0o777).toBe(0o600);
  expect(await readFile(sessionOf('ada'), 'utf8')).not.toContain(password);
  expect((await callCli(['whoami'], as('ada'))).stdout).toMatch(/Ada \(ada@example.com\), operator[\s\S]*jobs:write/);
  expect((await callCli(['jobs', 'list'], as('ada'))).code).toBe(0);
  const refused = await callCli(['keys', 'list'], as('ada'));
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('"keys:read"')]);

  expect((await callCli(['logout'], as('ada'))).stdout).toContain('signed out');
  expect((await callCli(['whoami'], as('ada'))).code).toBe(2);
  const wrong = join(folder, 'wrong');
  await writeFile(wrong, 'not it');
  expect((await callCli(['login', '--email', 'ada@example.com', '--password-file', wrong], as('ada'))).code).toBe(4);
  const again = await callCli(
    ['login', '--email', 'ada@example.com', '--password-file', passwordFile, '--json'],
    as('ada'),
  );
  expect(again.json()).toMatchObject({ url: fleet.url, person: { email: 'ada@example.com' } });

  const people = await callCli(['people', 'list', '--search', 'ada', '--json'], byKey());
  const id = people.json<{ items: { id: string }[] }>().items[0]?.id ?? '';
  expect((await callCli(['people', 'role', id, 'admin'], byKey())).stdout).toContain('Ada is admin');
  expect((await callCli(['people', 'role', id, 'king'], byKey())).code).toBe(2);
  expect((await callCli(['keys', 'list'], as('ada'))).code).toBe(0);
  expect((await callCli(['people', 'sign-out', id], byKey())).code).toBe(0);
  expect((await callCli(['whoami'], as('ada'))).code).toBe(4);
});

test('ten commands at once whose token has run out renew it once, and nobody is signed out', async () => {
  const owner = await addPerson(fleet.url, fleet.admin, 'admin', 'owner');
  await callCli(['login', '--email', owner.email, '--password-file', passwordFile], as('owner'));
  const kept = JSON.parse(await readFile(sessionOf('owner'), 'utf8')) as { signOn: Record<string, string> };
  kept.signOn['accessExpiresAt'] = new Date(Date.now() - 1000).toISOString();
  await writeFile(sessionOf('owner'), JSON.stringify(kept));
  const answers = await Promise.all(Array.from({ length: 10 }, () => callCli(['whoami', '--json'], as('owner'))));
  expect(answers.map(({ code, stderr }) => [code, stderr])).toEqual(answers.map(() => [0, '']));
  const now = JSON.parse(await readFile(sessionOf('owner'), 'utf8')) as { signOn: Record<string, string> };
  expect(now.signOn['refreshToken']).not.toBe(kept.signOn['refreshToken']);

  // A workspace is chosen once and stays.
  expect((await callCli(['workspaces', 'create', 'Accounting'], as('owner'))).code).toBe(0);
  expect((await callCli(['workspaces', 'use', 'Accounting'], as('owner'))).stdout).toContain('Accounting');
  expect((await callCli(['whoami'], as('owner'))).stdout).toContain('workspace Accounting');
  expect((await callCli(['workspaces', 'list'], as('owner'))).stdout).toMatch(/Accounting.*here/);
  expect((await callCli(['workspaces', 'use', 'Nowhere'], as('owner'))).code).toBe(1);
});

test('keys with scopes, rotated and listed', async () => {
  const made = await callCli(
    ['keys', 'create', 'reports', '--kind', 'service', '--scope', 'jobs:read', '--json'],
    byKey(),
  );
  const { key, apiKey } = made.json<{ key: string; apiKey: { id: string } }>();
  const env = { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: key };
  expect((await callCli(['jobs', 'list'], { env })).code).toBe(0);
  expect((await callCli(['robot', 'list'], { env })).code).toBe(4);
  expect((await callCli(['keys', 'create', 'x', '--kind', 'service', '--scope', 'all'], byKey())).code).toBe(2);
  const next = await callCli(['keys', 'rotate', apiKey.id, '--overlap', '0', '--json'], byKey());
  expect(next.json<{ key: string }>().key).not.toBe(key);
  expect((await callCli(['jobs', 'list'], { env })).code).toBe(4);
  expect((await callCli(['keys', 'list'], byKey())).stdout).toMatch(/reports.*rotated/);

  const robot = { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.keys.robotKey };
  const own = await callCli(['keys', 'rotate-own', '--overlap', '10', '--json'], { env: robot });
  expect(own.json<{ apiKey: { kind: string } }>().apiKey.kind).toBe('robot');
});

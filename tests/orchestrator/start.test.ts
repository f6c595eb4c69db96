import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { caller } from './fleet.ts';

const makeTempFolder = prepareTempFolders('orchestrator');
const main = new URL('../../orchestrator/main.ts', import.meta.url).pathname;
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
});

/** The program itself, with the embedded PostgreSQL in a folder. */
async function start(folder: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const url = async () =>
    (await waitFor(() => /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? (child.exitCode === null ? undefined : 'ended'), {
      until: `it has started: ${output}`,
      timeoutMs: 25_000,
    })) as string;
  return { child, exited, url, output: () => output };
}

test('it starts on nothing, survives a kill, finds everything again and stops when told', async () => {
  const parent = await makeTempFolder();
  // Started as root, PostgreSQL runs as a user of its own, who must get through.
  await chmod(parent, 0o755);
  const folder = join(parent, 'postgres');
  const first = await start(folder);
  const firstUrl = await first.url();
  const file = join(folder, 'setup-token');
  const token = await waitFor(() => readFile(file, 'utf8').then((text) => text.trim()), {
    until: 'the setup token is written',
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await waitFor(() => first.output().includes(token), { until: 'the console shows it' });
  const account = { email: 'first@example.com', password: 'a password for the test' };
  const setUp = await caller(firstUrl, undefined)('POST', '/setup', { token, name: 'First', ...account });
  expect(setUp.status).toBe(201);

  first.child.kill('SIGKILL');
  await first.exited;
  const second = await start(folder);
  const secondUrl = await second.url();
  const signedIn = await caller(secondUrl, undefined)<{ accessToken: string }>('POST', '/sign-in', account);
  expect((await caller(secondUrl, signedIn.body.accessToken)('GET', '/me')).status).toBe(200);
  await waitFor(
    () =>
      stat(file).then(
        () => false,
        () => true,
      ),
    { until: 'the used token is gone' },
  );

  const port = new URL(secondUrl).port;
  const third = await start(join(folder, 'other'), { PORT: port });
  expect(await third.exited).toEqual([1, null]);
  expect(third.output()).toContain('PORT_IN_USE');

  const startedStop = performance.now();
  second.child.kill('SIGTERM');
  expect(await second.exited).toEqual([0, null]);
  expect(performance.now() - startedStop).toBeLessThan(5000);
  await expect(stat(join(folder, 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT');
}, 60_000);

test('wrong settings end it with every fault', async () => {
  const wrong = await start('.', { PORT: 'many', LOG_LEVEL: 'loud' });
  expect(await wrong.exited).toEqual([1, null]);
  expect(wrong.output()).toMatch(/CONFIG_INVALID[\s\S]*PORT[\s\S]*LOG_LEVEL/);
});

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descendantsOf } from '../../../support/processes.ts';
import { startSshd } from '../../../support/servers/sshd.ts';
import { killQuietly } from '../../../support/servers/start-program.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const makeTempFolder = prepareTempFolders('ssh');
const server = await startSshd(await makeTempFolder());
const folder = await makeTempFolder();
const account = {
  host: server.host,
  port: server.port,
  user: server.user,
  privateKey: server.privateKey,
  hostKey: server.fingerprint,
};

const run = async (params: Record<string, unknown>, overrides = {}) =>
  (await bench.run('ssh.run', { ...account, ...params }, overrides)).output;
const script = (text: string, params = {}) => run({ mode: 'script', script: text, ...params });

describe('running a command', () => {
  it('gives arguments to the program exactly as they are', async () => {
    const args = ["it's", '$HOME', '`id`', 'a b', '', '*', '"; rm -rf x', 'Ünïcode\nline'];
    const { stdout, exitCode } = await run({ program: 'printf', args: ['%s|', ...args] });
    expect([stdout, exitCode]).toEqual([`${args.join('|')}|`, 0]);
  });

  it('has input, environment and a folder', async () => {
    await mkdir(join(folder, 'a folder'));
    const given = {
      program: 'sh',
      args: ['-c', 'cat; printf "%s|" "$GREETING"; pwd'],
      stdin: 'from stdin\n',
      env: { GREETING: "it's $me" },
      folder: join(folder, 'a folder'),
    };
    expect((await run(given)).stdout).toBe(`from stdin\nit's $me|${join(folder, 'a folder')}\n`);
    const error = await bench.fail('ssh.run', { ...account, program: 'true', env: { 'A; id': 'x' } });
    expect(error.code).toBe('COMMAND_FAILED');
  });

  it('tells exit code and error output, as an error or not', async () => {
    const failing = { ...account, mode: 'script', script: 'echo partly; echo broken >&2; exit 3' };
    const error = await bench.fail('ssh.run', failing);
    expect(error).toMatchObject({ code: 'COMMAND_FAILED', details: { exitCode: 3, stderr: 'broken\n' } });
    expect((await bench.run('ssh.run', { ...failing, failOnNonZero: false })).output).toEqual({
      exitCode: 3,
      signal: null,
      stdout: 'partly\n',
      stderr: 'broken\n',
      truncated: false,
    });
    expect(await script('kill -TERM $$', { failOnNonZero: false })).toMatchObject({
      exitCode: null,
      signal: 'SIGTERM',
    });
  });

  it('shows lines as they come, and keeps no more than asked', async () => {
    const output = await script('for i in $(seq 1 500); do echo "line $i"; done', { maxOutputKib: 1 });
    expect(output.truncated).toBe(true);
    expect(output.stdout).toHaveLength(1024);
    expect(bench.logs.filter(({ message }) => /^line \d+$/.test(message))).toHaveLength(500);
  });

  it('signs in once for many steps, and again when the connection was lost', async () => {
    const connection = async () => (await script('echo $SSH_CONNECTION')).stdout;
    const first = await connection();
    expect(await connection()).toBe(first);
    for (const process of descendantsOf(server.program.pid)) killQuietly(process.pid);
    const again = await waitFor(() => connection(), { until: 'a new connection' });
    expect(again).not.toBe(first);
  });
});

describe('safety', () => {
  it('refuses a server it does not know and says which fingerprint to paste', async () => {
    const error = await bench.fail('ssh.run', { ...account, program: 'true', hostKey: '' });
    expect(error).toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: false,
      details: { fingerprint: server.fingerprint },
    });
    expect(error.message).toContain(server.fingerprint);
    const other = await bench.fail('ssh.run', { ...account, program: 'true', hostKey: 'SHA256:somethingElse' });
    expect(other.message).toContain('another key');
    expect((await run({ program: 'true', hostKey: server.hostKey })).exitCode).toBe(0);
    expect((await run({ program: 'true', hostKey: '', acceptAnyHostKey: true })).exitCode).toBe(0);
  });

  it('takes keys with a passphrase and from files of the run', async () => {
    await writeFile(join(bench.folder, 'robot.key'), server.encryptedKey);
    const given = { program: 'true', privateKey: '', privateKeyFile: 'robot.key', passphrase: 'open sesame' };
    expect((await run(given)).exitCode).toBe(0);
    const wrong = { ...account, ...given, passphrase: 'wrong' };
    expect(await bench.fail('ssh.run', wrong)).toMatchObject({ code: 'SIGN_IN_FAILED' });
    const garbage = { ...account, program: 'true', privateKey: 'no key' };
    expect(await bench.fail('ssh.run', garbage)).toMatchObject({ code: 'SIGN_IN_FAILED' });
  });

  it('is in doubt when the connection is lost while a command runs, unless it may run twice', async () => {
    const lost = async (repeatable: boolean) => {
      const mark = join(folder, `running-${String(repeatable)}`);
      const running = bench.fail('ssh.run', {
        ...account,
        mode: 'script',
        script: `touch ${mark}; sleep 30`,
        repeatable,
      });
      await waitFor(async () => await stat(mark), { until: 'the command runs' });
      for (const process of descendantsOf(server.program.pid)) killQuietly(process.pid);
      return await running;
    };
    expect(await lost(false)).toMatchObject({ code: 'STEP_IN_DOUBT', retryable: false });
    expect(await lost(true)).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
  });

  it('ends within 2 s when the run is cancelled', async () => {
    const mark = join(folder, 'cancelled');
    const abort = new AbortController();
    const running = run({ mode: 'script', script: `touch ${mark}; sleep 30` }, { signal: abort.signal });
    running.catch(() => undefined);
    await waitFor(async () => await stat(mark), { until: 'the command runs' });
    const cancelledAt = performance.now();
    abort.abort(new Error('cancelled by a person'));
    await expect(running).rejects.toThrow('cancelled by a person');
    expect(performance.now() - cancelledAt).toBeLessThan(2000);
    expect((await script('echo fine')).stdout).toBe('fine\n');
  });

  it('sets who may read a file', async () => {
    const path = join(folder, 'secret.txt');
    await writeFile(path, 'x');
    await bench.run('transfer.setPermissions', { ...account, path, mode: '600' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('x');
  });
});

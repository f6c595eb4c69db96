import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRotatingFile } from '../../../robot/logs/rotating-file.ts';
import { callCli } from './call-cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'casare-service-'));
});
afterAll(() => rm(folder, { recursive: true }));

const KEY = 'crpa_live_secret-of-the-robot';
const env = {
  ORCHESTRATOR_URL: 'https://orchestrator.example',
  ORCHESTRATOR_API_KEY: KEY,
  ROBOT_NAME: 'floor 2',
  ROBOT_GRACE_SECONDS: '45',
};

test.each([
  { scope: 'system', args: [], unit: '/etc/systemd/system/casare-robot.service', settings: '/etc/casare/robot.env' },
  {
    scope: 'user',
    args: ['--user'],
    unit: join(homedir(), '.config/systemd/user/casare-robot.service'),
    settings: join(homedir(), '.config/casare/robot.env'),
  },
])(
  'a service of the $scope: systemd takes the unit, and the key lies in a file of its owner alone',
  async ({ scope, args, unit, settings }) => {
    const prefix = join(folder, scope);
    const data = join(folder, 'data of the robot');
    mkdirSync(data, { recursive: true });
    const result = await callCli(['robot', 'install-service', ...args, '--prefix', prefix, '--data', data, '--json'], {
      env,
    });
    expect(result.code).toBe(0);
    const { unitPath, environmentPath } = result.json<{ unitPath: string; environmentPath: string }>();
    expect([unitPath, environmentPath].map((path) => path.slice(prefix.length))).toEqual([unit, settings]);
    expect(statSync(environmentPath).mode & 0o777).toBe(0o600);
    const kept = await readFile(environmentPath, 'utf8');
    expect(kept.split('\n')).toEqual(
      expect.arrayContaining([`ORCHESTRATOR_API_KEY=${KEY}`, 'ROBOT_NAME="floor 2"', 'ROBOT_GRACE_SECONDS=45']),
    );
    const text = await readFile(unitPath, 'utf8');
    expect(text + result.stdout).not.toContain(KEY);
    for (const line of [
      'Restart=always',
      'KillMode=mixed',
      'NoNewPrivileges=yes',
      'TimeoutStopSec=75',
      'RestartPreventExitStatus=0 2 3 4',
    ])
      expect(text).toContain(`\n${line}\n`);
    const { stderr } = await promisify(execFile)('systemd-analyze', [...args, 'verify', unitPath], {
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    // Newer systemd knows growing pauses; an older one says that it does not, and uses the first.
    expect(
      stderr
        .split('\n')
        .filter(
          (line) => line.includes('casare-robot') && !/Unknown key( name)? 'Restart(Steps|MaxDelaySec)'/.test(line),
        ),
    ).toEqual([]);
    const removed = await callCli(['robot', 'uninstall-service', ...args, '--prefix', prefix], { env });
    expect(removed.code).toBe(0);
    expect([existsSync(unitPath), existsSync(environmentPath)]).toEqual([false, false]);
  },
);

test('"--print" shows everything but the key, and writes nothing', async () => {
  const prefix = join(folder, 'printed');
  const { stdout, code } = await callCli(
    ['robot', 'install-service', '--print', '--prefix', prefix, '--run-as', 'rpa'],
    { env },
  );
  expect(code).toBe(0);
  expect(stdout).toContain('User=rpa');
  expect(stdout).toContain('ORCHESTRATOR_API_KEY=••••');
  expect(stdout).not.toContain(KEY);
  expect(existsSync(prefix)).toBe(false);
});

test('a key file that others may read is refused, before anything is asked of the orchestrator', async () => {
  const file = join(folder, 'key');
  writeFileSync(file, `${KEY}\n`);
  const { ORCHESTRATOR_API_KEY: _, ...rest } = env;
  const given = {
    ...rest,
    ORCHESTRATOR_URL: 'http://127.0.0.1:9',
    ROBOT_KEY_FILE: file,
    ROBOT_DATA: join(folder, 'd'),
    PATH: process.env['PATH'] ?? '',
  };
  chmodSync(file, 0o640);
  const refused = await callCli(['robot', 'doctor'], { env: given });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') });
  chmodSync(file, 0o600);
  const looked = await callCli(['robot', 'doctor', '--json'], { env: given });
  expect(looked.code).toBe(1);
  const { ok, findings } = looked.json<{ ok: boolean; findings: { check: string; level: string; cure: string }[] }>();
  expect(ok).toBe(false);
  const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
  expect(levels).toMatchObject({
    'orchestrator.address': 'error',
    'node.version': 'ok',
    'folder.rights': 'ok',
    'disk.free': 'ok',
  });
  const wrong = findings.filter(({ level }) => level === 'error' || level === 'warn');
  expect(wrong.filter(({ cure }) => cure === '')).toEqual([]);
});

test('the log is turned over, and shown across its files with search and level', async () => {
  const data = join(folder, 'logging');
  const file = openRotatingFile(join(data, 'logs'), 2000);
  for (let i = 0; i < 60; i++)
    file.write(
      `${JSON.stringify({ level: i % 10 === 0 ? 40 : 30, time: 1_790_000_000_000 + i, robot: 'r', n: i, msg: `line ${i}` })}\n`,
    );
  const read = async (...args: string[]) => {
    const { stdout, code } = await callCli(['robot', 'logs', '--data', data, '--json', ...args], { env: {} });
    expect(code).toBe(0);
    return stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { message: string }).message);
  };
  expect(await read()).toEqual(Array.from({ length: 60 }, (_, i) => `line ${i}`));
  expect(await read('--level', 'warn', '--lines', '2')).toEqual(['line 40', 'line 50']);
  expect(await read('--search', '"N":17')).toEqual(['line 17']);
  const stop = new AbortController();
  const following = callCli(['robot', 'logs', '--data', data, '--follow', '--lines', '0'], {
    env: {},
    signal: stop.signal,
  });
  setTimeout(() => file.write(`${JSON.stringify({ level: 30, time: 1_790_000_000_000, msg: 'later' })}\n`), 300);
  setTimeout(() => stop.abort(), 1200);
  expect((await following).stdout).toMatch(/^2026-\S+ info {2}later\n$/);
  file.close();
});

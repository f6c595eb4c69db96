import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRunResources } from '@casare/engine';
import { readPs, readTasklist } from '../../../../engine/nodes/system/read-processes.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench({ programs: 'any' });
const makeTempFolder = prepareTempFolders('system');

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('system.run', () => {
  it('hands arguments over as they are, with input, environment and folder', async () => {
    const code = `
      process.stdin.on('data', (input) => console.log(JSON.stringify({ args: process.argv.slice(1), input: String(input),
        extra: process.env.EXTRA, key: process.env.ROBOT_KEY_OF_TEST ?? null, cwd: process.cwd() })));`;
    await mkdir(join(bench.folder, 'sub'), { recursive: true });
    process.env['ROBOT_KEY_OF_TEST'] = 'secret';
    const { output } = await bench.run('system.run', {
      program: process.execPath,
      args: ['-e', code, '$HOME', 'a b', '"; echo hacked'],
      input: 'from the step',
      environment: { EXTRA: 'one' },
      folder: 'sub',
    });
    expect(JSON.parse(output.output)).toEqual({
      args: ['$HOME', 'a b', '"; echo hacked'],
      input: 'from the step',
      extra: 'one',
      key: null,
      cwd: join(bench.folder, 'sub'),
    });
    expect(output).toMatchObject({ code: 0, errors: '', truncated: false });
  });

  it('a program that ends with another code than 0 fails the step, or does not', async () => {
    const params = { program: 'sh', args: ['-c', 'echo so far; echo broken >&2; exit 3'] };
    expect(await bench.fail('system.run', params)).toMatchObject({
      code: 'PROGRAM_FAILED',
      message: '"sh" ended with exit code 3. It said: broken',
    });
    const { output } = await bench.run('system.run', { ...params, success: 'any' });
    expect(output).toMatchObject({ code: 3, output: 'so far\n', errors: 'broken\n' });
    expect(bench.logs).toContainEqual({ level: 'warn', message: 'broken' });
  });

  it('is found by name or whole path only', async () => {
    await writeFile(join(bench.folder, 'tool'), '#!/bin/sh\necho no\n');
    await chmod(join(bench.folder, 'tool'), 0o755);
    for (const program of ['no-such-program', './tool', 'tool', '../tool', join(bench.folder, 'nothing')])
      expect(await bench.fail('system.run', { program })).toMatchObject({ code: 'PROGRAM_MISSING' });
    expect((await bench.run('system.run', { program: join(bench.folder, 'tool') })).output.output).toBe('no\n');
  });

  it('starts only what the machine allows, by default nothing', async () => {
    for (const [policy, program, code] of [
      [undefined, 'sh', 'PROGRAM_REFUSED'],
      [['git'], 'sh', 'PROGRAM_REFUSED'],
      [['sh'], '/bin/sh', 'PROGRAM_REFUSED'],
      [['sh'], 'sh', 0],
    ] as const) {
      const resources = createRunResources({ folder: await makeTempFolder(), ...(policy && { programs: policy }) });
      const ended = await resources.programs
        .run({ program, args: ['-c', 'exit 0'] }, new AbortController().signal)
        .then(
          ({ code: exit }) => exit,
          (error: { code: string }) => error.code,
        );
      expect({ program, policy, ended }).toEqual({ program, policy, ended: code });
      await resources.close();
    }
  });

  it('is killed with everything it started when its step ends before it does', async () => {
    const file = join(bench.folder, 'pids.txt');
    const abort = new AbortController();
    const script = `trap '' TERM; sleep 600 & echo $$ $! > ${file}.part && mv ${file}.part ${file}; wait; wait; sleep 600`;
    const failed = bench
      .run('system.run', { program: 'sh', args: ['-c', script] }, { signal: abort.signal })
      .catch((error: unknown) => error);
    const { readFile } = await import('node:fs/promises');
    const text = await waitFor(() => readFile(file, 'utf8').catch(() => undefined));
    const pids = text.trim().split(' ').map(Number);
    const began = performance.now();
    abort.abort(new Error('cancelled'));
    await failed;
    expect(performance.now() - began).toBeLessThan(2000);
    await waitFor(() => pids.every((pid) => !isAlive(pid)) || undefined);
  });

  it('keeps the beginning of endless output, and the log stays short', async () => {
    const before = bench.logs.length;
    const end = await bench.resources.programs.run(
      { program: 'sh', args: ['-c', 'yes | head -c 3000000'], maxBytes: 1000 },
      new AbortController().signal,
    );
    expect(end).toMatchObject({ truncated: true, code: 0 });
    expect(end.output).toHaveLength(1000);
    await bench.run('system.run', { program: 'sh', args: ['-c', 'yes | head -n 5000'] });
    expect(bench.logs.length - before).toBe(1001);
    expect(bench.logs.at(-1)?.message).toBe('4000 more lines of output are not in the log.');
  });

  it('a program that reads no input, and one that prints half a character, are fine', async () => {
    const input = 'x'.repeat(5_000_000);
    expect((await bench.run('system.run', { program: 'true', input })).output.code).toBe(0);
    const { output } = await bench.run('system.run', { program: 'printf', args: ['\\303'] });
    expect(output.output).toBe('\uFFFD');
  });
});

describe('system.script', () => {
  it('reads values from its environment, so that no value becomes part of the script', async () => {
    const { output } = await bench.run('system.script', {
      script: 'printf "%s|" "$NAME"; pwd',
      environment: { NAME: '"; rm -rf / #' },
    });
    expect(output.output).toBe(`"; rm -rf / #|${bench.folder}\n`);
  });
});

describe('processes', () => {
  it('are listed with what they run, and ended by number or name', async () => {
    const child = spawn('sleep', ['612'], { stdio: 'ignore' });
    children.push(child);
    const { output } = await bench.run('system.processes', { name: 'sleep 612' });
    expect(output.processes).toMatchObject([
      { pid: child.pid, parent: process.pid, name: 'sleep', command: 'sleep 612' },
    ]);
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    expect((await bench.run('system.endProcess', { by: 'pid', pid: child.pid })).output).toEqual({
      ended: [child.pid],
      count: 1,
    });
    expect(await ended).toBe('SIGTERM');
    expect((await bench.run('system.endProcess', { by: 'name', name: 'no-such-program' })).output.count).toBe(0);
  });

  it('that run the workflow cannot be ended by it', async () => {
    for (const pid of [process.pid, process.ppid, 1])
      expect(await bench.fail('system.endProcess', { by: 'pid', pid })).toMatchObject({ code: 'PROGRAM_REFUSED' });
  });

  it('of Windows and macOS are read from what their tools print', () => {
    expect(
      readTasklist('"notepad.exe","4711","Console","1","12,345 K"\r\n"System","4","Services","0","100 K"\r\n'),
    ).toEqual([
      { pid: 4711, parent: null, name: 'notepad.exe', command: 'notepad.exe', memoryMb: 12.1 },
      { pid: 4, parent: null, name: 'System', command: 'System', memoryMb: 0.1 },
    ]);
    expect(readPs('  501   1  2048 /Applications/Mail.app/Mail\n')).toEqual([
      { pid: 501, parent: 1, name: 'Mail', command: '/Applications/Mail.app/Mail', memoryMb: 2 },
    ]);
  });
});

describe('system.service and system.info', () => {
  it('asks the service manager of the machine', async () => {
    // The real one needs to be the first process of the machine; this one answers in its words.
    const folder = await makeTempFolder();
    await writeFile(
      join(folder, 'systemctl'),
      `#!/bin/sh
case "$1" in
  show) echo LoadState=loaded; echo ActiveState=$(cat ${folder}/state);;
  *) [ "$2" = start ] && echo active > ${folder}/state || echo inactive > ${folder}/state;;
esac
`,
    );
    await chmod(join(folder, 'systemctl'), 0o755);
    await writeFile(join(folder, 'state'), 'inactive');
    process.env['PATH'] = `${folder}:${process.env['PATH']}`;
    const act = async (action: string) => (await bench.run('system.service', { action, name: 'demo' })).output;
    expect(await act('status')).toEqual({ name: 'demo', state: 'stopped', running: false });
    expect(await act('start')).toEqual({ name: 'demo', state: 'running', running: true });
    expect(await act('stop')).toMatchObject({ running: false });
  });

  it('tells about the machine', async () => {
    const { output } = await bench.run('system.info', {});
    expect(output.processors).toBeGreaterThan(0);
    expect(output.diskFreeMb).toBeGreaterThan(0);
    expect(output.system).toBe(process.platform);
  });
});

describe('code.python', () => {
  it('gives what the script returns, and logs what it prints', async () => {
    const code =
      'import statistics\nprint("so many", len(input))\nreturn {"mean": statistics.mean(input), "text": """two\nlines"""}';
    const { output } = await bench.run('code.python', { code, input: [1, 2, 6] });
    expect(output.result).toEqual({ mean: 3, text: 'two\nlines' });
    expect(bench.logs).toContainEqual({ level: 'info', message: 'so many 3' });
  });

  it('names the line of a failure', async () => {
    expect(await bench.fail('code.python', { code: 'x = 1\nreturn x / 0' })).toMatchObject({
      code: 'CODE_FAILED',
      message: 'Line 2: ZeroDivisionError: division by zero',
    });
    expect((await bench.fail('code.python', { code: 'x = 1\nif x\n  y' })).message).toMatch(/^Line 2: SyntaxError/);
    expect((await bench.fail('code.python', { code: 'import os\nos._exit(4)' })).message).toContain(
      'without an answer',
    );
  });

  it('without Python says so', async () => {
    expect(await bench.fail('code.python', { interpreter: 'python-of-nobody' })).toMatchObject({
      code: 'PROGRAM_MISSING',
    });
  });
});

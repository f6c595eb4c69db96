import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createWorkerProcesses } from '../../robot/worker-processes.ts';
import { createWorkerTemps } from '../../robot/worker-temp.ts';
import { waitFor } from '../support/wait-for.ts';

it('a folder is removed with what a worker left in it', async () => {
  const temps = createWorkerTemps();
  const [first, second] = [temps.make(), temps.make()];
  writeFileSync(join(first, 'profile'), 'x');
  await temps.remove(first);
  expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
  temps.removeAll();
  expect(existsSync(second)).toBe(false);
});

it('folders of a robot that was killed are removed by the next one, those of a running robot stay', async () => {
  const ended = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => ended.once('exit', resolve));
  const left = join(tmpdir(), `casare-robot-${ended.pid}-left`);
  const used = join(tmpdir(), `casare-robot-${process.ppid}-used-${process.pid}`);
  for (const folder of [left, used]) mkdirSync(folder);
  onTestFinished(() => rmSync(used, { recursive: true }));
  createWorkerTemps().removeAll();
  expect([existsSync(left), existsSync(used)]).toEqual([false, true]);
});

it.runIf(process.platform === 'linux')(
  'a worker has one of its own, which goes when the worker is killed',
  async () => {
    const workers = createWorkerProcesses(
      { PATH: process.env['PATH'] ?? '' },
      {
        packs: '',
        programs: 'none',
        network: { mode: 'open', allowed: [] },
        evidence: { pictures: false, trace: false },
        traced: false,
      },
      512,
    );
    onTestFinished(() => workers.close());
    const worker = workers.take();
    const own = await waitFor(() => {
      const environment = readFileSync(`/proc/${worker.pid}/environ`, 'utf8').split('\0');
      return environment.find((entry) => entry.startsWith('TMPDIR='))?.slice('TMPDIR='.length);
    });
    expect(own).toContain(`casare-robot-${process.pid}-`);
    expect(existsSync(own)).toBe(true);
    worker.kill('SIGKILL');
    await waitFor(() => !existsSync(own));
  },
);

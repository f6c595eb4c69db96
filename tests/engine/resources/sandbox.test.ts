import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../../engine/resources/create-sandbox.ts';
import { startScriptProcess } from '../../../engine/resources/script-process.ts';
import { waitFor } from '../../support/wait-for.ts';

const signal = new AbortController().signal;
const order = (code: string, timeoutMs = 500) => ({ code, input: 'null', timeoutMs, memoryMb: 64 });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the process of scripts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'casare-sandbox-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has no environment and no right to files, programs or threads, should a script ever get out of QuickJS', async () => {
    // A program in the place of ours: what is asked here is what the process itself may do.
    const secret = join(folder, 'secret.txt');
    writeFileSync(secret, 'secret');
    const program = fileURLToPath(new URL('./sandbox-probe.ts', import.meta.url));
    const child = startScriptProcess(program);
    const answer = await child.run({ ...order(secret, 5000), input: join(folder, 'written') }, signal);
    await child.kill();
    expect(answer).toEqual({
      env: [],
      read: 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      spawn: 'ERR_ACCESS_DENIED',
      thread: 'ERR_ACCESS_DENIED',
      eval: 'EvalError',
    });
    expect(existsSync(join(folder, 'written'))).toBe(false);
  });

  it('is killed within 1 s over the limit when it does not answer', async () => {
    const child = startScriptProcess();
    await child.run(order('return 1;'), signal);
    const startedAt = performance.now();
    expect(await child.run(order('(function f() { try { f() } finally { f() } })();'), signal)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(2500);
    expect(child.isAlive).toBe(false);
    await waitFor(() => !isRunning(child.pid ?? 0), { until: 'the process is gone' });
  });

  it('is killed when the run is cancelled, and serves no second script then', async () => {
    const child = startScriptProcess();
    await child.run(order('return 1;'), signal);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    expect(await child.run(order('for (;;);', 60_000), abort.signal)).toBeUndefined();
    expect(await child.run(order('return 1;'), signal)).toBeUndefined();
  });
});

describe('a sandbox', () => {
  it('ends its processes and threads when it is closed, and starts no others', async () => {
    const sandbox = createSandbox();
    await sandbox.runScript({ code: 'return 1;', input: null, timeoutMs: 500, memoryMb: 64 }, signal);
    await sandbox.runPattern({ operation: 'test', pattern: 'a', flags: '', texts: ['a'] }, signal);
    const waiting = sandbox.runScript({ code: 'for (;;);', input: null, timeoutMs: 60_000, memoryMb: 64 }, signal);
    const [failed] = await Promise.allSettled([waiting, sandbox.close()]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'RUN_CANCELLED' } });
  });

  it('lets who waits for a turn leave when it is cancelled', async () => {
    const sandbox = createSandbox();
    const busy = [1, 2].map(() =>
      sandbox
        .runScript({ code: 'for (;;);', input: null, timeoutMs: 1000, memoryMb: 64 }, signal)
        .catch(() => 'stopped'),
    );
    const abort = new AbortController();
    const third = sandbox.runScript({ code: 'return 1;', input: null, timeoutMs: 500, memoryMb: 64 }, abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(third).rejects.toThrow('cancelled');
    expect(await Promise.all(busy)).toEqual(['stopped', 'stopped']);
    expect(
      (await sandbox.runScript({ code: 'return 5;', input: null, timeoutMs: 500, memoryMb: 64 }, signal)).output,
    ).toBe(5);
    await sandbox.close();
  });

  it('can be told where its programs are', async () => {
    const root = join(import.meta.dirname, '../../../engine/resources');
    const sandbox = createSandbox({
      script: join(root, 'sandbox-child.ts'),
      pattern: pathToFileURL(join(root, 'pattern-worker.ts')),
    });
    expect(
      (await sandbox.runScript({ code: 'return 2;', input: null, timeoutMs: 500, memoryMb: 64 }, signal)).output,
    ).toBe(2);
    expect(await sandbox.runPattern({ operation: 'split', pattern: ',', flags: '', texts: ['a,b'] }, signal)).toEqual([
      ['a', 'b'],
    ]);
    await sandbox.close();
  });
});

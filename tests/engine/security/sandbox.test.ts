import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../../engine/resources/create-sandbox.ts';
import { createJailFinder } from '../../../engine/resources/sandbox-jail.ts';
import { startScriptProcess } from '../../../engine/resources/script-process.ts';
import { payloadsFor } from './sandbox-payloads.ts';

const signal = new AbortController().signal;
const sandbox = createSandbox();
const folder = mkdtempSync(join(tmpdir(), 'casare-payloads-'));
const canary = { file: join(folder, 'canary.txt'), port: 0, value: `canary-${process.pid}-5f1c` };
let visits = 0;
const listener = createServer((socket) => {
  visits++;
  socket.destroy();
});

beforeAll(async () => {
  writeFileSync(canary.file, canary.value);
  process.env['CASARE_TEST_CANARY'] = canary.value;
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  canary.port = (listener.address() as AddressInfo).port;
});
afterAll(async () => {
  delete process.env['CASARE_TEST_CANARY'];
  listener.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const script = (code: string, input: unknown = {}, timeoutMs = 150) =>
  sandbox.runScript({ code, input, timeoutMs, memoryMb: 64 }, signal);

describe('what authors write', () => {
  it('gets out of the sandbox in none of more than 300 ways', { timeout: 120_000 }, async () => {
    const payloads = payloadsFor(canary);
    expect(new Set(payloads).size).toBe(payloads.length);
    expect(payloads.length).toBeGreaterThan(300);
    const found: string[] = [];
    for (const code of payloads) {
      const outcome = await script(code, { list: [1], text: 'a' }).then(
        (result) => JSON.stringify(result),
        (error: unknown) => {
          if (!(error instanceof AppError) || error.code !== 'CODE_FAILED') throw error;
          return JSON.stringify([error.message, error.details]);
        },
      );
      if (outcome.includes(canary.value) || outcome.includes('ESCAPED')) found.push(`${code} gave ${outcome}`);
      const next = await script(
        'return [typeof globalThis.x, input.n + 1, [3, 1, 2].map((n) => n * 2).join()];',
        { n: 1 },
        2000,
      );
      if (JSON.stringify(next.output) !== '["undefined",2,"6,2,4"]')
        found.push(`after ${code} came ${JSON.stringify(next)}`);
    }
    expect(found).toEqual([]);
    expect(visits).toBe(0);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  const bombs: Record<string, string> = {
    cpu: 'for (;;);',
    memory: 'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1));',
    string: 'let s = "x"; for (;;) s += s + "y";',
    array: 'const a = []; for (;;) a.push(a.slice());',
    recursion: 'const f = () => { try { f(); } finally { f(); } }; f();',
    'log flood': 'for (;;) console.log("x".repeat(1e4));',
    'promise flood':
      'const again = () => { for (let i = 0; i < 1000; i++) Promise.resolve().then(again); }; again(); await new Promise(() => {});',
    'big output': 'return Array.from({ length: 50 }, () => "x".repeat(1e6));',
    timer: 'const end = Date.now() + 1e9; while (Date.now() < end) await null;',
  };

  it.each(Object.entries(bombs))(
    'ends in time when it is a %s bomb, and the next script is well',
    async (_name, code) => {
      await script('return 1;', {}, 2000);
      const startedAt = performance.now();
      await expect(script(code, {}, 300)).rejects.toMatchObject({ code: 'CODE_FAILED' });
      // Its limit, and 1.5 s until the process is gone; the rest is a slow machine.
      expect(performance.now() - startedAt).toBeLessThan(300 + 1500 + 1000);
      expect((await script('return input * 2;', 21, 2000)).output).toBe(42);
    },
  );
});

describe('the process around the sandbox', () => {
  const jail = createJailFinder()(process.execPath, []);

  it('is without network and belongs to nobody, where the system can do that', async () => {
    const child = startScriptProcess(fileURLToPath(new URL('./network-probe.ts', import.meta.url)));
    const answer = (await child.run(
      { code: String(canary.port), input: '', timeoutMs: 8000, memoryMb: 64 },
      signal,
    )) as unknown as Record<string, unknown>;
    await child.kill();
    visits = 0;
    const { socket, name, uid, groups } = answer as { socket: string; name: string; uid: number; groups: number[] };
    expect({
      isConnected: socket === 'connected',
      isCutOff: name === 'refused' && socket.startsWith('E'),
      isNobody: uid >= 61_184 && groups.every((id) => id >= 61_184),
    }).toMatchObject({ isConnected: !jail.network, ...(jail.network && { isCutOff: true }), isNobody: jail.user });
    expect(existsSync(canary.file)).toBe(true);
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('has both where tests run as root', () => {
    // Some containers allow neither; then the row in docs/security.md says what is left.
    expect(jail.user || jail.words.length === 0).toBe(true);
  });

  it('is what there is when nothing can run in a jail', () => {
    expect(createJailFinder()('/no/such/runtime', [])).toEqual({ words: [], network: false, user: false });
    expect(createJailFinder()(process.execPath, ['/no/such/file'])).toEqual({ words: [], network: false, user: false });
  });

  it('starts as fast as a process does', async () => {
    const child = startScriptProcess();
    const startedAt = performance.now();
    await child.run({ code: 'return 1;', input: 'null', timeoutMs: 5000, memoryMb: 64 }, signal);
    const first = performance.now() - startedAt;
    const again = performance.now();
    await child.run({ code: 'return 1;', input: 'null', timeoutMs: 5000, memoryMb: 64 }, signal);
    const warm = performance.now() - again;
    await child.kill();
    expect(warm).toBeLessThan(first);
  });
});

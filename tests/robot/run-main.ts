import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../build/run-tool.ts';
import { compileCache } from '../support/compile-cache.ts';

export interface MainRun {
  child: ChildProcess;
  ended: Promise<{ code: number | null; text: string }>;
}

/** robot/main.ts with nothing but these variables, for starts that are meant to fail or to wait. */
export function runMain(env: Readonly<Record<string, string>>): MainRun {
  const child = spawn(process.execPath, [join(root, 'robot', 'main.ts')], {
    env: { PATH: process.env['PATH'], ...compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<{ code: number | null; text: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
  return { child, ended };
}

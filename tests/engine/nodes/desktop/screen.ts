import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';

export interface TestScreen {
  /** Such as ":12". */
  display: string;
  environment: Record<string, string>;
  /** A program with windows on it, ended with the file. */
  start(program: string, ...args: string[]): ChildProcess;
  /** Output of a program that works with the screen: the other side of what is tested. */
  ask(program: string, ...args: string[]): Promise<string>;
  /** Ends the X server itself. */
  stop(): Promise<void>;
}

/** Called at the top of a test file: an X server on a free display, with a window manager; both end with the file. */
export async function startScreen({ size = '1000x700', manager = true } = {}): Promise<TestScreen> {
  const children: ChildProcess[] = [];
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  afterAll(async () => {
    for (const child of children.toReversed()) await end(child);
    await end(server);
  });
  let number = '';
  (server.stdio[3] as Readable).on('data', (chunk: Buffer) => {
    number += chunk.toString('latin1');
  });
  await waitFor(() => number.endsWith('\n'), { until: 'the X server names its display', timeoutMs: 30_000 });
  const display = `:${number.trim()}`;
  const environment = { DISPLAY: display };
  const env = { ...process.env, ...environment, LC_ALL: 'C.UTF-8', GTK_A11Y: 'none', GSK_RENDERER: 'cairo' };
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };
  const ask = async (program: string, ...args: string[]) =>
    (await promisify(execFile)(program, args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })).stdout;
  if (manager) {
    start('openbox');
    const isReady = () =>
      ask('wmctrl', '-m').then(
        (said) => said.includes('Openbox'),
        () => false,
      );
    await waitFor(isReady, { until: 'the window manager works', timeoutMs: 30_000 });
  }
  return { display, environment, start, ask, stop: () => end(server) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

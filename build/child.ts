import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Child {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  /** Asks it to stop, then kills it after `ms`. */
  stop(ms: number): Promise<void>;
  /** As a power cut would. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
  /** Every line it prints. */
  onLine?(line: string): void;
  /** Ends the wait of the start when it went wrong or takes longer. */
  readyMs: number;
}

/**
 * Starts a program of ours under this Node and waits until it says by IPC that it is ready. The IPC channel also ends it when this
 * process goes away without a word.
 */
export async function startChild(script: string, options: ChildOptions): Promise<{ child: Child; ready: unknown }> {
  const child = spawn(process.execPath, [script, ...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A Ctrl+C in the terminal goes to the parent, which stops its children in order.
    detached: process.platform !== 'win32',
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 50) lines.shift();
      options.onLine?.(line);
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const handle: Child = {
    get pid() {
      return child.pid ?? -1;
    },
    exited,
    async stop(ms) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => killGroup(child), ms);
      await exited;
      clearTimeout(late);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  const ready = await waitUntilReady(child, exited, options.readyMs).catch((error: unknown) => {
    killGroup(child);
    throw new Error(`${script}: ${(error as Error).message}\n${lines.join('\n')}`, { cause: error });
  });
  return { child: handle, ready };
}

function waitUntilReady(child: ChildProcess, exited: Promise<number | null>, ms: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`was not ready after ${ms / 1000} s`)), ms);
    child.on('message', (message: { ready?: unknown }) => {
      if (message.ready === undefined) return;
      clearTimeout(late);
      resolve(message.ready);
    });
    void exited.then((code) => {
      clearTimeout(late);
      reject(new Error(`ended with code ${code}`));
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

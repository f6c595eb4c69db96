import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll } from 'vitest';
import { descendantsOf } from '../processes.ts';
import { waitFor } from '../wait-for.ts';

export interface Program {
  pid: number;
  /** What it has written, for a message when it does not start. */
  written(): string;
  stop(): Promise<void>;
}

/** Called at the top of a test file: starts a server, waits until it listens, and stops it with all it forked when the file ends. */
export async function startProgram(path: string, args: readonly string[], port: number): Promise<Program> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let hasEnded = false;
  // Not "close": what it forked for a connection may hold its output open.
  const ended = once(child, 'exit').then(() => {
    hasEnded = true;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${path} could not be started`);
  const program: Program = {
    pid,
    written: () => text,
    async stop() {
      // Servers give every connection a process, and often a session, of its own.
      const started = hasEnded ? [] : descendantsOf(pid);
      for (const one of [pid, ...started.map((found) => found.pid)]) killQuietly(one);
      await ended;
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    },
  };
  afterAll(() => program.stop());
  await waitFor(
    async () => {
      if (hasEnded) return 'ended';
      return await answers(port);
    },
    { until: `${path} listens on port ${port}` },
  );
  if (hasEnded) throw new Error(`${path} ended at once: ${text}`);
  return program;
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answer = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  return await answer.finally(() => socket.destroy());
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

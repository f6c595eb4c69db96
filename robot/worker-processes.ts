import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Worker processes, one per job, with one started ahead: loading the engine takes longer than most jobs wait. */
export interface WorkerProcesses {
  /** A process that waits for its `start` message; the next one is being started. */
  take(): ChildProcess;
  /** Ends the one that waits. */
  close(): void;
}

export function createWorkerProcesses(): WorkerProcesses {
  let spare: ChildProcess | undefined = startWorker();
  let closed = false;
  return {
    take() {
      const ready = spare && spare.connected && spare.exitCode === null ? spare : startWorker();
      spare = closed ? undefined : startWorker();
      return ready;
    },
    close() {
      closed = true;
      if (spare) killTree(spare);
      spare = undefined;
    },
  };
}

function startWorker(): ChildProcess {
  const child = fork(WORKER, [], {
    // It leads a process group of its own, so that it can be killed with everything it started.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  // A process that cannot be started is seen by its exit.
  child.on('error', () => undefined);
  return child;
}

/** Ends a worker and what it started, at once. */
export function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

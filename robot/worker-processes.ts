import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerSettings } from './worker-messages.ts';
import { createWorkerTemps, type WorkerTemps } from './worker-temp.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** What workers see of the environment; not the robot's key. */
type WorkerEnv = Readonly<Record<string, string>>;

/** Worker processes, one per job, with one started ahead: loading the engine takes longer than most jobs wait. */
export interface WorkerProcesses {
  /** A process that waits for its `start` message; the next one is being started. */
  take(): ChildProcess;
  /** Ends the one that waits. */
  close(): void;
}

/** `memoryMb`: what a worker may take; its heap ends there at the latest, and somebody watches the rest. */
export function createWorkerProcesses(env: WorkerEnv, settings: WorkerSettings, memoryMb: number): WorkerProcesses {
  const temps = createWorkerTemps();
  let spare: ChildProcess | undefined = startWorker(env, settings, temps, memoryMb);
  let closed = false;
  return {
    take() {
      const ready = spare?.connected && isRunning(spare) ? spare : startWorker(env, settings, temps, memoryMb);
      spare = closed ? undefined : startWorker(env, settings, temps, memoryMb);
      return ready;
    },
    close() {
      closed = true;
      if (spare) killTree(spare);
      spare = undefined;
      temps.removeAll();
    },
  };
}

function startWorker(env: WorkerEnv, settings: WorkerSettings, temps: WorkerTemps, memoryMb: number): ChildProcess {
  const temp = temps.make();
  const child = fork(WORKER, [JSON.stringify(settings)], {
    execArgv: [...process.execArgv, `--max-old-space-size=${memoryMb}`],
    // One variable for temporary files or another, on every system.
    env: { ...env, TMPDIR: temp, TEMP: temp, TMP: temp },
    // It leads a process group of its own, so that it can be killed with everything it started.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  // A process that cannot be started has no pid; whoever takes it sees that.
  child.on('error', () => undefined);
  child.once('close', () => void temps.remove(temp));
  return child;
}

export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Ends a worker and what it started, at once. Called while it runs or as it exits: later its number may be somebody else's. */
export function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The failpoint it died at. */
  readonly label?: string;
}

/** One of our programs as a process; it leads a group of its own and is gone with everything it started when this process ends. */
export interface RunningProcess {
  readonly pid: number;
  /** The last lines it printed. */
  readonly lines: readonly string[];
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  /** Resolves at its IPC message "ready"; rejects when it ends before. */
  readonly ready: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL to the process alone. */
  kill(): Promise<Exit>;
  /** SIGTERM, then SIGKILL to its group after `ms`. */
  stop(ms: number): Promise<Exit>;
}

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  onLine?(line: string): void;
}

const KEPT_LINES = 400;

export function startProcess(script: string, { env, onLine }: ProcessOptions): RunningProcess {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const lines: string[] = [];
  let label: string | undefined;
  const read = [child.stdout, child.stderr].map((stream) => {
    if (!stream) return Promise.resolve();
    const reader = createInterface({ input: stream });
    reader.on('line', (line) => {
      if (line.startsWith('failpoint ')) label = line.slice('failpoint '.length);
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine?.(line);
    });
    return new Promise<void>((resolve) => reader.once('close', resolve));
  });
  const endGroup = () => killGroup(child);
  process.once('exit', endGroup);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      process.off('exit', endGroup);
      // A worker that outlives its agent for a moment still holds the pipes.
      const late = new Promise<void>((done) => setTimeout(done, 500).unref());
      void Promise.race([Promise.all(read), late]).then(() =>
        resolve({ code, signal, ...(label !== undefined && { label }) }),
      );
    });
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    void exited.then(({ code, signal }) =>
      reject(new Error(`${script} ended (${signal ?? code}) before it was ready:\n${lines.slice(-20).join('\n')}`)),
    );
  });
  ready.catch(() => undefined);
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    get pid() {
      return child.pid ?? -1;
    },
    get running() {
      return running();
    },
    lines,
    exited,
    ready,
    signal: (name) => void child.kill(name),
    kill() {
      child.kill('SIGKILL');
      return exited;
    },
    async stop(ms) {
      if (running()) {
        // A frozen one hears nothing.
        child.kill('SIGCONT');
        child.kill('SIGTERM');
      }
      const late = setTimeout(() => killGroup(child), ms);
      const exit = await exited;
      clearTimeout(late);
      return exit;
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

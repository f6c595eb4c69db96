import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../build/run-tool.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { HttpLink } from './http-link.ts';
import { type Exit, type RunningProcess, startProcess } from './process.ts';

/** A place in the cluster that a process fills: it dies and is started again, and stays the same member. */
export interface Member {
  readonly name: string;
  /** The one that runs now. */
  readonly process: RunningProcess | undefined;
  /** What the last one printed. */
  readonly lines: readonly string[];
  /** Starts it and waits until it is ready. */
  start(env?: Readonly<Record<string, string>>): Promise<RunningProcess>;
  /** SIGKILL; resolves when it has gone. */
  kill(): Promise<Exit | undefined>;
}

export interface OrchestratorMember extends Member {
  readonly port: number;
}

export interface RobotMember extends Member {
  readonly dataFolder: string;
  readonly link: HttpLink;
  /** Workers of it that run a job now; of the last process, if none runs. */
  workers(): { readonly pid: number; readonly jobId: string }[];
}

interface MemberOptions {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  ready(started: RunningProcess): Promise<unknown>;
}

export type MakeMember = (options: MemberOptions) => Member;

/** `processes` holds those that run, for whoever stops them all. */
export function createMembers(
  processes: RunningProcess[],
  onLine: ((who: string, line: string) => void) | undefined,
): MakeMember {
  return ({ name, script, env, ready }) => {
    let current: RunningProcess | undefined;
    return {
      name,
      get process() {
        return current?.running ? current : undefined;
      },
      get lines() {
        return current?.lines ?? [];
      },
      async start(more = {}) {
        const fresh = startProcess(join(root, script), {
          env: { NODE_COMPILE_CACHE: join(tmpdir(), 'casare-test-compile-cache'), ...env, ...more },
          onLine: (line) => onLine?.(name, line),
        });
        current = fresh;
        processes.push(fresh);
        void fresh.exited.then(() => processes.splice(processes.indexOf(fresh), 1));
        await ready(fresh);
        return fresh;
      },
      async kill() {
        return current?.running ? await current.kill() : undefined;
      },
    };
  };
}

export function orchestratorMember(
  make: MakeMember,
  name: string,
  port: number,
  env: Readonly<Record<string, string>>,
): OrchestratorMember {
  const url = `http://127.0.0.1:${port}/health/ready`;
  const one = make({ name, script: 'orchestrator/main.ts', env, ready: (fresh) => readyAt(url, fresh) });
  return {
    name,
    port,
    get process() {
      return one.process;
    },
    get lines() {
      return one.lines;
    },
    start: one.start,
    kill: one.kill,
  };
}

export function robotMember(
  make: MakeMember,
  name: string,
  dataFolder: string,
  link: HttpLink,
  env: Readonly<Record<string, string>>,
): RobotMember {
  const one = make({ name, script: 'robot/main.ts', env, ready: (fresh) => fresh.ready });
  return {
    name,
    dataFolder,
    link,
    get process() {
      return one.process;
    },
    get lines() {
      return one.lines;
    },
    start: one.start,
    kill: one.kill,
    workers: () => workersIn(one.lines),
  };
}

/** What the robot says in its log about the jobs it began and ended. */
function workersIn(lines: readonly string[]): { pid: number; jobId: string }[] {
  const running = new Map<string, number>();
  for (const line of lines) {
    if (!line.includes('"jobId"')) continue;
    const { msg, jobId, workerPid } = JSON.parse(line) as { msg: string; jobId: string; workerPid?: number };
    if (msg === 'job started' && workerPid !== undefined) running.set(jobId, workerPid);
    else if (msg === 'run over' || msg === 'job ended') running.delete(jobId);
  }
  return [...running].map(([jobId, pid]) => ({ jobId, pid }));
}

async function readyAt(url: string, started: RunningProcess): Promise<void> {
  let gone: string | undefined;
  void started.exited.then(({ code, signal }) => {
    gone = `${url}: the process ended (${signal ?? code}): ${started.lines.slice(-8).join(' | ')}`;
  });
  await waitFor(async () => gone !== undefined || (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok, {
    until: `${url} answers`,
    timeoutMs: 40_000,
    everyMs: 30,
  });
  if (gone !== undefined) throw new Error(gone);
}

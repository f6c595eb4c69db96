import { execFileSync } from 'node:child_process';

export interface SeenProcess {
  pid: number;
  parent: number;
  /** With its start time, so that a number that is used again is not taken for the same process. */
  started: string;
  command: string;
}

/** The processes of this machine that run; those that have ended and only wait to be collected do not count. */
export function runningProcesses(): SeenProcess[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart=,args='], {
    encoding: 'utf8',
    maxBuffer: 32 * 1024 * 1024,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w+ \w+ +\d+ [\d:]+ \d+)\s+(.*)$/.exec(line);
    if (!match || match[3]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), parent: Number(match[2]), started: match[4] ?? '', command: match[5] ?? '' }];
  });
}

/** Everything a process started, directly or not. */
export function descendantsOf(pid: number): SeenProcess[] {
  const all = runningProcesses();
  const found: SeenProcess[] = [];
  for (let parents = [pid]; parents.length > 0; ) {
    const children = all.filter((one) => parents.includes(one.parent));
    found.push(...children);
    parents = children.map((one) => one.pid);
  }
  return found;
}

export function stillRunning(seen: readonly SeenProcess[]): SeenProcess[] {
  const now = runningProcesses();
  return seen.filter((one) => now.some((other) => other.pid === one.pid && other.started === one.started));
}

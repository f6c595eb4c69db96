import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const EVERY_MS = 1000;

export interface ProcessMemory {
  pid: number;
  parent: number;
  bytes: number;
}

/** Watches what a process takes with all it started; tells once when it is more than it may. Returns what ends the watch. */
export function watchMemory(
  pid: number,
  limitBytes: number,
  listeners: { onOver(bytes: number): void; onLook?(bytes: number): void },
  everyMs = EVERY_MS,
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  async function look(): Promise<void> {
    const bytes = memoryOf(pid, await readProcesses());
    if (stopped) return;
    listeners.onLook?.(bytes);
    if (bytes > limitBytes) listeners.onOver(bytes);
    else timer = setTimeout(() => void look(), everyMs).unref();
  }
  timer = setTimeout(() => void look(), everyMs).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** A process and its descendants. */
export function memoryOf(pid: number, processes: readonly ProcessMemory[]): number {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  let sum = processes.find((one) => one.pid === pid)?.bytes ?? 0;
  for (
    let level = children.get(pid) ?? [];
    level.length > 0;
    level = level.flatMap((one) => children.get(one.pid) ?? [])
  )
    for (const { bytes } of level) sum += bytes;
  return sum;
}

/** Empty where the system does not tell (Windows): there only the heap of the worker is limited. */
async function readProcesses(): Promise<ProcessMemory[]> {
  if (process.platform === 'linux') return readProc();
  if (process.platform === 'win32') return [];
  const said = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' }).catch(
    () => undefined,
  );
  return (said?.stdout ?? '').split('\n').flatMap((line) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number);
    return pid && parent !== undefined && kilobytes !== undefined ? [{ pid, parent, bytes: kilobytes * 1024 }] : [];
  });
}

/** Memory that a process has for itself; what browsers share among their processes is not counted for each. */
function readProc(): ProcessMemory[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const [, resident = 0, shared = 0] = readFileSync(`/proc/${name}/statm`, 'latin1').split(' ').map(Number);
      return [{ pid: Number(name), parent, bytes: Math.max(0, resident - shared) * PAGE_BYTES }];
    } catch {
      return [];
    }
  });
}

const PAGE_BYTES = 4096;

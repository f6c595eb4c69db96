import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { findBrowser, findProgram, hasDesktop, loadPacks } from '@casare/engine';
import type { WorkerSettings } from './worker-messages.ts';

/** What this machine offers to jobs. */
export async function detectCapabilities({ packs, programs }: WorkerSettings): Promise<string[]> {
  const found = [`platform:${process.platform}`, 'http', 'files', 'code'];
  if (findBrowser()) found.push('browser');
  if (await hasDesktop()) found.push('desktop');
  if (programs !== 'none') found.push('programs');
  const mayRunPython = programs === 'any' || programs.includes('python3');
  if (mayRunPython && findProgram('python3') !== undefined) found.push('python');
  for (const { pack } of (await loadPacks(packs)).packs) found.push(`pack:${pack.name}`);
  return found;
}

export interface Load {
  cpuPercent: number;
  memoryPercent: number;
  diskFreeMb: number;
}

/** Measures the load since the last call. */
export function createLoadMeter(folder: string): () => Promise<Load> {
  let last = cpuTimes();
  return async () => {
    const now = cpuTimes();
    const [busy, total] = [now.busy - last.busy, now.total - last.total];
    last = now;
    const disk = await statfs(folder);
    return {
      cpuPercent: total > 0 ? percent(busy / total) : 0,
      memoryPercent: percent(1 - freemem() / totalmem()),
      diskFreeMb: Math.floor((disk.bavail * disk.bsize) / 1_048_576),
    };
  };
}

/** Counters of the system may run backwards a little. */
function percent(share: number): number {
  return Math.round(1000 * Math.min(1, Math.max(0, share))) / 10;
}

export function machineSize(): { cores: number; memoryMb: number } {
  return { cores: availableParallelism(), memoryMb: Math.max(1, Math.round(totalmem() / 1_048_576)) };
}

function cpuTimes(): { busy: number; total: number } {
  let [busy, total] = [0, 0];
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { basename } from 'node:path';
import { findEngines, findProgram, loadPacks, type ProgramPolicy, readSession } from '@casare/engine';
import type { WorkerSettings } from './worker-messages.ts';

const MOST_PROGRAMS = 30;
/** Programs that open and convert office documents. */
const OFFICE = ['soffice', 'libreoffice'];

/** There is one, and nothing keeps a run from it now. */
async function isDesktopUsable(): Promise<boolean> {
  const { missing, locked, detached, takesInput } = await readSession();
  const isKnown = process.platform === 'linux' || process.platform === 'win32' || process.platform === 'darwin';
  return isKnown && missing === undefined && !locked && !detached && takesInput !== false;
}

function nameOf(program: string): string {
  return basename(program.replaceAll('\\', '/')).slice(0, 50);
}

function mayStart(policy: ProgramPolicy, name: string): boolean {
  return policy === 'any' || (policy !== 'none' && policy.includes(name));
}

/** What this machine offers to jobs. */
export async function detectCapabilities({ packs, programs }: WorkerSettings): Promise<string[]> {
  const found = [`platform:${process.platform}`, 'http', 'files', 'code'];
  const engines = findEngines();
  // `browser` is Chromium, which workflows mean unless they say otherwise.
  if (engines.includes('chromium')) found.push('browser');
  for (const engine of engines) found.push(`browser:${engine}`);
  if (await isDesktopUsable()) found.push('desktop');
  if (programs !== 'none') found.push('programs');
  const mayRunPython = programs === 'any' || programs.includes('python3');
  if (mayRunPython && findProgram('python3') !== undefined) found.push('python');
  for (const name of programs === 'any' || programs === 'none' ? [] : programs.slice(0, MOST_PROGRAMS))
    if (findProgram(name) !== undefined) found.push(`program:${nameOf(name)}`);
  if (programs !== 'none' && OFFICE.some((name) => findProgram(name) !== undefined && mayStart(programs, name)))
    found.push('office');
  for (const { pack } of (await loadPacks(packs)).packs) found.push(`pack:${pack.name}`);
  return found;
}

/** With less than this left on the disk, in megabytes or as a share of it, no new job is taken. */
const LEAST_MB = 200;
const LEAST_SHARE = 0.05;
/** 5 % of a large disk is more than any job needs. */
const ENOUGH_MB = 20_000;

export function isDiskLow({ freeMb, totalMb }: { freeMb: number; totalMb: number }): boolean {
  return freeMb < LEAST_MB || (freeMb < totalMb * LEAST_SHARE && freeMb < ENOUGH_MB);
}

export interface Load {
  cpuPercent: number;
  memoryPercent: number;
  diskFreeMb: number;
}

export interface MeasuredLoad extends Load {
  diskLow: boolean;
}

/** Measures the load since the last call. */
export function createLoadMeter(folder: string): () => Promise<MeasuredLoad> {
  let last = cpuTimes();
  return async () => {
    const now = cpuTimes();
    const [busy, total] = [now.busy - last.busy, now.total - last.total];
    last = now;
    const disk = await statfs(folder);
    const megabytes = (blocks: number) => Math.floor((blocks * disk.bsize) / 1_048_576);
    const diskFreeMb = megabytes(disk.bavail);
    return {
      cpuPercent: total > 0 ? percent(busy / total) : 0,
      memoryPercent: percent(1 - freemem() / totalmem()),
      diskFreeMb,
      diskLow: isDiskLow({ freeMb: diskFreeMb, totalMb: megabytes(disk.blocks) }),
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

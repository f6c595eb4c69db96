import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { NodeContext } from '../../define-node.ts';

export interface ProcessRow {
  pid: number;
  parent: number | null;
  name: string;
  command: string;
  memoryMb: number;
}

/** Processes of this machine, those that ended meanwhile left out. */
export async function readProcesses(ctx: NodeContext): Promise<ProcessRow[]> {
  if (process.platform === 'linux') return readProc();
  const { output } =
    process.platform === 'win32'
      ? await ctx.programs.run({ program: 'tasklist', args: ['/fo', 'csv', '/nh'] }, ctx.signal)
      : await ctx.programs.run({ program: 'ps', args: ['-axo', 'pid=,ppid=,rss=,comm='] }, ctx.signal);
  return process.platform === 'win32' ? readTasklist(output) : readPs(output);
}

async function readProc(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(pids.map(readOne));
  return rows.filter((row) => row !== undefined).sort((a, b) => a.pid - b.pid);
}

async function readOne(pid: string): Promise<ProcessRow | undefined> {
  try {
    const [status, command] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    return {
      pid: Number(pid),
      parent: Number(field('PPid')),
      name: field('Name'),
      command: command.replaceAll('\0', ' ').trim().slice(0, 4000),
      memoryMb: Math.round(Number.parseInt(field('VmRSS') || '0', 10) / 102.4) / 10,
    };
  } catch {
    return undefined;
  }
}

export function readTasklist(text: string): ProcessRow[] {
  const lines = parse(text, { relaxColumnCount: true, skipEmptyLines: true });
  return lines.flatMap(([name = '', pid = '', , , memory = '']) =>
    /^\d+$/.test(pid)
      ? [
          {
            pid: Number(pid),
            parent: null,
            name,
            command: name,
            memoryMb: Math.round(Number(memory.replaceAll(/\D/g, '')) / 102.4) / 10,
          },
        ]
      : [],
  );
}

export function readPs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, memory, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    const name = command.split('/').at(-1) ?? command;
    return [
      { pid: Number(pid), parent: Number(parent), name, command, memoryMb: Math.round(Number(memory) / 102.4) / 10 },
    ];
  });
}

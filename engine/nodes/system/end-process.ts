import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import { type ProcessRow, readProcesses } from './read-processes.ts';

/** What a process may take to end by itself. */
const politeMs = 3000;

export const endProcess = defineNode({
  type: 'system.endProcess',
  version: 1,
  title: 'End a process',
  category: 'system',
  icon: 'circle-x',
  description: 'Ends running programs by number or exact name; those that do not end within some seconds are killed.',
  synonyms: ['kill', 'stop program', 'close application', 'task kill'],
  params: z.strictObject({
    by: z.enum(['pid', 'name']).default('name').meta({ title: 'Chosen by' }),
    pid: z
      .int()
      .min(1)
      .default(1)
      .meta({ title: 'Number', placeholder: '${steps.list.output.processes[0].pid}', 'x-show-if': { by: ['pid'] } }),
    name: z
      .string()
      .max(500)
      .default('')
      .meta({ title: 'Name', placeholder: 'notepad.exe', 'x-show-if': { by: ['name'] } }),
    force: z.boolean().default(false).meta({ title: 'Kill at once', description: 'Without asking it to end first.' }),
  }),
  output: z.object({ ended: z.array(z.number()), count: z.number() }),
  capabilities: ['programs'],
  effect: 'idempotent',
  examples: [{ title: 'Every Notepad', params: { by: 'name', name: 'notepad.exe' } }],
  async run(ctx, { by, pid, name, force }) {
    ctx.programs.checkAllowed(by === 'pid' ? `process ${pid}` : name);
    const all = await readProcesses(ctx);
    const chosen = all.filter((row) => (by === 'pid' ? row.pid === pid : row.name === name));
    const own = ownProcesses(all);
    const refused = chosen.find((row) => own.has(row.pid));
    if (refused)
      throw new AppError(
        'PROGRAM_REFUSED',
        `${refused.name} (${refused.pid}) runs this workflow and cannot be ended by it.`,
      );
    for (const row of chosen) await end(ctx, row.pid, force);
    return { output: { ended: chosen.map((row) => row.pid), count: chosen.length } };
  },
});

/** This process and those it was started by. */
function ownProcesses(all: readonly ProcessRow[]): Set<number> {
  const parents = new Map(all.map((row) => [row.pid, row.parent]));
  const own = new Set<number>([process.pid, process.ppid]);
  for (let at = parents.get(process.pid); at && !own.has(at); at = parents.get(at)) own.add(at);
  return own.add(1);
}

async function end(ctx: NodeContext, pid: number, force: boolean): Promise<void> {
  if (!send(pid, force ? 'SIGKILL' : 'SIGTERM')) return;
  const deadline = ctx.now() + politeMs;
  while (ctx.now() < deadline) {
    if (!send(pid, 0)) return;
    await ctx.sleep(50);
  }
  send(pid, 'SIGKILL');
}

/** False when there is no such process (any more). */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw new AppError('PROGRAM_REFUSED', `The process ${pid} belongs to somebody else and cannot be ended.`, {
      cause: error,
    });
  }
}

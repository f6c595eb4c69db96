import { accessSync, constants, statSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { AppError } from '@casare/shared';
import type { ProgramPolicy, Programs } from '../programs.ts';
import { runProgram } from './run-program.ts';
import { startProgram } from './start-program.ts';

export function createPrograms(folder: string, policy: ProgramPolicy = 'none'): Programs {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const started: { stop(): Promise<void> }[] = [];

  function checkAllowed(program: string): void {
    if (policy === 'any') return;
    if (policy !== 'none' && policy.some((allowed) => isSame(allowed, program))) return;
    throw new AppError(
      'PROGRAM_REFUSED',
      policy === 'none'
        ? `"${program}" may not be started: this machine lets workflows start no programs. Its owner can allow some (ROBOT_PROGRAMS).`
        : `"${program}" is not among the programs that workflows may start on this machine: ${policy.join(', ') || 'none'}. Its owner can add it (ROBOT_PROGRAMS).`,
      { details: { program } },
    );
  }

  function locate(program: string): string {
    checkAllowed(program);
    const file = findProgram(program);
    if (file !== undefined) return file;
    throw new AppError(
      'PROGRAM_MISSING',
      `There is no program "${program}" on this machine. Install it, or give its whole path.`,
      { details: { program } },
    );
  }

  return {
    checkAllowed,
    async run(call, signal, onText) {
      const file = locate(call.program);
      const ended = runProgram(file, { folder, ...call }, AbortSignal.any([signal, closing.signal]), onText);
      running.add(ended);
      try {
        return await ended;
      } finally {
        running.delete(ended);
      }
    },
    async start(call, { keepOpen }) {
      const program = await startProgram(locate(call.program), { folder, ...call });
      if (!keepOpen) started.push(program);
      if (!keepOpen && closing.signal.aborted) await program.stop();
      return program;
    },
    async close() {
      closing.abort(new AppError('RUN_CANCELLED', 'The run has ended, and the programs it started with it.'));
      await Promise.allSettled([...running, ...started.map((program) => program.stop())]);
    },
  };
}

/** An allowed name allows the program of this name in the search path; a path allows exactly that file. */
function isSame(allowed: string, program: string): boolean {
  if (process.platform !== 'win32') return allowed === program;
  const plain = (name: string) => name.toLowerCase().replace(/\.exe$/, '');
  return plain(allowed) === plain(program);
}

/** Path of a program of the search path, or of a whole path that is one; undefined when this machine does not have it. */
export function findProgram(program: string): string | undefined {
  if (program === '' || program.includes('\0')) return undefined;
  if (isAbsolute(program)) return isProgram(program) ? program : undefined;
  // A relative path would run whatever a workflow has just written.
  if (basename(program) !== program) return undefined;
  // oxlint-disable-next-line node/no-process-env -- the search path of this machine.
  const { PATH = '', PATHEXT = '.EXE;.CMD;.BAT' } = process.env;
  // A .bat or .cmd file is read by a shell, whatever stands between the arguments; only real programs are started.
  const endings =
    process.platform === 'win32' ? ['', ...PATHEXT.split(';').filter((end) => /^\.(?:exe|com)$/i.test(end))] : [''];
  for (const folder of PATH.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const ending of endings) if (isProgram(join(folder, program + ending))) return join(folder, program + ending);
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

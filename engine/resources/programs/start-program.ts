import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@casare/shared';
import type { ProgramCall, StartedProgram } from '../programs.ts';
import { basicEnvironment, endGroup } from './run-program.ts';

/** How long a program has to end when it is asked to; then it is killed. */
const politeMs = 700;

/** Starts a program beside the steps, in a process group of its own; `stop` ends the whole group. */
export async function startProgram(
  file: string,
  { args, folder, environment = {} }: ProgramCall & { folder: string },
): Promise<StartedProgram & { stop(): Promise<void> }> {
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...basicEnvironment(), ...environment },
    // Nobody reads what it writes, and a full pipe would stop it.
    stdio: 'ignore',
    detached: true,
  });
  let exitCode: number | null | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      exitCode = code;
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new AppError('PROGRAM_MISSING', `"${file}" cannot be started: ${error.message}`, {
          details: { program: file, reason: error.code ?? '' },
          cause: error,
        }),
      );
    });
  });
  child.unref();
  return {
    pid: child.pid as number,
    get exitCode() {
      return exitCode;
    },
    async stop() {
      // What it started may outlive it, in the same group.
      endGroup(child.pid, 'SIGTERM');
      if (exitCode === undefined) child.ref();
      await Promise.race([ended, delay(politeMs)]);
      endGroup(child.pid, 'SIGKILL');
    },
  };
}

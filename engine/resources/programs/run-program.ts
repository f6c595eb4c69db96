import { spawn } from 'node:child_process';
import { AppError } from '@casare/shared';
import type { ProgramCall, ProgramEnd } from '../programs.ts';

const defaultMaxBytes = 10 * 1024 * 1024;
/** How long a program has to end when it is asked to; then it is killed. */
const politeMs = 700;

/** Starts a program in a process group of its own and waits for its end; an abort ends the whole group. */
export function runProgram(
  file: string,
  { args, folder, environment = {}, input, maxBytes = defaultMaxBytes }: ProgramCall & { folder: string },
  signal: AbortSignal,
  onText: (stream: 'output' | 'errors', text: string) => void = () => undefined,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(file, args, {
      cwd: folder,
      env: { ...basicEnvironment(), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const output = collect(maxBytes, (text) => onText('output', text));
    const errors = collect(maxBytes, (text) => onText('errors', text));
    child.stdout.on('data', output.add);
    child.stderr.on('data', errors.add);
    // A program that reads nothing closes the pipe early; that is its own business.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    let killTimer: NodeJS.Timeout | undefined;
    const stop = () => {
      endGroup(child.pid, 'SIGTERM');
      killTimer = setTimeout(() => {
        endGroup(child.pid, 'SIGKILL');
        // What it started and let go of may keep the pipes open for ever.
        child.stdout.destroy();
        child.stderr.destroy();
      }, politeMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const settle = () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(killTimer);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(
        new AppError('PROGRAM_MISSING', `"${file}" cannot be started: ${error.message}`, {
          details: { program: file, reason: error.code ?? '' },
          cause: error,
        }),
      );
    });
    child.once('close', (code, ended) => {
      settle();
      if (signal.aborted) {
        endGroup(child.pid, 'SIGKILL');
        reject(signal.reason as Error);
        return;
      }
      const [said, complained] = [output.end(), errors.end()];
      resolve({
        code,
        signal: ended,
        output: said.text,
        errors: complained.text,
        truncated: said.truncated || complained.truncated,
        durationMs: performance.now() - began,
      });
    });
  });
}

/** What a program needs to work at all; nothing else of this process, which may hold keys. */
export function basicEnvironment(): Record<string, string> {
  const names =
    process.platform === 'win32'
      ? [
          'PATH',
          'PATHEXT',
          'SystemRoot',
          'SystemDrive',
          'ComSpec',
          'TEMP',
          'TMP',
          'USERPROFILE',
          'APPDATA',
          'LOCALAPPDATA',
          'ProgramFiles',
          'windir',
        ]
      : ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'DISPLAY', 'XAUTHORITY'];
  const found = names.flatMap((name) => {
    // oxlint-disable-next-line node/no-process-env -- the child needs the search path of this machine.
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

export function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => undefined,
      );
    } else process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

/** Keeps the beginning of a stream, and tells all of it as it comes. */
function collect(maxBytes: number, tell: (text: string) => void) {
  const chunks: Buffer[] = [];
  const decoder = new TextDecoder();
  let size = 0;
  let truncated = false;
  return {
    add(chunk: Buffer) {
      const room = maxBytes - size;
      if (chunk.length > room) truncated = true;
      if (room > 0) chunks.push(chunk.subarray(0, room));
      size += Math.min(chunk.length, Math.max(0, room));
      tell(decoder.decode(chunk, { stream: true }));
    },
    end: () => ({ text: new TextDecoder().decode(Buffer.concat(chunks)), truncated }),
  };
}

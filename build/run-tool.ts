import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

interface ToolResult {
  readonly code: number;
  readonly output: string;
}

interface ToolOptions {
  /** Pass the tool's output through while it runs instead of collecting it. */
  readonly show?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Ends the tool, and the promise once it has ended: it may have a database to stop. */
  readonly signal?: AbortSignal;
}

/** Run a JavaScript file with this Node, whatever the platform; a tool that cannot start is a failed tool. */
export function runTool(script: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: 1, output: `${output}${error.message}\n` });
    });
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output });
    });
    const stop = () => void child.kill();
    options.signal?.addEventListener('abort', stop, { once: true });
    if (options.signal?.aborted) stop();
    child.on('close', () => options.signal?.removeEventListener('abort', stop));
  });
}

/** The script behind a package's command, so that no shell wrapper is needed on Windows. */
export function binOf(packageName: string, path: string): string {
  return join(root, 'node_modules', ...packageName.split('/'), path);
}

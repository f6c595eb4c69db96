import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

/** Holds a file with this process's number; throws ALREADY_RUNNING while the process that it names lives. */
export function holdPidFile(path: string): { release(): void } {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(path, 'utf8'));
      if (pid > 0 && isAlive(pid)) {
        throw new Error(
          `ALREADY_RUNNING: "npm start" runs already in this folder (process ${pid}). Stop it first (Ctrl+C there), or use its address: see .casare/dev.json.`,
        );
      }
      // Left behind by a start that was killed.
      rmSync(path, { force: true });
    }
  }
  throw new Error(`${path} cannot be held.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

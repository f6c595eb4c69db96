import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Temporary folders of workers, one each, with the profile of the browser and whatever else a run puts there. A worker that is
 * killed cannot tidy up; the robot does it for it, and the next robot for one that was killed itself.
 */
export interface WorkerTemps {
  /** A fresh folder. */
  make(): string;
  remove(folder: string): Promise<void>;
  /** What is left, at once: the process is about to end. */
  removeAll(): void;
}

export function createWorkerTemps(): WorkerTemps {
  removeLeft();
  const folders = new Set<string>();
  return {
    make() {
      const folder = mkdtempSync(join(tmpdir(), `casare-robot-${process.pid}-`));
      folders.add(folder);
      return folder;
    },
    async remove(folder) {
      // A browser that is just ending may still write.
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined);
      folders.delete(folder);
    },
    removeAll() {
      for (const folder of folders) removeNow(folder);
      folders.clear();
    },
  };
}

/** Of robots that are no more. */
function removeLeft(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^casare-robot-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) removeNow(join(tmpdir(), name));
  }
}

function removeNow(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Somebody else's, or still in use: the next start looks again.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@casare/shared';
import Database from 'better-sqlite3';

/**
 * Only one process works on a job's folder: held as an SQLite lock, which the operating system frees when the process dies, so a
 * worker that outlives its killed agent for a moment is waited for: 10 s at most, then the attempt fails and is made again later.
 */
export async function holdJobLock(folder: string): Promise<{ release(): void }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new Database(join(folder, 'lock.sqlite'), { timeout: 10_000 });
  try {
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    throw new AppError('CONFLICT', 'Another process still works on this job on the same robot.', {
      retryable: true,
      cause: error,
    });
  }
  return {
    release() {
      db.exec('rollback');
      db.close();
    },
  };
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Only one process works on a job's folder: held as an SQLite lock, which the operating system frees when the process dies, so a
 * worker that outlives its killed agent for a moment is waited for (10 s at most).
 */
export async function holdJobLock(folder: string): Promise<{ release(): void }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new Database(join(folder, 'lock.sqlite'), { timeout: 10_000 });
  db.exec('begin exclusive');
  return {
    release() {
      db.exec('rollback');
      db.close();
    },
  };
}

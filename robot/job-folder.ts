import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteJournal } from '@casare/engine';
import type { ClaimedJob } from '@casare/shared';

export function jobFolder(dataFolder: string, jobId: string): string {
  return join(dataFolder, 'jobs', jobId);
}

export function journalPath(folder: string): string {
  return join(folder, 'journal.sqlite');
}

/** Starts a freshly claimed job from the rows the orchestrator holds; what lay here of an earlier attempt is replaced. */
export async function prepareJobFolder(
  folder: string,
  { jobId, journalKey, steps }: Pick<ClaimedJob, 'jobId' | 'journalKey' | 'steps'>,
): Promise<void> {
  await mkdir(join(folder, 'files'), { recursive: true, mode: 0o700 });
  for (const suffix of ['', '-wal', '-shm', '.head']) rmSync(journalPath(folder) + suffix, { force: true });
  const journal = openSqliteJournal({
    path: journalPath(folder),
    runId: jobId,
    key: Buffer.from(journalKey, 'base64'),
  });
  for (const { seq: _, ...row } of steps) journal.append(row);
  await journal.flush('batch');
  await journal.close();
}

export async function removeJobFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
}

import { createHash } from 'node:crypto';
import { AppError } from '@casare/shared';

/** Hash of the row before the first. */
export const chainStart = '';

/** Each row's hash covers the row before it, so a lost, changed or swapped row anywhere is found. */
export function chainHash(previous: string, seq: number, kind: string, payload: string): string {
  return createHash('sha256').update(`${previous}\n${seq}\n${kind}\n${payload}`).digest('hex');
}

export function corruptJournal(path: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'JOURNAL_CORRUPT',
    `The journal ${path} does not verify: ${what}. The run cannot be resumed from it; keep the file as evidence and start the run anew.`,
    { details: { path, what }, cause },
  );
}

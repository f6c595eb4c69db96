import { AppError } from '@casare/shared';

export function corruptJournal(path: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'JOURNAL_CORRUPT',
    `The journal ${path} does not verify: ${what}. The run cannot be resumed from it; keep the file as evidence and start the run anew.`,
    { details: { path, what }, cause },
  );
}

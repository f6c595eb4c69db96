import { AppError, asAppError } from '@casare/shared';
import { readJournalKey } from '../journal/journal-key.ts';

/** A key in a file that only this user can read, made at the first use. */
export async function readVaultKey(path: string): Promise<Uint8Array> {
  try {
    return readJournalKey(path);
  } catch (thrown) {
    const cause = asAppError(thrown);
    if (cause.code !== 'JOURNAL_CORRUPT') throw cause;
    throw new AppError(
      'SECRET_UNREADABLE',
      `${path} holds no key. Bring it back from a backup, or delete it and set the credentials again.`,
      { cause },
    );
  }
}

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { corruptJournal } from './corrupt-journal.ts';

const keyBytes = 32;

/** The key in a file that only this user can read; made at the first use. Throws JOURNAL_CORRUPT when the file holds no key. */
export function readJournalKey(path: string): Uint8Array {
  if (!existsSync(path)) makeKey(path);
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== keyBytes) throw corruptJournal(path, 'the key file holds no key');
  return key;
}

/** Linked into place when it is whole: of two processes that start at the same time both use the same key. */
function makeKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${randomBytes(6).toString('hex')}`;
  const file = openSync(partial, 'wx', 0o600);
  try {
    writeFileSync(file, `${randomBytes(keyBytes).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    chmodSync(partial, 0o600);
    linkSync(partial, path);
  } catch (thrown) {
    // Some file systems have no links; there two first starts at the same moment are not told apart.
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}

import { existsSync } from 'node:fs';
import { asAppError, AppError, type StepRow } from '@casare/shared';
import Database from 'better-sqlite3';
import { corruptJournal } from './corrupt-journal.ts';
import { type HeadFile, openHeadFile } from './head-file.ts';
import type { Journal, NewStepRow } from './journal.ts';
import { readJournalKey } from './journal-key.ts';
import { createRowSeal } from './row-seal.ts';
import { blobsOf, openRow, readStoredRow, sealRow, writeStoredRow } from './stored-row.ts';

interface StoredRow {
  seq: number;
  kind: string;
  payload: string;
  hash: string;
}

export interface SqliteJournalOptions {
  path: string;
  /** The journal then belongs to this run: JOURNAL_MISMATCH when it is another's. */
  runId?: string;
  /** 32 bytes; absent: those in the file `<path>.key`, which is made at the first use. */
  key?: Uint8Array;
}

/** Hash of the row before the first. */
const chainStart = '';

const schema = `
  create table if not exists journal (
    seq integer primary key,
    kind text not null,
    payload text not null,
    hash text not null
  ) strict;
  create table if not exists journal_run (
    id integer primary key check (id = 1),
    run_id text not null
  ) strict;
`;

/**
 * A journal in one SQLite file, durable against power loss at each `flush`. Throws JOURNAL_MISMATCH when the file belongs to another run than `runId`,
 * JOURNAL_CORRUPT when it is no journal at all.
 */
export function openSqliteJournal(file: string | SqliteJournalOptions): Journal {
  const options: SqliteJournalOptions = typeof file === 'string' ? { path: file } : file;
  const { path, runId } = options;
  const anew = !existsSync(path);
  const seal = createRowSeal(options.key ?? keyBeside(path, anew), runId ?? '');
  const database = openDatabase(path);
  const sign = (seq: number, hash: string) => seal.chain('head', seq, '', hash);
  const head: HeadFile = openHeadFile(`${path}.head`, sign, { anew });
  const blobs = blobsOf(path);
  const pending: StoredRow[] = [];
  let seq = 0;
  let hash = chainStart;
  /** The disk failed in the middle of a write: what is on it now is not known, so nothing more is written. */
  let broken: AppError | undefined;

  const prepared = orClose(database, path, () => {
    claimFor(database, path, runId);
    const insert = database.prepare<[number, string, string, string]>(
      'insert into journal (seq, kind, payload, hash) values (?, ?, ?, ?)',
    );
    const last = database
      .prepare<[], { seq: number; hash: string }>('select seq, hash from journal order by seq desc limit 1')
      .get();
    seq = last?.seq ?? 0;
    hash = last?.hash ?? chainStart;
    return database.transaction(() => {
      for (const row of pending) insert.run(row.seq, row.kind, row.payload, row.hash);
    });
  });

  function flush(): void {
    if (broken !== undefined) throw broken;
    if (pending.length === 0) return;
    try {
      prepared();
      pending.length = 0;
      head.write(seq, hash);
    } catch (thrown) {
      const failure = writeFailure(path, thrown);
      if (failure.code !== 'DISK_FULL') broken = failure;
      throw failure;
    }
  }

  function* verified(): Generator<StepRow> {
    const stored = database.prepare<[], StoredRow>('select seq, kind, payload, hash from journal order by seq');
    const known = head.read();
    let previous = chainStart;
    let expected = 0;
    for (const row of stored.iterate()) {
      expected += 1;
      const right = row.seq === expected && row.hash === seal.chain(previous, row.seq, row.kind, row.payload);
      if (!right) throw corruptJournal(path, `row ${expected} is not what was written, or its key is another one`);
      if (known?.seq === expected && known.hash !== row.hash)
        throw corruptJournal(path, `row ${expected} is not the one that was written last`);
      previous = row.hash;
      yield unsealed(readStoredRow(row, blobs, path));
    }
    if (known !== undefined && expected < known.seq)
      throw corruptJournal(path, `it has ${expected} rows, and ${known.seq} were written`);
  }

  function unsealed(row: StepRow): StepRow {
    try {
      return openRow(row, seal);
    } catch (thrown) {
      throw corruptJournal(path, `what is sealed in row ${row.seq} was changed, or its key is another one`, thrown);
    }
  }

  return {
    load() {
      try {
        return [...verified()];
      } catch (thrown) {
        throw readFailure(path, thrown);
      }
    },
    append(row: NewStepRow, shown?: NewStepRow) {
      const numbered = row as StepRow;
      numbered.seq = seq + 1;
      const payload = writeStoredRow(shown === undefined ? numbered : sealRow(numbered, shown, seal), blobs);
      const rowHash = seal.chain(hash, numbered.seq, numbered.kind, payload);
      pending.push({ seq: numbered.seq, kind: numbered.kind, payload, hash: rowHash });
      seq = numbered.seq;
      hash = rowHash;
      return numbered;
    },
    flush,
    close() {
      if (!database.open) return;
      try {
        if (broken === undefined) flush();
      } finally {
        head.close();
        database.close();
      }
    },
  };
}

/** A journal whose key is lost is not begun anew with another one: what it says could not be believed. */
function keyBeside(path: string, anew: boolean): Uint8Array {
  const keyPath = `${path}.key`;
  if (!anew && !existsSync(keyPath)) throw corruptJournal(path, `its key file ${keyPath} is missing`);
  return readJournalKey(keyPath);
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path, { timeout: 5000 });
  return orClose(database, path, () => {
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.exec(schema);
    return database;
  });
}

function orClose<Result>(database: Database.Database, path: string, prepare: () => Result): Result {
  try {
    return prepare();
  } catch (thrown) {
    database.close();
    throw readFailure(path, thrown);
  }
}

function claimFor(database: Database.Database, path: string, runId: string | undefined): void {
  const owner = database.prepare<[], { run_id: string }>('select run_id from journal_run').get()?.run_id;
  if (runId === undefined || owner === runId) return;
  if (owner !== undefined) {
    throw new AppError('JOURNAL_MISMATCH', `The journal ${path} belongs to the run ${owner}, not to ${runId}.`, {
      details: { path, owner, runId },
    });
  }
  database.prepare('insert into journal_run (id, run_id) values (1, ?)').run(runId);
}

/** What SQLite says of a damaged file depends on where the damage is. */
const damage = /^SQLITE_(NOTADB|CORRUPT|FORMAT|SCHEMA|ERROR|CONSTRAINT|MISMATCH|READONLY_RECOVERY|IOERR_SHORT_READ)/;

function readFailure(path: string, thrown: unknown): AppError {
  const { code } = thrown as { code?: unknown };
  if (thrown instanceof AppError) return thrown;
  if (typeof code === 'string' && damage.test(code)) return corruptJournal(path, 'it is no journal', thrown);
  // Damaged text, or a number too large for a seq.
  if (thrown instanceof RangeError || thrown instanceof TypeError) return corruptJournal(path, thrown.message, thrown);
  return writeFailure(path, thrown);
}

function writeFailure(path: string, thrown: unknown): AppError {
  const { code = '' } = thrown as { code?: string };
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new AppError(
      'DISK_FULL',
      `The journal ${path} cannot be written: the disk is full. Free some space and resume the run.`,
      { retryable: true, cause: thrown },
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return new AppError(
      'INTERNAL',
      `The journal ${path} cannot be written: the disk reports an error (${code}). Nothing more is done. Check the disk, then resume the run.`,
      { cause: thrown },
    );
  }
  return asAppError(thrown);
}

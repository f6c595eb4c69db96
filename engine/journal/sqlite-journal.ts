import { asAppError, AppError, type StepRow } from '@casare/shared';
import Database from 'better-sqlite3';
import { type BlobFiles, createBlobFiles, largestInline } from './blob-files.ts';
import type { Journal, NewStepRow } from './journal.ts';
import { chainHash, chainStart, corruptJournal } from './row-chain.ts';

interface StoredRow {
  seq: number;
  kind: string;
  payload: string;
  hash: string;
}

/** In a stored row: the output stands in a blob file. Not a name of StepRow, so no row can hold it by itself. */
const blobKey = 'outputBlob';

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
export function openSqliteJournal(file: string | { path: string; runId: string }): Journal {
  const { path, runId } = typeof file === 'string' ? { path: file, runId: undefined } : file;
  const database = openDatabase(path);
  try {
    claimFor(database, path, runId);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  const blobs = blobsOf(path);
  const insert = database.prepare<[number, string, string, string]>(
    'insert into journal (seq, kind, payload, hash) values (?, ?, ?, ?)',
  );
  const pending: StoredRow[] = [];
  const writePending = database.transaction(() => {
    for (const { seq, kind, payload, hash } of pending) insert.run(seq, kind, payload, hash);
  });
  const last = database
    .prepare<[], { seq: number; hash: string }>('select seq, hash from journal order by seq desc limit 1')
    .get();
  let seq = last?.seq ?? 0;
  let hash = last?.hash ?? chainStart;

  function flush(): void {
    if (pending.length === 0) return;
    try {
      writePending();
    } catch (thrown) {
      throw writeFailure(path, thrown);
    }
    pending.length = 0;
  }

  return {
    load() {
      const stored = database.prepare<[], StoredRow>('select seq, kind, payload, hash from journal order by seq');
      let previous = chainStart;
      let expected = 0;
      const rows: StepRow[] = [];
      for (const row of stored.iterate()) {
        expected += 1;
        const right = row.seq === expected && row.hash === chainHash(previous, row.seq, row.kind, row.payload);
        if (!right) throw corruptJournal(path, `row ${expected} is not what was written`);
        previous = row.hash;
        rows.push(readStoredRow(row, blobs, path));
      }
      return rows;
    },
    append(row: NewStepRow) {
      const numbered = row as StepRow;
      numbered.seq = seq + 1;
      const payload = textOf(numbered);
      const rowHash = chainHash(hash, numbered.seq, numbered.kind, payload);
      pending.push({ seq: numbered.seq, kind: numbered.kind, payload, hash: rowHash });
      seq = numbered.seq;
      hash = rowHash;
      return numbered;
    },
    flush,
    close() {
      if (!database.open) return;
      try {
        flush();
      } finally {
        database.close();
      }
    },
  };

  function textOf(row: StepRow): string {
    if (row.output === undefined || typeof row.output === 'number' || typeof row.output === 'boolean') {
      return JSON.stringify(row);
    }
    const output = JSON.stringify(row.output);
    if (output.length <= largestInline) return JSON.stringify(row);
    const { output: _, ...rest } = row;
    return JSON.stringify({ ...rest, [blobKey]: blobs.write(output) });
  }
}

/** A row as it was appended, its output read back from the blob file where it stands in one. */
export function readStoredRow(
  { seq, payload }: Pick<StoredRow, 'seq' | 'payload'>,
  blobs: BlobFiles,
  path: string,
): StepRow {
  try {
    const { [blobKey]: blob, ...row } = JSON.parse(payload) as StepRow & { [blobKey]?: string };
    return blob === undefined ? row : { ...row, output: JSON.parse(blobs.read(blob)) as StepRow['output'] };
  } catch (thrown) {
    throw corruptJournal(path, `row ${seq} cannot be read`, thrown);
  }
}

/** Where the large outputs of a journal lie. */
export function blobsOf(path: string): BlobFiles {
  return createBlobFiles(`${path}.outputs`);
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path, { timeout: 5000 });
  try {
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.exec(schema);
    return database;
  } catch (thrown) {
    database.close();
    const { code } = thrown as { code?: string };
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') throw corruptJournal(path, 'it is no journal', thrown);
    throw writeFailure(path, thrown);
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

function writeFailure(path: string, thrown: unknown): AppError {
  const { code } = thrown as { code?: string };
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE') {
    return new AppError(
      'DISK_FULL',
      `The journal ${path} cannot be written: the disk is full. Free some space and resume the run.`,
      {
        retryable: true,
        cause: thrown,
      },
    );
  }
  return asAppError(thrown);
}

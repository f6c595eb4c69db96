import type { StepRow } from '@casare/shared';
import Database from 'better-sqlite3';
import { blobsOf, readStoredRow } from './stored-row.ts';

/** Reads a SQLite journal while another connection or process writes it. */
export interface JournalReader {
  /** Durable rows after `seq`, at most `limit`, in order. */
  after(seq: number, limit: number): StepRow[];
  /** The newest finished row of a step. */
  finished(path: string): StepRow | undefined;
  close(): void;
}

/** For a journal that exists; the chain is verified by whoever resumes from it, not here. */
export function openJournalReader(path: string): JournalReader {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  const blobs = blobsOf(path);
  type Row = { seq: number; payload: string };
  const page = database.prepare<[number, number], Row>(
    'select seq, payload from journal where seq > ? order by seq limit ?',
  );
  const newest = database.prepare<[string], Row>(
    `select seq, payload from journal where kind = 'finished' and payload ->> 'path' = ? order by seq desc limit 1`,
  );
  return {
    after: (seq, limit) => page.all(seq, limit).map((row) => readStoredRow(row, blobs, path)),
    finished(stepPath) {
      const row = newest.get(stepPath);
      return row && readStoredRow(row, blobs, path);
    },
    close: () => void database.close(),
  };
}

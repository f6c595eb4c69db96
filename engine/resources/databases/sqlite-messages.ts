import type { RowBatch, StatementResult } from '../databases.ts';

export type SqliteOrder =
  | { op: 'open'; file: string }
  | { op: 'run'; sql: string; values: readonly unknown[] }
  | { op: 'read'; sql: string; values: readonly unknown[] }
  | { op: 'next'; batchRows: number }
  | { op: 'stop' };

export interface SqliteAnswer {
  result?: StatementResult;
  batch?: RowBatch;
  error?: { message: string; code: string };
}

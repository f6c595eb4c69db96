export type DatabaseKind = 'postgres' | 'mysql' | 'sqlite';

export interface ServerTarget {
  kind: 'postgres' | 'mysql';
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** `require` encrypts without asking who answers; `verify` also checks the certificate and its name. */
  tls: 'off' | 'require' | 'verify';
  /** Certificate of the authority that signed the server's, as PEM text; empty: those of the machine. */
  ca: string;
}

export interface SqliteTarget {
  kind: 'sqlite';
  /** Absolute path that `ctx.files` has checked. */
  file: string;
}

export type DatabaseTarget = ServerTarget | SqliteTarget;

/** Values as JSON holds them: dates as ISO text, bytes as base64, numbers that JavaScript cannot hold exactly as text. */
export interface RowBatch {
  columns: string[];
  rows: unknown[][];
}

export interface StatementResult extends RowBatch {
  /** Rows a change has touched. */
  affected: number;
  /** The key the database gave to the last new row, where it says so. */
  lastId: number | string | null;
}

/** One connection, lent to one step. Values reach the server apart from the statement, never inside it. */
export interface DatabaseSession {
  readonly kind: DatabaseKind;
  run(sql: string, values: readonly unknown[]): Promise<StatementResult>;
  /** Rows in batches, so that a large result never stands in memory as a whole. */
  read(sql: string, values: readonly unknown[], batchRows: number): AsyncIterable<RowBatch>;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface UseDatabase {
  signal: AbortSignal;
  /** Time for all that `work` does; then the statement is stopped on the server. */
  timeoutMs: number;
  /** Who asks, for the message of somebody who waits for a connection. */
  holder: string;
  /** False: when the connection breaks on the way nobody knows whether the work was done, so trying again is no cure. */
  repeatable: boolean;
}

/** The databases of one run. Connections are kept for the next step and closed with the run. */
export interface DatabaseAccess {
  /** Lends a connection to `work`. What it left open (a transaction) is taken back afterwards. */
  use<Result>(
    target: DatabaseTarget,
    options: UseDatabase,
    work: (session: DatabaseSession) => Promise<Result>,
  ): Promise<Result>;
  /** Closes the idle connections to this database; gives how many there were. */
  disconnect(target: DatabaseTarget): Promise<number>;
}

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RowBatch, SqliteTarget } from '../databases.ts';
import type { DatabaseConnection } from './connection.ts';
import type { SqliteAnswer, SqliteOrder } from './sqlite-messages.ts';

export interface SqliteProgram {
  /** File of sqlite-child, where the engine was bundled into one file. */
  program?: string;
  /** The Node that runs it. Default: the one of this process. */
  runtime?: string;
}

class SqliteError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export async function openSqlite(
  target: SqliteTarget,
  { program = fileURLToPath(new URL('./sqlite-child.ts', import.meta.url)), runtime }: SqliteProgram = {},
): Promise<DatabaseConnection> {
  const child = fork(program, [], {
    execPath: runtime ?? process.execPath,
    execArgv: [],
    env: runtime !== undefined || process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  let isAlive = true;
  let inTransaction = false;
  let waiting: { resolve(answer: SqliteAnswer): void; reject(error: Error): void } | undefined;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      isAlive = false;
      waiting?.reject(new SqliteError('the statement was stopped', 'SQLITE_INTERRUPT'));
      waiting = undefined;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  child.on('message', (answer: SqliteAnswer) => {
    const asked = waiting;
    waiting = undefined;
    if (answer.error) asked?.reject(new SqliteError(answer.error.message, answer.error.code));
    else asked?.resolve(answer);
  });

  function ask(order: SqliteOrder): Promise<SqliteAnswer> {
    return new Promise((resolve, reject) => {
      if (!isAlive) return reject(new SqliteError('the file was closed', 'SQLITE_INTERRUPT'));
      waiting = { resolve, reject };
      child.send(order, (error) => error && reject(new SqliteError('the file was closed', 'SQLITE_INTERRUPT')));
    });
  }

  async function run(sql: string, values: readonly unknown[]) {
    const { result } = await ask({ op: 'run', sql, values });
    if (!result) throw new SqliteError('the file gave no answer', 'SQLITE_ERROR');
    return result;
  }

  async function* read(sql: string, values: readonly unknown[], batchRows: number): AsyncGenerator<RowBatch, void> {
    await ask({ op: 'read', sql, values });
    try {
      for (let count = batchRows; count === batchRows; ) {
        const { batch } = await ask({ op: 'next', batchRows });
        if (!batch) return;
        count = batch.rows.length;
        yield batch;
      }
    } finally {
      if (isAlive) await ask({ op: 'stop' });
    }
  }

  async function stop() {
    isAlive = false;
    child.kill('SIGKILL');
    await exited;
  }

  try {
    await ask({ op: 'open', file: target.file });
  } catch (error) {
    await stop();
    throw error;
  }
  // An idle file must not keep the program from ending.
  child.unref();
  child.channel?.unref();
  return {
    kind: 'sqlite',
    get isAlive() {
      return isAlive;
    },
    get inTransaction() {
      return inTransaction;
    },
    run: (sql, values) => busy(run(sql, values)),
    read,
    async begin() {
      await busy(run('begin immediate', []));
      inTransaction = true;
    },
    async commit() {
      await busy(run('commit', []));
      inTransaction = false;
    },
    async rollback() {
      await busy(run('rollback', []));
      inTransaction = false;
    },
    cancel: stop,
    end: stop,
    destroy: () => void stop(),
  };

  async function busy<Result>(work: Promise<Result>): Promise<Result> {
    child.channel?.ref();
    try {
      return await work;
    } finally {
      child.channel?.unref();
    }
  }
}

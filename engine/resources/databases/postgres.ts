import type { Client, ClientConfig, QueryArrayConfig, QueryArrayResult } from 'pg';
import type { RowBatch, ServerTarget, StatementResult } from '../databases.ts';
import type { HttpPolicy } from '../http-access.ts';
import type { DatabaseConnection } from './connection.ts';
import { distinctNames } from './json-values.ts';
import { postgresParser } from './postgres-types.ts';
import { reachServer, tlsOptions } from './reach-server.ts';
import { isPlainSelect } from './sql-text.ts';

const connectMs = 15_000;

export async function openPostgres(target: ServerTarget, policy: HttpPolicy): Promise<DatabaseConnection> {
  const { default: pg } = await import('pg');
  const stream = await reachServer(target, policy);
  const config: ClientConfig = {
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    ssl: tlsOptions(target) ?? false,
    stream,
    connectionTimeoutMillis: connectMs,
    application_name: 'CasareRPA',
    keepAlive: true,
    types: { getTypeParser: postgresParser as never },
  };
  const connect = async (): Promise<Client> => {
    const made = new pg.Client(config);
    // Without a listener the end of the server's side would end this process.
    made.on('error', () => undefined);
    await made.connect();
    return made;
  };
  return createSession(await connect(), connect);
}

function createSession(client: Client, connect: () => Promise<Client>): DatabaseConnection {
  let isAlive = true;
  let inTransaction = false;
  const gone = () => {
    isAlive = false;
  };
  client.on('error', gone);
  client.on('end', gone);
  const processId = (client as Client & { processID: number }).processID;

  async function run(sql: string, values: readonly unknown[]): Promise<StatementResult> {
    // The extended protocol takes exactly one statement, so nothing can hide behind a semicolon.
    const query = { text: sql, values: [...values], rowMode: 'array', queryMode: 'extended' } as QueryArrayConfig;
    const { fields, rows, rowCount, command }: QueryArrayResult = await client.query(query);
    const first = command === 'INSERT' ? rows[0]?.[0] : undefined;
    return {
      columns: distinctNames(fields.map(({ name }) => name)),
      rows,
      affected: command === 'SELECT' ? 0 : (rowCount ?? 0),
      lastId: typeof first === 'number' || typeof first === 'string' ? first : null,
    };
  }

  async function simple(sql: string) {
    await client.query(sql);
  }

  async function* read(sql: string, values: readonly unknown[], batchRows: number): AsyncGenerator<RowBatch, void> {
    if (!isPlainSelect(sql, 'postgres')) {
      const { columns, rows } = await run(sql, values);
      yield { columns, rows };
      return;
    }
    const own = !inTransaction;
    if (own) await simple('begin');
    let isDone = false;
    try {
      await run(`declare casare_rows no scroll cursor for ${sql.replace(/[;\s]+$/, '')}`, values);
      for (let count = batchRows; count === batchRows; ) {
        const { columns, rows } = await run(`fetch ${batchRows} from casare_rows`, []);
        count = rows.length;
        yield { columns, rows };
      }
      isDone = true;
    } finally {
      if (isAlive) {
        if (own) await simple(isDone ? 'commit' : 'rollback');
        else if (isDone) await simple('close casare_rows');
      }
    }
  }

  return {
    kind: 'postgres',
    get isAlive() {
      return isAlive;
    },
    get inTransaction() {
      return inTransaction;
    },
    run,
    read,
    async begin() {
      await simple('begin');
      inTransaction = true;
    },
    async commit() {
      await simple('commit');
      inTransaction = false;
    },
    async rollback() {
      await simple('rollback');
      inTransaction = false;
    },
    async cancel() {
      const other = await connect();
      try {
        await other.query('select pg_cancel_backend($1)', [processId]);
      } finally {
        await other.end();
      }
    },
    async end() {
      isAlive = false;
      await client.end();
    },
    destroy() {
      isAlive = false;
      (client as Client & { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    },
  };
}

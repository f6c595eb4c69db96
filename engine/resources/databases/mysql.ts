import type { Connection, ConnectionOptions, FieldPacket, ResultSetHeader } from 'mysql2';
import { once } from 'node:events';
import type { RowBatch, ServerTarget, StatementResult } from '../databases.ts';
import type { HttpPolicy } from '../http-access.ts';
import type { DatabaseConnection } from './connection.ts';
import { base64, distinctNames, exactNumber, finiteNumber, isoTime } from './json-values.ts';
import { reachServer, tlsOptions } from './reach-server.ts';

const connectMs = 15_000;
/** Numbers of the column types whose values need a change. */
const types = { decimal: [0, 246], time: [12], timestamp: [7], bits: [16] };

export async function openMysql(target: ServerTarget, policy: HttpPolicy): Promise<DatabaseConnection> {
  const { createConnection } = await import('mysql2');
  const socket = await reachServer(target, policy);
  const ssl = tlsOptions(target);
  const options: ConnectionOptions = {
    host: target.host,
    port: target.port,
    database: target.database || undefined,
    user: target.user,
    password: target.password,
    stream: () => socket().connect(target.port, target.host),
    connectTimeout: connectMs,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    multipleStatements: false,
    // A server must not ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    ...(ssl ? { ssl } : {}),
  };
  const connect = async (): Promise<Connection> => {
    const made = createConnection(options);
    const failed = new Promise<never>((_resolve, reject) => made.once('error', reject));
    // Without a listener a broken line would end this process.
    made.on('error', () => undefined);
    await Promise.race([
      new Promise<void>((resolve, reject) => made.connect((error) => (error ? reject(error) : resolve()))),
      failed,
    ]);
    return made;
  };
  const connection = await connect();
  const session = createSession(connection, connect);
  await session.run("set time_zone = '+00:00'", []);
  return session;
}

function createSession(connection: Connection, connect: () => Promise<Connection>): DatabaseConnection {
  let isAlive = true;
  let inTransaction = false;
  const gone = () => {
    isAlive = false;
  };
  connection.on('error', gone);
  connection.on('end', gone);

  /** Statements with values are prepared on the server; the few that cannot be prepared have none. */
  function send(sql: string, values: readonly unknown[]) {
    return values.length === 0
      ? connection.query({ sql, rowsAsArray: true })
      : connection.execute({ sql, rowsAsArray: true, values: values.map(toMysql) } as never);
  }

  function run(sql: string, values: readonly unknown[]): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, result: unknown, fields: unknown) => {
        if (error) reject(error);
        else resolve(resultOf(result, fields as FieldPacket[] | undefined));
      };
      if (values.length === 0) connection.query({ sql, rowsAsArray: true }, done as never);
      else connection.execute({ sql, rowsAsArray: true }, values.map(toMysql) as never, done as never);
    });
  }

  async function* read(sql: string, values: readonly unknown[], batchRows: number): AsyncGenerator<RowBatch, void> {
    const stream = (send(sql, values) as ReturnType<Connection['query']>).stream({ highWaterMark: batchRows });
    // The driver tells the connection of a broken line, and leaves the stream waiting.
    const onBreak = (error: Error) => void stream.destroy(error);
    connection.on('error', onBreak);
    let fields: FieldPacket[] | undefined;
    stream.on('fields', (found: FieldPacket[] | undefined) => (fields ??= found));
    let isDone = false;
    try {
      let rows: unknown[][] = [];
      let sent = false;
      for await (const row of stream as AsyncIterable<unknown>) {
        if (!Array.isArray(row)) continue;
        rows.push(row.map((value, i) => toJson(value, fields?.[i])));
        if (rows.length < batchRows) continue;
        yield { columns: namesOf(fields), rows };
        sent = true;
        rows = [];
      }
      if (rows.length > 0 || !sent) yield { columns: namesOf(fields), rows };
      isDone = true;
    } finally {
      connection.off('error', onBreak);
      // What is left of the rows would have to be read to the end before the next statement.
      if (!isDone) {
        isAlive = false;
        connection.destroy();
      }
    }
  }

  async function simple(sql: string) {
    await run(sql, []);
  }

  return {
    kind: 'mysql',
    get isAlive() {
      return isAlive;
    },
    get inTransaction() {
      return inTransaction;
    },
    run,
    read,
    async begin() {
      await simple('start transaction');
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
        await new Promise<void>((resolve, reject) =>
          other.query(`kill query ${Number(connection.threadId)}`, (error) => (error ? reject(error) : resolve())),
        );
      } finally {
        other.destroy();
      }
    },
    async end() {
      isAlive = false;
      connection.end();
      await once(connection, 'end');
    },
    destroy() {
      isAlive = false;
      connection.destroy();
    },
  };
}

function resultOf(result: unknown, fields: FieldPacket[] | undefined): StatementResult {
  if (!Array.isArray(result)) {
    const { affectedRows, insertId } = result as ResultSetHeader;
    return { columns: [], rows: [], affected: affectedRows, lastId: insertId === 0 ? null : insertId };
  }
  // A procedure gives several results and then how it ended; the first table is what it says.
  const isList = Array.isArray(fields?.[0]) || (fields as unknown[] | undefined)?.at(-1) === undefined;
  const own =
    isList && Array.isArray((fields as unknown[] | undefined)?.[0])
      ? (fields?.[0] as unknown as FieldPacket[])
      : fields;
  const rows = (isList && own !== fields ? (result[0] as unknown[][]) : result) as unknown[][];
  return {
    columns: namesOf(own),
    rows: rows.map((row) => row.map((value, i) => toJson(value, own?.[i]))),
    affected: 0,
    lastId: null,
  };
}

function namesOf(fields: FieldPacket[] | undefined): string[] {
  return distinctNames((fields ?? []).map(({ name }) => name));
}

function toJson(value: unknown, field: FieldPacket | undefined): unknown {
  const type = field?.columnType ?? field?.type ?? -1;
  if (value instanceof Uint8Array) {
    return types.bits.includes(type) ? Number(`0x${Buffer.from(value).toString('hex') || '0'}`) : base64(value);
  }
  if (typeof value === 'number') return finiteNumber(value);
  if (typeof value !== 'string') return value;
  if (types.decimal.includes(type)) return exactNumber(value);
  if (types.time.includes(type)) return isoTime(value);
  // The session's zone is UTC, and timestamps are given in it.
  if (types.timestamp.includes(type)) return isoTime(value, 'Z');
  return value;
}

function toMysql(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  // As text a whole number stays one; the driver would send it as floating point, which LIMIT refuses.
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value))
    return value.slice(0, -1).replace('T', ' ');
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}

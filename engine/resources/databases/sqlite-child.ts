import type Database from 'better-sqlite3';
import type { RowBatch, StatementResult } from '../databases.ts';
import { base64, distinctNames, exactInteger, finiteNumber } from './json-values.ts';
import type { SqliteAnswer, SqliteOrder } from './sqlite-messages.ts';

// The process that holds one SQLite file open. A statement that takes too long cannot be stopped from within, so the parent ends
// the process; SQLite then takes back whatever was not committed.

const { default: Sqlite } = await import('better-sqlite3');
let db: Database.Database | undefined;
let reading: { columns: string[]; rows: IterableIterator<unknown> } | undefined;

function prepare(sql: string): Database.Statement<unknown[]> {
  if (!db) throw new Error('The file is not open.');
  return db.prepare<unknown[]>(sql).safeIntegers(true);
}

function run(sql: string, values: readonly unknown[]): StatementResult {
  const statement = prepare(sql);
  const bound = values.map(toSqlite);
  if (statement.reader) {
    const rows = statement.raw(true).all(...bound) as unknown[][];
    const affected = statement.readonly ? 0 : rows.length;
    const first = statement.readonly ? null : toJson(rows[0]?.[0]);
    const lastId = typeof first === 'number' || typeof first === 'string' ? first : null;
    return { columns: columnsOf(statement), rows: rows.map((row) => row.map(toJson)), affected, lastId };
  }
  const { changes, lastInsertRowid } = statement.run(...bound);
  // Changes and keys are those of the last insert, also after statements of another kind.
  const isInsert = /^\s*(insert|replace|with)\b/i.test(sql);
  const changed = /^\s*(insert|replace|update|delete|with)\b/i.test(sql) ? Number(changes) : 0;
  const lastId = isInsert && changed > 0 ? exactInteger(BigInt(lastInsertRowid)) : null;
  return { columns: [], rows: [], affected: changed, lastId };
}

function columnsOf(statement: Database.Statement<unknown[]>): string[] {
  return distinctNames(statement.columns().map(({ name }) => name));
}

function next(batchRows: number): RowBatch {
  if (!reading) return { columns: [], rows: [] };
  const rows: unknown[][] = [];
  while (rows.length < batchRows) {
    const step = reading.rows.next();
    if (step.done) break;
    rows.push((step.value as unknown[]).map(toJson));
  }
  return { columns: reading.columns, rows };
}

function obey(order: SqliteOrder): SqliteAnswer {
  switch (order.op) {
    case 'open':
      db = new Sqlite(order.file, { timeout: 5000 });
      db.pragma('foreign_keys = on');
      return {};
    case 'run':
      return { result: run(order.sql, order.values) };
    case 'read': {
      const statement = prepare(order.sql);
      if (!statement.reader) {
        run(order.sql, order.values);
        reading = { columns: [], rows: [][Symbol.iterator]() };
      } else {
        reading = {
          columns: columnsOf(statement),
          rows: statement.raw(true).iterate(...order.values.map(toSqlite)),
        };
      }
      return {};
    }
    case 'next':
      return { batch: next(order.batchRows) };
    case 'stop':
      reading?.rows.return?.();
      reading = undefined;
      return {};
  }
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return exactInteger(value);
  if (typeof value === 'number') return finiteNumber(value);
  return value instanceof Uint8Array ? base64(value) : (value ?? null);
}

function toSqlite(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}

process.on('message', (order: SqliteOrder) => {
  let answer: SqliteAnswer;
  try {
    answer = obey(order);
  } catch (thrown) {
    const { message = '', code = '' } = thrown as { message?: string; code?: string };
    answer = { error: { message, code } };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));

import { AppError } from '@casare/shared';
import type { DatabaseTarget } from '../databases.ts';

interface DriverError {
  message?: string;
  code?: string | number;
  errno?: number;
  sqlState?: string;
  sqlMessage?: string;
  severity?: string;
  detail?: string;
  table?: string;
  column?: string;
  constraint?: string;
}

/** What a constraint refused, by SQLSTATE, MySQL number or SQLite code. */
const violations: Readonly<Record<string, string>> = {
  '23505': 'unique',
  '23503': 'foreignKey',
  '23502': 'notNull',
  '23514': 'check',
  '23P01': 'exclusion',
  '1062': 'unique',
  '1169': 'unique',
  '1451': 'foreignKey',
  '1452': 'foreignKey',
  '1048': 'notNull',
  '1364': 'notNull',
  '3819': 'check',
  '4025': 'check',
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  SQLITE_CONSTRAINT_ROWID: 'unique',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'foreignKey',
  SQLITE_CONSTRAINT_NOTNULL: 'notNull',
  SQLITE_CONSTRAINT_CHECK: 'check',
};

/** Another try of the same can end well: lost a race for a lock, or the server has no room now. */
const passing = new Set([
  '40001',
  '40P01',
  '55P03',
  '1205',
  '1213',
  '1020',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_LOCKED',
]);

/** No server, a server that goes down or is full, or a line that broke. */
const unreachable =
  /^(08\w{3}|57P0[123]|53300|E(CONNREFUSED|CONNRESET|PIPE|HOSTUNREACH|NETUNREACH|TIMEDOUT|AI_AGAIN|NOTFOUND|ADDRNOTAVAIL)|ENOTFOUND|EAI_AGAIN|PROTOCOL_CONNECTION_LOST|ER_CON_COUNT_ERROR|ER_SERVER_SHUTDOWN|1040|1053|1927|1129)$/;

export function isUnreachable(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'DATABASE_UNREACHABLE';
  const { code, errno, message = '' } = (thrown ?? {}) as DriverError;
  return (
    unreachable.test(String(code ?? '')) ||
    unreachable.test(String(errno ?? '')) ||
    /connection terminated|connection timeout|timeout expired|connection is in closed state|new command after connection closed|can't add new command|client has encountered a connection error|server closed the connection|Connection lost/i.test(
      message,
    )
  );
}

export function placeOf(target: DatabaseTarget): string {
  if (target.kind === 'sqlite') return `the SQLite file "${target.file.split(/[\\/]/).at(-1)}"`;
  return withoutPassword(`the database "${target.database}" at ${target.host}:${target.port}`, target);
}

/** What a driver threw, in the product's words and without the password. */
export function databaseError(thrown: unknown, target: DatabaseTarget): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = (thrown ?? {}) as DriverError;
  const said = withoutPassword(error.sqlMessage ?? error.message ?? String(thrown), target).slice(0, 2000);
  if (isUnreachable(thrown)) {
    return new AppError(
      'DATABASE_UNREACHABLE',
      `There is no connection to ${placeOf(target)}: ${said || String(error.code)}. Check that the server runs and can be reached from here.`,
      { retryable: true, details: { ...(error.code === undefined ? {} : { driverCode: String(error.code) }) } },
    );
  }
  const sqlState = error.sqlState ?? (/^[0-9A-Z]{5}$/.test(String(error.code)) ? String(error.code) : undefined);
  const codes = [error.code, error.errno, sqlState].map(String);
  const violation = codes.map((code) => violations[code]).find(Boolean);
  const details = {
    ...(sqlState === undefined ? {} : { sqlState }),
    ...(error.code === undefined ? {} : { driverCode: String(error.code) }),
    ...(violation === undefined ? {} : { violation }),
    ...(error.table ? { table: error.table } : {}),
    ...(error.column ? { column: error.column } : {}),
    ...(error.constraint ? { constraint: error.constraint } : {}),
  };
  const detail = error.detail ? ` (${withoutPassword(error.detail, target).slice(0, 500)})` : '';
  return new AppError('DATABASE_FAILED', `${capital(placeOf(target))} refused the statement: ${said}${detail}.`, {
    retryable: codes.some((code) => passing.has(code)),
    details,
  });
}

function withoutPassword(text: string, target: DatabaseTarget): string {
  // A password of one or two characters would be found in every text.
  if (target.kind === 'sqlite' || target.password.length < 3) return text;
  return text.replaceAll(target.password, '•••').replaceAll(encodeURIComponent(target.password), '•••');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

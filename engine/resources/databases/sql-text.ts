import { AppError } from '@casare/shared';
import type { DatabaseKind } from '../databases.ts';

interface Piece {
  kind: 'text' | 'name' | 'identifier';
  text: string;
}

/** What is not code and may hold a colon or a keyword: texts, quoted names, comments, casts. */
function skipAt(sql: string, at: number, kind: DatabaseKind): number {
  const rest = sql.slice(at);
  const two = rest.slice(0, 2);
  if (two === '--' || (rest[0] === '#' && kind === 'mysql')) return at + (/^[^\n]*\n?/.exec(rest)?.[0].length ?? 0);
  if (two === '/*') return endOf(sql, '*/', at + 2);
  if (two === '::') return at + 2;
  if (rest[0] === "'" || rest[0] === '"' || rest[0] === '`') return endOfQuote(sql, at, rest[0], kind);
  if (rest[0] === '[' && kind === 'sqlite') return endOf(sql, ']', at + 1);
  const dollar = kind === 'postgres' && /^\$(?:[A-Za-z_]\w*)?\$/.exec(rest);
  if (dollar && !/[\w$]/.test(sql[at - 1] ?? '')) return endOf(sql, dollar[0], at + dollar[0].length);
  return at;
}

function endOf(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found === -1 ? sql.length : found + mark.length;
}

function endOfQuote(sql: string, at: number, quote: string, kind: DatabaseKind): number {
  const escapes =
    quote !== '`' && (kind === 'mysql' || (quote === "'" && /(^|[^\w])[eE]$/.test(sql.slice(Math.max(0, at - 2), at))));
  for (let i = at + 1; i < sql.length; i++) {
    if (escapes && sql[i] === '\\') i++;
    else if (sql[i] === quote) {
      if (sql[i + 1] === quote) i++;
      else return i + 1;
    }
  }
  return sql.length;
}

/** The statement cut at `:name` (a value) and `:"name"` (a table or column). */
function cut(sql: string, kind: DatabaseKind): Piece[] {
  const pieces: Piece[] = [];
  let textFrom = 0;
  const push = (piece: Piece, from: number, to: number) => {
    if (from > textFrom) pieces.push({ kind: 'text', text: sql.slice(textFrom, from) });
    pieces.push(piece);
    textFrom = to;
  };
  for (let at = 0; at < sql.length; ) {
    const next = skipAt(sql, at, kind);
    if (next > at) {
      at = next;
      continue;
    }
    const named = sql[at] === ':' ? /^:(?:([A-Za-z_]\w*)|"([A-Za-z_]\w*)")/.exec(sql.slice(at, at + 210)) : null;
    if (named) {
      const end = at + named[0].length;
      push(
        named[1] === undefined ? { kind: 'identifier', text: named[2] ?? '' } : { kind: 'name', text: named[1] },
        at,
        end,
      );
      at = end;
    } else at++;
  }
  if (textFrom < sql.length) pieces.push({ kind: 'text', text: sql.slice(textFrom) });
  return pieces;
}

export interface BoundStatement {
  sql: string;
  values: unknown[];
}

/** Puts the server's own marks where `:name` stood. A list of values fits marks that stand there already (`$1` or `?`). */
export function bindParameters(sql: string, parameters: unknown, kind: DatabaseKind): BoundStatement {
  if (Array.isArray(parameters)) return { sql, values: parameters };
  const given = (parameters ?? {}) as Record<string, unknown>;
  const values: unknown[] = [];
  const marks = new Map<string, string>();
  const parts = cut(sql, kind).map((piece) => {
    if (piece.kind === 'text') return piece.text;
    const value = Object.hasOwn(given, piece.text) ? given[piece.text] : missing(piece.text, given);
    if (piece.kind === 'identifier') return quoteName(identifierOf(piece.text, value), kind);
    const known = kind === 'postgres' ? marks.get(piece.text) : undefined;
    if (known) return known;
    values.push(value ?? null);
    const mark = kind === 'postgres' ? `$${values.length}` : '?';
    marks.set(piece.text, mark);
    return mark;
  });
  return { sql: parts.join(''), values };
}

function missing(name: string, given: Record<string, unknown>): never {
  const known = Object.keys(given).join(', ') || 'none';
  throw new AppError(
    'PARAMS_INVALID',
    `The statement uses :${name}, but there is no such value. Values given: ${known}.`,
  );
}

function identifierOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new AppError('PARAMS_INVALID', `:"${name}" stands for a table or column, so its value must be a name.`);
}

/** A name of a table or column, whatever characters it has. `sales.orders` names a table in a schema. */
export function quoteName(name: string, kind: DatabaseKind): string {
  if (name.includes('\0')) throw new AppError('PARAMS_INVALID', 'A name in a database cannot hold the character 0.');
  const mark = kind === 'mysql' ? '`' : '"';
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

export function quoteTable(schema: string, table: string, kind: DatabaseKind): string {
  return schema === '' ? quoteName(table, kind) : `${quoteName(schema, kind)}.${quoteName(table, kind)}`;
}

/** The words a statement begins with, comments left out, in lower case. */
function firstWords(sql: string, kind: DatabaseKind): string {
  let text = '';
  for (let at = 0; at < sql.length && text.length < 200; ) {
    const next = skipAt(sql, at, kind);
    if (next === at) text += sql[at++];
    else {
      // A quoted text is no keyword, and a comment may stand between two of them.
      text += ' ';
      // MariaDB and MySQL run what stands in /*! … */.
      if (kind === 'mysql' && /^\/\*M?!/.test(sql.slice(at, at + 4)))
        text += sql.slice(at, next).replace(/^\/\*M?!\d*|\*\/$/g, ' ');
      at = next;
    }
  }
  return text
    .replace(/[\s(;]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** Statements that a step must not send, each with what to do instead. */
export function checkStatement(sql: string, kind: DatabaseKind): void {
  const words = firstWords(sql, kind);
  if (words === '')
    throw new AppError('PARAMS_INVALID', 'There is no statement. Write one, e.g. select * from orders.');
  if (
    /^(begin|start transaction|commit|rollback|abort|savepoint|release|prepare transaction|end|xa)\b/.test(words) ||
    /^set (session |local |@@)?autocommit\b/.test(words)
  ) {
    throw new AppError(
      'PARAMS_INVALID',
      'A transaction cannot reach over several steps, because it would not survive a restart. Put its statements into one "Database transaction" step.',
    );
  }
  if (
    kind === 'sqlite' &&
    (/^(attach|detach)\b/.test(words) ||
      /^vacuum\b.*\binto\b/.test(words) ||
      /^pragma \w*\.?\s*(temp_store|data_store)_directory\b/.test(words))
  ) {
    throw new AppError(
      'FILE_ACCESS',
      'A statement must not open further files. Name the file in the step, where it is checked.',
    );
  }
}

/** Statements whose result a server can hand out piece by piece. */
export function isPlainSelect(sql: string, kind: DatabaseKind): boolean {
  const words = firstWords(sql, kind);
  if (/^(select|values|table)\b/.test(words)) return !/\binto\b/.test(sql.toLowerCase());
  return /^with\b/.test(words) && !/\b(insert|update|delete|merge|into)\b/i.test(sql);
}

/** MySQL ends a transaction when it sees one of these, without saying so. */
export function endsTransaction(sql: string, kind: DatabaseKind): boolean {
  return (
    kind === 'mysql' &&
    /^(create|alter|drop|truncate|rename|grant|revoke|analyze|optimize|lock|unlock|install|load index|cache index)\b/.test(
      firstWords(sql, kind).replace(/^(create|drop) temporary\b.*/, ''),
    )
  );
}

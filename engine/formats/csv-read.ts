import { AppError } from '@casare/shared';
import { freeName, nameColumns } from './column-names.ts';
import { detectDelimiter } from './csv-delimiter.ts';

export interface CsvOptions {
  delimiter: 'auto' | ',' | ';' | 'tab' | '|';
  hasHeader: boolean;
  typed: boolean;
  skipLines: number;
  maxRows: number;
  /** The file, for the details of an error. */
  path?: string;
}

export interface CsvTable {
  rows: Record<string, unknown>[];
  columns: string[];
  count: number;
  delimiter: string;
}

const partLength = 256 * 1024;

/** A text as a table. It goes through in parts, so that other work of the process is not held up by a large one. */
export async function readCsvText(
  text: string,
  what: string,
  options: CsvOptions,
  signal: AbortSignal,
): Promise<CsvTable> {
  const { delimiter, hasHeader, typed, skipLines, maxRows } = options;
  const sign = delimiter === 'auto' ? detectDelimiter(text.slice(0, 65_536)) : delimiter === 'tab' ? '\t' : delimiter;
  const { parse } = await import('csv-parse');
  const { Readable } = await import('node:stream');
  const parser = parse({
    delimiter: sign,
    from_line: skipLines + 1,
    to: maxRows + (hasHeader ? 1 : 0),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 16 * 1024 * 1024,
    bom: true,
  });
  const source = Readable.from(partsOf(text));
  source.on('error', () => undefined);
  parser.on('error', () => source.destroy());
  source.pipe(parser);
  let columns: string[] | undefined;
  const rows: Record<string, unknown>[] = [];
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (rows.length % 1000 === 0) signal.throwIfAborted();
      if (columns === undefined) {
        columns = nameColumns(hasHeader ? record : [], record.length);
        if (hasHeader) continue;
      }
      for (let i = columns.length; i < record.length; i++) columns.push(freeName(new Set(columns), `column${i + 1}`));
      rows.push(toRow(columns, record, typed));
    }
  } catch (error) {
    throw csvFault(error, what, options.path);
  } finally {
    source.destroy();
  }
  return { rows, columns: columns ?? [], count: rows.length, delimiter: sign };
}

function* partsOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + partLength);
    // Never between the two halves of a sign.
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1] ?? '')) end--;
    yield text.slice(start, end);
    start = end;
  }
}

function toRow(columns: readonly string[], record: readonly string[], typed: boolean): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, i) => [name, typed ? toValue(record[i] ?? '') : (record[i] ?? '')]));
}

function toValue(cell: string): unknown {
  if (!/^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(cell)) return cell;
  return Number(cell);
}

function csvFault(error: unknown, what: string, path?: string): unknown {
  const line = (error as { lines?: number }).lines;
  if (!(error instanceof Error) || typeof line !== 'number') return error;
  return new AppError(
    'DATA_FORMAT',
    `${what} is not CSV: near line ${line}: ${error.message}. Check quotes and separator.`,
    {
      details: { line, ...(path === undefined ? {} : { path }) },
      cause: error,
    },
  );
}

import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { detectDelimiter } from './csv-delimiter.ts';
import { readEncodingField } from './encodings.ts';
import { fileField } from './path-field.ts';
import { readText } from './read-bytes.ts';

export const readCsv = defineNode({
  type: 'files.readCsv',
  version: 1,
  title: 'Read CSV',
  category: 'files',
  icon: 'file-spreadsheet',
  description: 'Reads a CSV file as a table. The separator is found by itself.',
  synonyms: ['table', 'excel', 'comma separated', 'tsv', 'import'],
  params: z.strictObject({
    path: fileField('File', 'input/orders.csv'),
    delimiter: z.enum(['auto', ',', ';', 'tab', '|']).default('auto').meta({ title: 'Separator' }),
    hasHeader: z.boolean().default(true).meta({ title: 'First line holds the column names' }),
    typed: z
      .boolean()
      .default(false)
      .meta({ title: 'Turn numbers into values', description: 'Numbers with leading zeros stay text.' }),
    skipLines: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .meta({ title: 'Leave out first', unit: 'lines', 'x-advanced': true }),
    maxRows: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1_000_000)
      .meta({ title: 'At most', unit: 'rows', 'x-advanced': true }),
    encoding: readEncodingField,
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.unknown())),
    columns: z.array(z.string()),
    count: z.int(),
    delimiter: z.string(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Orders', params: { path: 'input/orders.csv', typed: true } }],
  async run(ctx, { path, delimiter, hasHeader, typed, skipLines, maxRows, encoding }) {
    const text = await readText(ctx, path, encoding, 256 * 1024 * 1024);
    const sign = delimiter === 'auto' ? detectDelimiter(text.slice(0, 65_536)) : delimiter === 'tab' ? '\t' : delimiter;
    const { parse } = await import('csv-parse');
    const parser = parse({
      delimiter: sign,
      from_line: skipLines + 1,
      to: maxRows + (hasHeader ? 1 : 0),
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 16 * 1024 * 1024,
    });
    parser.on('error', () => undefined);
    parser.end(text);
    let columns: string[] | undefined;
    const rows: Record<string, unknown>[] = [];
    try {
      for await (const record of parser as AsyncIterable<string[]>) {
        if (rows.length % 1000 === 0) ctx.signal.throwIfAborted();
        if (columns === undefined) {
          columns = nameColumns(hasHeader ? record : [], record.length);
          if (hasHeader) continue;
        }
        for (let i = columns.length; i < record.length; i++) columns.push(freeName(columns, `column${i + 1}`));
        rows.push(toRow(columns, record, typed));
      }
    } catch (error) {
      throw csvFault(error, path);
    }
    return { output: { rows, columns: columns ?? [], count: rows.length, delimiter: sign } };
  },
});

/** Empty and repeated names get one of their own, so that no column is lost. */
function nameColumns(header: readonly string[], length: number): string[] {
  const names: string[] = [];
  for (let i = 0; i < length; i++) names.push(freeName(names, header[i]?.trim() || `column${i + 1}`));
  return names;
}

function freeName(taken: readonly string[], wanted: string): string {
  if (!taken.includes(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.includes(`${wanted}_${n}`)) return `${wanted}_${n}`;
}

function toRow(columns: readonly string[], record: readonly string[], typed: boolean): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, i) => [name, typed ? toValue(record[i] ?? '') : (record[i] ?? '')]));
}

function toValue(cell: string): unknown {
  if (!/^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(cell)) return cell;
  return Number(cell);
}

function csvFault(error: unknown, path: string): unknown {
  const line = (error as { lines?: number }).lines;
  if (!(error instanceof Error) || typeof line !== 'number') return error;
  return new AppError(
    'DATA_FORMAT',
    `"${path}" is not CSV: near line ${line}: ${error.message}. Check quotes and separator.`,
    {
      details: { path, line },
      cause: error,
    },
  );
}

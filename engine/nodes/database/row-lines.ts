import type { RowBatch } from '../../resources/databases.ts';
import { toRows } from './statement-fields.ts';

export function rowLines(batch: RowBatch, format: 'csv' | 'jsonLines', withHeader: boolean): string {
  if (format === 'jsonLines')
    return toRows(batch)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
  const lines = batch.rows.map((row) => row.map(cell).join(','));
  if (withHeader) lines.unshift(batch.columns.map(cell).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

/** As "Write CSV" does it: what a spreadsheet would take for a formula gets a ' before it. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

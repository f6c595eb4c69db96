import { AppError } from '@casare/shared';
import { nameColumns } from '../column-names.ts';
import { cellAddress, parseRange, rangeAddress } from './address.ts';
import { putCell, toCell, usedEnd, type ValueOptions } from './cells.ts';
import { findPlace } from './place.ts';
import { shiftRows } from './shift-formula.ts';
import { openWorkbook, saveWorkbook, type Sheet, type WorkbookSource } from './workbook-file.ts';

export interface AppendExcelInput extends ValueOptions {
  source: WorkbookSource;
  sheet: string;
  table: string;
  rows: unknown[];
  headerRow: number;
  copyFormulas: boolean;
  acceptLoss: boolean;
}

/** Rows below the last one, each value under its column; styles and, where no value is given, formulas come from the row above. */
export async function appendExcel(input: AppendExcelInput) {
  const { source, rows } = input;
  const workbook = await openWorkbook(source);
  const place = findPlace(workbook, input.sheet, input.table, source.what);
  if (input.table !== '' && !place.isTable)
    throw new AppError(
      'DATA_FORMAT',
      `${source.what} has no table "${input.table}". Leave it empty to append to the sheet.`,
    );
  const { sheet } = place;
  const definition = sheet.tables?.find(({ range }) => place.isTable && isSameTop(range, place.range));
  if (definition?.showTotalRow === true)
    throw new AppError(
      'DATA_FORMAT',
      `The table "${definition.name}" has a row of totals at its end, where no row can be added. Switch it off in the spreadsheet first.`,
    );
  const names = headerOf(
    sheet,
    place.isTable ? place.range.top : input.headerRow - 1,
    place.range.left,
    place.range.right,
  );
  const columns = names.length > 0 ? names : startEmpty(sheet, rows, input.headerRow - 1);
  const last = place.isTable ? place.range.bottom : Math.max(usedEnd(sheet).row, -1);
  if (place.isTable) guardBelow(sheet, place.range, rows.length);
  for (const [i, row] of rows.entries()) {
    const line = valuesOf(row, columns, i);
    const target = last + 1 + i;
    for (let j = 0; j < Math.max(line.length, columns.length); j++)
      putBelow(sheet, last, target, place.range.left + j, line[j], input);
  }
  if (definition) definition.range = rangeAddress({ ...place.range, bottom: last + rows.length });
  const saved = await saveWorkbook(workbook, source, { acceptLoss: input.acceptLoss });
  const range =
    rows.length === 0
      ? ''
      : rangeAddress({
          top: last + 1,
          left: place.range.left,
          bottom: last + rows.length,
          right: place.range.left + Math.max(1, columns.length) - 1,
        });
  return { ...saved, sheet: sheet.name, range, firstRow: last + 2, count: rows.length };
}

function putBelow(
  sheet: Sheet,
  last: number,
  target: number,
  column: number,
  value: unknown,
  input: AppendExcelInput,
): void {
  const above = sheet.cells?.get(`${last},${column}`);
  const isHeader = last < input.headerRow && input.table === '';
  const style = isHeader ? undefined : above?.style;
  const isArray = above?.formulaType === 'array' && above.formulaRef?.includes(':') === true;
  if (value === undefined && input.copyFormulas && above?.formula !== undefined && above.formula !== '' && !isArray) {
    putCell(sheet, target, column, { value: null, formula: shiftRows(above.formula, target - last) }, style);
    return;
  }
  if (value === undefined && style === undefined) return;
  putCell(sheet, target, column, toCell(value, input), style);
}

function headerOf(sheet: Sheet, row: number, left: number, right: number): string[] {
  const line = (sheet.rows[row] ?? []).slice(left, right + 1);
  const end = line.findLastIndex((value) => value !== null && value !== '');
  return nameColumns(
    line.slice(0, end + 1).map((value) => (value === null ? '' : String(value as string))),
    end + 1,
  );
}

/** An empty sheet gets the names of the rows as its header; rows that are lists have none. */
function startEmpty(sheet: Sheet, rows: readonly unknown[], row: number): string[] {
  const columns = [...new Set(rows.flatMap((one) => (Array.isArray(one) ? [] : Object.keys(one as object))))];
  for (const [i, name] of columns.entries()) putCell(sheet, row, i, { value: name }, { font: { bold: true } });
  return columns;
}

/** Undefined where the row says nothing about a column. */
function valuesOf(row: unknown, columns: readonly string[], index: number): unknown[] {
  if (Array.isArray(row)) return row as unknown[];
  const record = row as Record<string, unknown>;
  const unknown = Object.keys(record).filter((key) => !columns.includes(key));
  if (unknown.length > 0 && columns.length > 0)
    throw new AppError(
      'DATA_FORMAT',
      `Row ${index + 1} has "${unknown[0]}", which is no column. The columns are: ${columns.slice(0, 50).join(', ')}. Rename or remove it first.`,
      { details: { columns: [...columns].slice(0, 200), unknown: unknown.slice(0, 50) } },
    );
  return columns.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined));
}

function guardBelow(sheet: Sheet, range: { left: number; right: number; bottom: number }, count: number): void {
  for (let row = range.bottom + 1; row <= range.bottom + count; row++)
    for (let column = range.left; column <= range.right; column++) {
      const isFree =
        (sheet.rows[row]?.[column] ?? null) === null && sheet.cells?.get(`${row},${column}`)?.formula === undefined;
      if (!isFree)
        throw new AppError(
          'DATA_FORMAT',
          `Below the table, ${cellAddress(row, column)} is not empty, so the table cannot grow. Move what is there.`,
        );
    }
}

function isSameTop(range: string | undefined, place: { top: number; left: number }): boolean {
  const parsed = parseRange(range ?? '');
  return parsed !== undefined && parsed.top === place.top && parsed.left === place.left;
}

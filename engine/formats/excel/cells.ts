import { AppError } from '@casare/shared';
import type { Cell, CellStyle, CellValue } from 'hucre/xlsx';
import { cellAddress } from './address.ts';
import type { Sheet, Workbook } from './workbook-file.ts';

const dayMs = 86_400_000;

/** What a cell holds as JSON. Dates have no time zone in a workbook and get none here; times of day stand in its first days. */
export function toPlainValue(value: CellValue | undefined): unknown {
  if (!(value instanceof Date)) return value ?? null;
  const time = value.getTime();
  if (Number.isNaN(time)) return null;
  const iso = value.toISOString();
  if (value.getUTCFullYear() <= 1900 && time < Date.UTC(1900, 0, 1)) return iso.slice(11, 19);
  return time % dayMs === 0 ? iso.slice(0, 10) : iso.slice(0, time % 1000 === 0 ? 19 : 23);
}

export interface ValueOptions {
  /** Texts such as 2026-01-31 become dates. */
  dates: boolean;
  /** Texts that begin with = become formulas. */
  formulas: boolean;
}

export interface NewCell {
  value: CellValue;
  formula?: string;
  isDate?: 'date' | 'time';
}

/** Data as a cell. A text stays a text, whatever it looks like, unless the author wants dates or formulas. */
export function toCell(value: unknown, { dates, formulas }: ValueOptions): NewCell {
  if (value === null || value === undefined) return { value: null };
  if (typeof value === 'number') return { value: Number.isFinite(value) ? value : null };
  if (typeof value === 'boolean') return { value };
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string);
  if (formulas && text.startsWith('=') && text.length > 1) return { value: null, formula: text.slice(1) };
  const date = dates ? parseDate(text) : undefined;
  if (date) return { value: date, isDate: text.length === 10 ? 'date' : 'time' };
  if (text.length > 32_767)
    throw new AppError(
      'DATA_FORMAT',
      `A text of ${text.length} characters does not fit into a cell, which holds 32,767. Shorten it.`,
    );
  return { value: text };
}

function parseDate(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z?)?$/.test(text)) return undefined;
  const date = new Date(text.length === 10 || text.endsWith('Z') ? text : `${text}Z`);
  // 30 February is no date, though it can be made into one.
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10));
  return isReal && date.getUTCFullYear() >= 1900 ? date : undefined;
}

const dateStyles = { date: { numFmt: 'yyyy-mm-dd' }, time: { numFmt: 'yyyy-mm-dd hh:mm:ss' } };

/** Puts a cell into a sheet; the style that is there stays, a date without one gets one that shows it. */
export function putCell(sheet: Sheet, row: number, column: number, cell: NewCell, style?: CellStyle): void {
  while (sheet.rows.length <= row) sheet.rows.push([]);
  const line = sheet.rows[row] as CellValue[];
  while (line.length <= column) line.push(null);
  line[column] = cell.value;
  sheet.cells ??= new Map();
  const key = `${row},${column}`;
  const old = sheet.cells.get(key);
  guardArray(sheet, old, row, column);
  const base = style ?? old?.style;
  const shown =
    cell.isDate && base?.numFmt === undefined
      ? base
        ? { ...base, ...dateStyles[cell.isDate] }
        : dateStyles[cell.isDate]
      : base;
  const made: Cell = {
    value: cell.value,
    type: cell.formula === undefined ? typeOf(cell.value) : 'formula',
    ...(shown === undefined ? {} : { style: shown }),
    ...(cell.formula === undefined ? {} : { formula: cell.formula }),
    ...(old?.comment === undefined ? {} : { comment: old.comment }),
    ...(old?.hyperlink === undefined ? {} : { hyperlink: old.hyperlink }),
  };
  sheet.cells.set(key, made);
}

/** A formula that fills several cells stands in its first one; writing there would end it for all of them. */
function guardArray(sheet: Sheet, old: Cell | undefined, row: number, column: number): void {
  if (old?.formulaType === undefined || old.formulaRef === undefined) return;
  if (old.formulaType === 'array' && !old.formulaRef.includes(':')) return;
  throw new AppError(
    'DATA_FORMAT',
    `Cell ${cellAddress(row, column)} of "${sheet.name}" holds a formula for all of ${old.formulaRef}. Write beside it, or change the formula in a spreadsheet program.`,
  );
}

function typeOf(value: CellValue): Cell['type'] {
  if (value === null) return 'empty';
  if (value instanceof Date) return 'date';
  return typeof value as 'string' | 'number' | 'boolean';
}

export function findSheet(workbook: Workbook, name: string | undefined, what: string): Sheet {
  const sheet =
    name === undefined || name === ''
      ? workbook.sheets[0]
      : workbook.sheets.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (sheet) return sheet;
  throw new AppError(
    'DATA_FORMAT',
    `${what} has no sheet "${name ?? ''}". It has: ${workbook.sheets.map((one) => one.name).join(', ')}.`,
    { details: { sheets: workbook.sheets.map((one) => one.name) } },
  );
}

/** The last row and column that hold something; -1 where nothing does. */
export function usedEnd({ rows, cells }: Sheet): { row: number; column: number } {
  let [lastRow, lastColumn] = [-1, -1];
  const see = (row: number, column: number) => {
    lastRow = Math.max(lastRow, row);
    lastColumn = Math.max(lastColumn, column);
  };
  for (const [row, line] of rows.entries()) {
    const column = line.findLastIndex((value) => value !== null && value !== undefined && value !== '');
    if (column !== -1) see(row, column);
  }
  for (const [key, cell] of cells ?? []) {
    if (cell.formula === undefined) continue;
    const [row = 0, column = 0] = key.split(',').map(Number);
    see(row, column);
  }
  return { row: lastRow, column: lastColumn };
}

const forbidden = /[\\/?*[\]:]/;

export function checkSheetName(workbook: Workbook, name: string): void {
  const reason =
    name.trim() === '' || name.length > 31
      ? 'must have 1 to 31 characters'
      : forbidden.test(name) || name.startsWith("'") || name.endsWith("'")
        ? 'must not hold any of \\ / ? * [ ] : nor begin or end with an apostrophe'
        : undefined;
  if (reason !== undefined)
    throw new AppError('PARAMS_INVALID', `The name of a sheet ${reason}: "${name.slice(0, 60)}".`);
  if (workbook.sheets.some((sheet) => sheet.name.toLowerCase() === name.toLowerCase()))
    throw new AppError('CONFLICT', `There is a sheet "${name}" already. Choose another name.`);
}

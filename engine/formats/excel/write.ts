import { AppError } from '@casare/shared';
import type { CellStyle, CellValue, ColumnDef, WriteSheet } from 'hucre/xlsx';
import { nameColumns } from '../column-names.ts';
import { type CellRange, columnLetters, parseCell, rangeAddress } from './address.ts';
import { checkSheetName, type NewCell, putCell, toCell, type ValueOptions } from './cells.ts';
import { type EditedWorkbook, openWorkbook, saveWorkbook, type Sheet, type WorkbookSource } from './workbook-file.ts';

export interface WriteExcelInput extends ValueOptions {
  /** The workbook that is there; absent for a new one. */
  source?: WorkbookSource;
  sheet: string;
  rows: unknown[];
  columns: string[];
  startCell: string;
  header: boolean;
  existing: 'replaceSheet' | 'overwriteCells';
  table: string;
  numberFormats: Record<string, string>;
  widths: Record<string, number>;
  freezeHeader: boolean;
  acceptLoss: boolean;
}

const headerStyle: CellStyle = { font: { bold: true } };

export async function writeExcel(input: WriteExcelInput) {
  const start = parseCell(input.startCell);
  const columns = columnsOf(input.rows, input.columns);
  const lines = input.rows.map((row) => lineOf(row, columns, input));
  if (input.header && columns.length > 0) lines.unshift(columns.map((name) => ({ value: name })));
  const width = Math.max(0, ...new Set(lines.map((line) => line.length)));
  const range: CellRange = {
    top: start.row,
    left: start.column,
    bottom: start.row + Math.max(lines.length, 1) - 1,
    right: start.column + Math.max(width, 1) - 1,
  };
  if (range.bottom > 1_048_575 || range.right > 16_383)
    throw new AppError('PAYLOAD_TOO_LARGE', 'A sheet holds 1,048,576 rows and 16,384 columns. Write several sheets.');
  const made = input.source ? await writeInto(input.source) : { bytes: await writeNew(), lost: [] };
  return { ...made, range: rangeAddress(range), columns, count: input.rows.length };

  async function writeInto(source: WorkbookSource) {
    const workbook = await openWorkbook(source);
    const sheet = prepareSheet(workbook, input);
    fill(sheet);
    return await saveWorkbook(workbook, source, {
      acceptLoss: input.acceptLoss,
      changedSheets: input.existing === 'replaceSheet',
    });
  }

  /** The quick way: no cell has a style of its own but the header and the dates. */
  async function writeNew(): Promise<Uint8Array> {
    const { writeXlsx } = await import('hucre/xlsx');
    const empty: EditedWorkbook = { sheets: [] };
    checkSheetName(empty, input.sheet);
    const sheet: Sheet = { name: input.sheet, rows: [] };
    fill(sheet);
    return await writeXlsx({ sheets: [sheet as WriteSheet] });
  }

  function fill(sheet: Sheet): void {
    for (const [i, line] of lines.entries()) {
      const row = range.top + i;
      const isHeader = input.header && i === 0 && columns.length > 0;
      for (const [j, cell] of line.entries()) {
        const format = isHeader ? undefined : formatOf(columns[j], range.left + j);
        // A day without a style is shown as yyyy-mm-dd by itself; a time needs one that shows it.
        const isPlain = !isHeader && format === undefined && cell.isDate !== 'time' && cell.formula === undefined;
        // A new sheet needs no entry for a plain cell, which saves most of the memory.
        if (isPlain && sheet.cells?.has(`${row},${range.left + j}`) !== true)
          putPlain(sheet, row, range.left + j, cell.value);
        else putCell(sheet, row, range.left + j, cell, isHeader ? headerStyle : format);
      }
    }
    setWidths(sheet);
    if (input.freezeHeader && input.header) sheet.freezePane = { ...sheet.freezePane, rows: range.top + 1 };
    if (input.table !== '') addTable(sheet);
  }

  function formatOf(name: string | undefined, column: number): CellStyle | undefined {
    const format =
      (name === undefined ? undefined : input.numberFormats[name]) ?? input.numberFormats[columnLetters(column)];
    return format === undefined ? undefined : { numFmt: format };
  }

  function setWidths(sheet: Sheet): void {
    const defs: ColumnDef[] = [...(sheet.columns ?? [])];
    let isChanged = false;
    for (let column = range.left; column <= range.right; column++) {
      const given = input.widths[columns[column - range.left] ?? ''] ?? input.widths[columnLetters(column)];
      if (given === undefined) continue;
      while (defs.length <= column) defs.push({});
      defs[column] = { ...defs[column], width: given };
      isChanged = true;
    }
    if (isChanged) sheet.columns = defs;
  }

  function addTable(sheet: Sheet): void {
    if (!input.header || columns.length === 0)
      throw new AppError(
        'PARAMS_INVALID',
        'A table needs column names. Switch the header on, or leave the name of the table empty.',
      );
    if (!/^[A-Za-z_\\][A-Za-z0-9_.\\]{0,254}$/.test(input.table))
      throw new AppError(
        'PARAMS_INVALID',
        `"${input.table.slice(0, 60)}" is no name for a table. Use letters, digits and _, beginning with a letter.`,
      );
    sheet.tables = [
      ...(sheet.tables ?? []).filter(({ name }) => name !== input.table),
      {
        name: input.table,
        displayName: input.table,
        range: rangeAddress(range),
        columns: columns.map((name) => ({ name })),
      },
    ];
  }
}

function putPlain(sheet: Sheet, row: number, column: number, value: CellValue): void {
  while (sheet.rows.length <= row) sheet.rows.push([]);
  const line = sheet.rows[row] as CellValue[];
  while (line.length <= column) line.push(null);
  line[column] = value;
}

/** The sheet as it is to be written into: as it was, emptied, or new. */
function prepareSheet(workbook: EditedWorkbook, { sheet: name, existing }: WriteExcelInput): Sheet {
  const index = workbook.sheets.findIndex((sheet) => sheet.name.toLowerCase() === name.toLowerCase());
  const old = workbook.sheets[index];
  if (!old) {
    checkSheetName(workbook, name);
    const made: Sheet = { name, rows: [] };
    workbook.sheets.push(made);
    return made;
  }
  if (existing === 'overwriteCells') return old;
  const emptied: Sheet = { name: old.name, rows: [] };
  workbook.sheets[index] = emptied;
  return emptied;
}

function columnsOf(rows: readonly unknown[], wanted: readonly string[]): string[] {
  if (wanted.length > 0) return [...wanted];
  const found = new Set<string>();
  for (const row of rows)
    if (row !== null && typeof row === 'object' && !Array.isArray(row))
      for (const key of Object.keys(row)) found.add(key);
  return nameColumns([...found], found.size);
}

function lineOf(row: unknown, columns: readonly string[], options: ValueOptions): NewCell[] {
  if (Array.isArray(row)) return row.map((value) => toCell(value, options));
  const record = row as Record<string, unknown>;
  return columns.map((name) => toCell(Object.hasOwn(record, name) ? record[name] : null, options));
}

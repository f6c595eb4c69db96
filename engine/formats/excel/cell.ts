import { AppError } from '@casare/shared';
import { cellAddress, rangeAddress } from './address.ts';
import { putCell, toCell, toPlainValue, type ValueOptions } from './cells.ts';
import { findPlace } from './place.ts';
import { openWorkbook, readWorkbook, saveWorkbook, type WorkbookSource } from './workbook-file.ts';

export interface CellInput {
  source: WorkbookSource;
  sheet: string;
  cell: string;
}

export async function readCell({ source, sheet: sheetName, cell: text }: CellInput) {
  const { sheet, range } = findPlace(await readWorkbook(source), sheetName, text, source.what);
  guardOne(range, text);
  const cell = sheet.cells?.get(`${range.top},${range.left}`);
  const formula = cell?.formula === undefined ? null : `=${cell.formula}`;
  const value = toPlainValue(sheet.rows[range.top]?.[range.left] ?? cell?.formulaResult);
  return { value, formula, sheet: sheet.name, cell: cellAddress(range.top, range.left) };
}

export interface WriteCellsInput extends ValueOptions {
  source: WorkbookSource;
  sheet: string;
  /** Cell or name and what goes in. */
  values: Record<string, unknown>;
  acceptLoss: boolean;
}

export async function writeCells({ source, sheet: sheetName, values, acceptLoss, ...options }: WriteCellsInput) {
  const workbook = await openWorkbook(source);
  const cells: string[] = [];
  for (const [text, value] of Object.entries(values)) {
    const { sheet, range } = findPlace(workbook, sheetName, text, source.what);
    guardOne(range, text);
    putCell(sheet, range.top, range.left, toCell(value, options));
    cells.push(`${sheet.name}!${cellAddress(range.top, range.left)}`);
  }
  return { ...(await saveWorkbook(workbook, source, { acceptLoss })), cells };
}

function guardOne(range: { top: number; left: number; bottom: number; right: number }, text: string): void {
  if (range.top === range.bottom && range.left === range.right) return;
  throw new AppError(
    'PARAMS_INVALID',
    `"${text.slice(0, 60)}" is ${rangeAddress(range)}, more than one cell. Name one, or use "Read Excel".`,
  );
}

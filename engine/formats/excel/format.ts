import type { CellStyle, ColumnDef } from 'hucre/xlsx';
import { rangeAddress } from './address.ts';
import { findPlace } from './place.ts';
import { openWorkbook, saveWorkbook, type Sheet, type WorkbookSource } from './workbook-file.ts';

export interface FormatExcelInput {
  source: WorkbookSource;
  sheet: string;
  range: string;
  style: {
    bold?: boolean;
    italic?: boolean;
    underline?: boolean;
    fontColor?: string;
    fontSize?: number;
    fill?: string;
    numberFormat?: string;
    align?: 'left' | 'center' | 'right';
    wrap?: boolean;
    border?: 'none' | 'thin' | 'medium' | 'thick';
    columnWidth?: number;
    rowHeight?: number;
  };
  acceptLoss: boolean;
}

/** Changes what is named and leaves the rest of each cell's look as it is. */
export async function formatExcel({ source, sheet: sheetName, range: text, style, acceptLoss }: FormatExcelInput) {
  const workbook = await openWorkbook(source);
  const { sheet, range } = findPlace(workbook, sheetName, text, source.what);
  sheet.cells ??= new Map();
  let cells = 0;
  for (let row = range.top; row <= range.bottom; row++)
    for (let column = range.left; column <= range.right; column++) {
      const key = `${row},${column}`;
      const old = sheet.cells.get(key);
      const value = old?.value ?? sheet.rows[row]?.[column] ?? null;
      const type = value === null ? 'empty' : value instanceof Date ? 'date' : (typeof value as 'string');
      sheet.cells.set(key, { value, type, ...old, style: merged(old?.style, style) });
      growTo(sheet, row, column);
      cells++;
    }
  if (style.columnWidth !== undefined) {
    const defs: ColumnDef[] = [...(sheet.columns ?? [])];
    while (defs.length <= range.right) defs.push({});
    for (let column = range.left; column <= range.right; column++)
      defs[column] = { ...defs[column], width: style.columnWidth };
    sheet.columns = defs;
  }
  if (style.rowHeight !== undefined) {
    sheet.rowDefs ??= new Map();
    for (let row = range.top; row <= range.bottom; row++)
      sheet.rowDefs.set(row, { ...sheet.rowDefs.get(row), height: style.rowHeight });
  }
  const saved = await saveWorkbook(workbook, source, { acceptLoss });
  return { ...saved, sheet: sheet.name, range: rangeAddress(range), cells };
}

function growTo(sheet: Sheet, row: number, column: number): void {
  while (sheet.rows.length <= row) sheet.rows.push([]);
  const line = sheet.rows[row] ?? [];
  while (line.length <= column) line.push(null);
}

function merged(old: CellStyle | undefined, style: FormatExcelInput['style']): CellStyle {
  const { bold, italic, underline, fontColor, fontSize, fill, numberFormat, align, wrap, border } = style;
  const font = {
    ...old?.font,
    ...(bold === undefined ? {} : { bold }),
    ...(italic === undefined ? {} : { italic }),
    ...(underline === undefined ? {} : { underline }),
    ...(fontColor === undefined ? {} : { color: { rgb: plainColor(fontColor) } }),
    ...(fontSize === undefined ? {} : { size: fontSize }),
  };
  const alignment = {
    ...old?.alignment,
    ...(align === undefined ? {} : { horizontal: align }),
    ...(wrap === undefined ? {} : { wrapText: wrap }),
  };
  return {
    ...old,
    ...(Object.keys(font).length === 0 ? {} : { font }),
    ...(Object.keys(alignment).length === 0 ? {} : { alignment }),
    ...(fill === undefined ? {} : { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: plainColor(fill) } } }),
    ...(numberFormat === undefined ? {} : { numFmt: numberFormat }),
    ...(border === undefined ? {} : { border: border === 'none' ? {} : allSides(border) }),
  };
}

function plainColor(color: string): string {
  return color.replace('#', '').toUpperCase();
}

function allSides(style: 'thin' | 'medium' | 'thick') {
  return { top: { style }, right: { style }, bottom: { style }, left: { style } };
}

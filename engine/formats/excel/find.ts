import { cellAddress } from './address.ts';
import { findSheet, toPlainValue } from './cells.ts';
import { readWorkbook, type Sheet, type WorkbookSource } from './workbook-file.ts';

export interface FindExcelInput {
  source: WorkbookSource;
  sheet: string;
  search: string;
  match: 'contains' | 'equals' | 'startsWith';
  ignoreCase: boolean;
  inFormulas: boolean;
  limit: number;
}

export interface FoundCell {
  sheet: string;
  cell: string;
  row: number;
  column: number;
  value: unknown;
}

/** Row by row, sheet by sheet; rows and columns count from 1 as in the spreadsheet. */
export async function findInExcel(input: FindExcelInput) {
  const workbook = await readWorkbook(input.source);
  const sheets = input.sheet === '' ? workbook.sheets : [findSheet(workbook, input.sheet, input.source.what)];
  const fits = matcher(input);
  const found: FoundCell[] = [];
  for (const sheet of sheets) search(sheet, input, fits, found);
  return { found, count: found.length };
}

function search(
  sheet: Sheet,
  { inFormulas, limit }: FindExcelInput,
  fits: (text: string) => boolean,
  found: FoundCell[],
): void {
  for (const [row, line] of sheet.rows.entries())
    for (const [column, stored] of line.entries()) {
      if (found.length >= limit) return;
      const cell = sheet.cells?.get(`${row},${column}`);
      const value = toPlainValue(stored ?? cell?.formulaResult);
      const formula = cell?.formula === undefined ? undefined : `=${cell.formula}`;
      const text = inFormulas && formula !== undefined ? formula : value;
      if (text === null || !fits(String(text as string))) continue;
      found.push({ sheet: sheet.name, cell: cellAddress(row, column), row: row + 1, column: column + 1, value: text });
    }
}

function matcher({ search: wanted, match, ignoreCase }: FindExcelInput): (text: string) => boolean {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const sought = fold(wanted);
  switch (match) {
    case 'contains':
      return (text) => fold(text).includes(sought);
    case 'equals':
      return (text) => fold(text) === sought;
    case 'startsWith':
      return (text) => fold(text).startsWith(sought);
  }
}

import { AppError } from '@casare/shared';
import { type CellRange, parseRange, splitSheet } from './address.ts';
import { findSheet, usedEnd } from './cells.ts';
import type { Sheet, Workbook } from './workbook-file.ts';

export interface Place {
  sheet: Sheet;
  range: CellRange;
  /** True where the range is that of a table, whose first row holds the names. */
  isTable: boolean;
}

/** Where `B2:D10`, `Sheet1!B2`, a table or a named range is; an empty text means all that the sheet holds. */
export function findPlace(workbook: Workbook, sheetName: string | undefined, text: string, what: string): Place {
  if (text === '') {
    const sheet = findSheet(workbook, sheetName, what);
    const { row, column } = usedEnd(sheet);
    return { sheet, range: { top: 0, left: 0, bottom: row, right: column }, isTable: false };
  }
  const { sheet: inText, address } = splitSheet(text);
  const range = parseRange(address);
  if (range) {
    const sheet = findSheet(workbook, inText ?? sheetName, what);
    return { sheet, range: withinUse(sheet, range), isTable: false };
  }
  for (const sheet of workbook.sheets) {
    const table = sheet.tables?.find(({ name, displayName }) => same(name, text) || same(displayName ?? '', text));
    const tableRange = parseRange(table?.range ?? '');
    if (table && tableRange) {
      const bottom = table.showTotalRow === true ? tableRange.bottom - 1 : tableRange.bottom;
      return { sheet, range: { ...tableRange, bottom }, isTable: true };
    }
  }
  const named = workbook.namedRanges?.find(({ name }) => same(name, text));
  const target = splitSheet(named?.range ?? '');
  const namedRange = parseRange(target.address);
  if (named && namedRange) {
    const sheet = findSheet(workbook, target.sheet ?? sheetName, what);
    return { sheet, range: withinUse(sheet, namedRange), isTable: false };
  }
  const known = [
    ...workbook.sheets.flatMap(({ tables }) => (tables ?? []).map(({ name }) => name)),
    ...(workbook.namedRanges ?? []).map(({ name }) => name),
  ];
  throw new AppError(
    'DATA_FORMAT',
    `${what} has no cells, table or name "${text.slice(0, 100)}". ${known.length === 0 ? 'It has no tables or names.' : `It has: ${known.slice(0, 50).join(', ')}.`}`,
  );
}

/** B:B means as far as the sheet is used, not a million rows. */
function withinUse(sheet: Sheet, range: CellRange): CellRange {
  const isWholeColumns = range.top === 0 && range.bottom === 1_048_575;
  const isWholeRows = range.left === 0 && range.right === 16_383;
  if (!isWholeColumns && !isWholeRows) return range;
  const { row, column } = usedEnd(sheet);
  return {
    ...range,
    ...(isWholeColumns ? { bottom: row } : {}),
    ...(isWholeRows ? { right: column } : {}),
  };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

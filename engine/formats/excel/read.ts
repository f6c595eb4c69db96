import { AppError } from '@casare/shared';
import { nameColumns, toRecords } from '../column-names.ts';
import { rangeAddress } from './address.ts';
import { toPlainValue } from './cells.ts';
import { findPlace, type Place } from './place.ts';
import { readWorkbook, type WorkbookSource } from './workbook-file.ts';

export interface ReadExcelInput extends WorkbookSource {
  sheet: string;
  range: string;
  header: boolean;
  as: 'rows' | 'lists';
  formulas: boolean;
  skipEmpty: boolean;
  maxRows: number;
}

export async function readExcel(input: ReadExcelInput) {
  const { what, header, as, formulas, skipEmpty, maxRows } = input;
  const workbook = await readWorkbook(input);
  const place = findPlace(workbook, input.sheet, input.range, what);
  const sheets = workbook.sheets.map(({ name }) => name);
  const { lists, uncomputed } = valuesOf(place, formulas);
  const names = header || place.isTable ? nameColumns((lists[0] ?? []).map(asText), lists[0]?.length ?? 0) : undefined;
  const data = names ? lists.slice(1) : lists;
  const kept = skipEmpty ? data.filter((list) => list.some((value) => value !== null && value !== '')) : data;
  if (kept.length > maxRows)
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `${what} has ${kept.length} rows there, more than the ${maxRows} that are allowed. Read a range, or raise "At most".`,
      { details: { rows: kept.length, maxRows } },
    );
  const columns = names ?? (kept[0] ?? []).map((_value, i) => `column${i + 1}`);
  const { top, bottom } = place.range;
  return {
    rows: as === 'rows' ? toRecords(columns, kept) : kept,
    columns,
    count: kept.length,
    sheet: place.sheet.name,
    sheets,
    range: bottom < top ? '' : rangeAddress(place.range),
    uncomputed,
  };
}

function valuesOf({ sheet, range }: Place, formulas: boolean) {
  const lists: unknown[][] = [];
  let uncomputed = 0;
  for (let row = range.top; row <= range.bottom; row++) {
    const line = sheet.rows[row] ?? [];
    const list: unknown[] = [];
    for (let column = range.left; column <= range.right; column++) {
      const cell = sheet.cells?.get(`${row},${column}`);
      const isFormula = cell?.formula !== undefined;
      const value = toPlainValue(line[column] ?? (isFormula ? cell.formulaResult : undefined));
      if (isFormula && value === null) uncomputed++;
      list.push(formulas && isFormula ? `=${cell.formula}` : value);
    }
    lists.push(list);
  }
  return { lists, uncomputed };
}

function asText(value: unknown): string {
  return value === null || value === undefined ? '' : String(value as string | number | boolean);
}

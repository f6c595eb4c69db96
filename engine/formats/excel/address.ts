import { AppError } from '@casare/shared';

/** A rectangle of cells, from 0, both ends in it. */
export interface CellRange {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const lastRow = 1_048_575;
const lastColumn = 16_383;

export function columnLetters(column: number): string {
  let letters = '';
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return letters;
}

function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

export function cellAddress(row: number, column: number): string {
  return `${columnLetters(column)}${row + 1}`;
}

export function rangeAddress({ top, left, bottom, right }: CellRange): string {
  return `${cellAddress(top, left)}:${cellAddress(bottom, right)}`;
}

/** `B2`, `$B$2:D10`, `B:D` or `2:5`; undefined for anything else, which may be a name. */
export function parseRange(text: string): CellRange | undefined {
  const [first = '', second = first, ...rest] = text.replaceAll('$', '').split(':');
  if (rest.length > 0) return undefined;
  const [a, b] = [parseCorner(first), parseCorner(second)];
  if (!a || !b || (text.includes(':') ? false : a.row === undefined || a.column === undefined)) return undefined;
  const range = {
    top: Math.min(a.row ?? 0, b.row ?? lastRow),
    left: Math.min(a.column ?? 0, b.column ?? lastColumn),
    bottom: Math.max(a.row ?? 0, b.row ?? lastRow),
    right: Math.max(a.column ?? 0, b.column ?? lastColumn),
  };
  return range.bottom > lastRow || range.right > lastColumn || range.top < 0 ? undefined : range;
}

function parseCorner(text: string): { row?: number; column?: number } | undefined {
  const match = /^([A-Za-z]{1,3})?(\d{1,7})?$/.exec(text);
  if (!match || text === '') return undefined;
  const [, letters, digits] = match;
  return {
    ...(letters === undefined ? {} : { column: columnNumber(letters) }),
    ...(digits === undefined ? {} : { row: Number(digits) - 1 }),
  };
}

/** One cell such as `B2`. */
export function parseCell(text: string): { row: number; column: number } {
  const range = parseRange(text);
  if (!range || range.top !== range.bottom || range.left !== range.right)
    throw new AppError('PARAMS_INVALID', `"${text.slice(0, 60)}" is no cell. Write it like B2.`);
  return { row: range.top, column: range.left };
}

/** `Sheet1!B2` or `'My sheet'!B2:C3` in its parts. */
export function splitSheet(text: string): { sheet?: string; address: string } {
  const at = text.lastIndexOf('!');
  if (at === -1) return { address: text };
  const name = text.slice(0, at);
  const isQuoted = name.startsWith("'") && name.endsWith("'") && name.length > 1;
  return { sheet: isQuoted ? name.slice(1, -1).replaceAll("''", "'") : name, address: text.slice(at + 1) };
}

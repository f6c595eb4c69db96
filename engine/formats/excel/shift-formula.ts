import { columnLetters } from './address.ts';

/** A formula copied to another row: relative rows move along, those with a $ and everything between quotes stay. */
export function shiftRows(formula: string, by: number): string {
  return formula
    .split(/("(?:[^"]|"")*"|'(?:[^']|'')*'!?|\[[^\]]*\])/)
    .map((part, i) => (i % 2 === 1 ? part : shiftPlain(part, by)))
    .join('');
}

function shiftPlain(text: string, by: number): string {
  return text.replaceAll(
    /(?<![A-Za-z0-9_.$])(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})(?![A-Za-z0-9_(.])/g,
    (whole, _fixedColumn: string, letters: string, fixedRow: string, digits: string) => {
      const isColumn = letters.length < 3 || letters.toUpperCase() <= columnLetters(16_383);
      if (fixedRow === '$' || !isColumn) return whole;
      return `${whole.slice(0, whole.length - digits.length)}${Number(digits) + by}`;
    },
  );
}

/** One line of CSV, without its end. A text that a spreadsheet would run as a formula gets a ' before it. */
export function csvLine(values: readonly unknown[], sign: string, guardFormulas: boolean): string {
  return values.map((value) => cell(value, sign, guardFormulas)).join(sign);
}

export function csvText(line: string, lineEnd: 'lf' | 'crlf'): string {
  return line + (lineEnd === 'crlf' ? '\r\n' : '\n');
}

function cell(value: unknown, sign: string, guardFormulas: boolean): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  // A negative number is a number and no formula.
  const isFormula =
    typeof value === 'string' && /^[=+\-@\t\r＝＋－＠]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text);
  const safe = guardFormulas && isFormula ? `'${text}` : text;
  return safe.includes(sign) || /["\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

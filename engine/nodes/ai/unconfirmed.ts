export type Value = unknown;

/** Names of the values that stand nowhere in the text: a model may have invented them. Dates and yes/no are written anew and cannot be looked for. */
export function missingIn(text: string, fields: Readonly<Record<string, Value>>): string[] {
  const words = plain(text);
  const numbers = numbersIn(text);
  return Object.entries(fields).flatMap(([name, value]) => (isThere(value, words, numbers) ? [] : [name]));
}

function isThere(value: Value, words: string, numbers: ReadonlySet<number>): boolean {
  if (typeof value === 'number') return numbers.has(Math.abs(value));
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}$/.test(value) || words.includes(plain(value));
  if (Array.isArray(value)) return value.every((item) => isThere(item, words, numbers));
  if (value !== null && typeof value === 'object')
    return Object.values(value).every((item) => isThere(item, words, numbers));
  return true;
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** Every number of a text in the ways it may be meant: 1.234,50 and 1,234.50 and 1 234.50. */
function numbersIn(text: string): Set<number> {
  const found = new Set<number>();
  for (const [written] of text.matchAll(/\d(?:[\d., '\u00a0\u202f]*\d)?/g)) {
    const compact = written.replaceAll(/[ '\u00a0\u202f]/g, '');
    for (const one of [compact, ...written.split(/[ '\u00a0\u202f]+/)])
      for (const form of [
        one,
        one.replaceAll(',', ''),
        one.replaceAll('.', '').replace(',', '.'),
        one.replaceAll(/[.,]/g, ''),
      ]) {
        const number = Number(form);
        if (!Number.isNaN(number)) found.add(number);
      }
  }
  return found;
}

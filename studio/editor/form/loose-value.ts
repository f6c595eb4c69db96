/** A typed text as a value: JSON where it is that (numbers, true, lists …), else the text itself. */
export function looseValue(text: string): unknown {
  const trimmed = text.trim();
  if (!/^(-?\d|true$|false$|null$|[[{"])/.test(trimmed)) return text;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return text;
  }
}

/** The text that `looseValue` reads back to the same value. */
export function looseText(value: unknown): string {
  if (typeof value !== 'string') return value === undefined ? '' : JSON.stringify(value);
  return looseValue(value) === value ? value : JSON.stringify(value);
}

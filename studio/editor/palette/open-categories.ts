const KEY = 'casare.palette.open';
/** With some 200 step types only what every workflow needs is open; the rest is one click or a search away. */
const AT_FIRST = ['recent', 'control'];

export function readOpenCategories(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return new Set(Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : AT_FIRST);
  } catch {
    return new Set(AT_FIRST);
  }
}

export function keepOpenCategories(open: ReadonlySet<string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...open]));
  } catch {
    // Without storage it begins anew next time.
  }
}

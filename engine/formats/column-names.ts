/** Empty and repeated names get one of their own, so that no column is lost. */
export function nameColumns(header: readonly string[], length: number): string[] {
  const taken = new Set<string>();
  /** The number to try next for a name that repeats: a line of 100,000 equal names must not be gone through 100,000 times. */
  const numbers = new Map<string, number>();
  const names: string[] = [];
  for (let i = 0; i < length; i++) {
    const wanted = header[i]?.trim() || `column${i + 1}`;
    const number = numbers.get(wanted) ?? 2;
    const name = freeName(taken, wanted, number);
    if (name !== wanted) numbers.set(wanted, Number(name.slice(wanted.length + 1)) + 1);
    taken.add(name);
    names.push(name);
  }
  return names;
}

export function freeName(taken: ReadonlySet<string>, wanted: string, from = 2): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = from; ; n++) if (!taken.has(`${wanted}_${n}`)) return `${wanted}_${n}`;
}

/** Rows as objects. No prototype is ever touched: `__proto__` is a column like any other. */
export function toRecords(names: readonly string[], lists: readonly (readonly unknown[])[]): Record<string, unknown>[] {
  return lists.map((list) => Object.fromEntries(names.map((name, i) => [name, list[i] ?? null])));
}

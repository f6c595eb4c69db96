/** Empty and repeated names get one of their own, so that no column is lost. */
export function nameColumns(header: readonly string[], length: number): string[] {
  const taken = new Set<string>();
  const names: string[] = [];
  for (let i = 0; i < length; i++) {
    const name = freeName(taken, header[i]?.trim() || `column${i + 1}`);
    taken.add(name);
    names.push(name);
  }
  return names;
}

export function freeName(taken: ReadonlySet<string>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}_${n}`)) return `${wanted}_${n}`;
}

/** Rows as objects. No prototype is ever touched: `__proto__` is a column like any other. */
export function toRecords(names: readonly string[], lists: readonly (readonly unknown[])[]): Record<string, unknown>[] {
  return lists.map((list) => Object.fromEntries(names.map((name, i) => [name, list[i] ?? null])));
}

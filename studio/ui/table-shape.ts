const SCANNED = 200;
const MOST_COLUMNS = 40;

/** Columns of a list of objects, in the order first seen; undefined when the value is no table. */
export function tableColumns(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const columns = new Set<string>();
  for (const row of value.slice(0, SCANNED)) {
    if (row === null || typeof row !== 'object' || Array.isArray(row)) return undefined;
    for (const key of Object.keys(row)) if (columns.size < MOST_COLUMNS) columns.add(key);
  }
  return columns.size > 0 ? [...columns] : undefined;
}

/** One line for a cell: text as it is, the rest as JSON, cut where nobody reads on. */
export function cellText(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

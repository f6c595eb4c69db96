/** Where a value stands in a JSON value: keys and indexes from the root. */
export type JsonPath = readonly (string | number)[];

export interface JsonRow {
  id: string;
  path: JsonPath;
  depth: number;
  /** Key or index; undefined for the root. */
  name: string | undefined;
  kind: 'object' | 'array' | 'value' | 'more';
  value: unknown;
  /** Entries of an object or list; entries left out for `more`. */
  count: number;
  open: boolean;
}

/** Entries of one object or list that are shown before "more". */
const WINDOW = 500;

/** `$.rows[3].name`: names a place for people and for the sets of open rows. */
export function pathText(path: JsonPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return /^[A-Za-z_$][\w$]*$/.test(part) ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`;
  }, '$');
}

/** The rows of a collapsible tree; only what is open is walked, so a large value costs what is seen of it. */
export function jsonRows(
  value: unknown,
  isOpen: (id: string, depth: number) => boolean,
  shown: ReadonlyMap<string, number> = new Map(),
): JsonRow[] {
  const rows: JsonRow[] = [];
  const visit = (item: unknown, path: JsonPath, name: string | undefined, depth: number) => {
    const id = pathText(path);
    if (item === null || typeof item !== 'object') {
      rows.push({ id, path, depth, name, kind: 'value', value: item, count: 0, open: false });
      return;
    }
    const entries: [string | number, unknown][] = Array.isArray(item)
      ? item.map((entry, i) => [i, entry])
      : Object.entries(item);
    const open = isOpen(id, depth);
    rows.push({
      id,
      path,
      depth,
      name,
      kind: Array.isArray(item) ? 'array' : 'object',
      value: item,
      count: entries.length,
      open,
    });
    if (!open) return;
    const limit = shown.get(id) ?? WINDOW;
    for (const [key, entry] of entries.slice(0, limit)) visit(entry, [...path, key], String(key), depth + 1);
    if (entries.length > limit) {
      const left = entries.length - limit;
      rows.push({
        id: `${id}…`,
        path,
        depth: depth + 1,
        name: undefined,
        kind: 'more',
        value: limit + WINDOW,
        count: left,
        open: false,
      });
    }
  };
  visit(value, [], undefined, 0);
  return rows;
}

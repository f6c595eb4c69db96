/** The part of JSON data at `data.items[0].id`; undefined where the way ends. Own properties only. */
export function valueAt(data: unknown, path: string): unknown {
  let current = data;
  for (const key of path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')) {
    if (key === '') continue;
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

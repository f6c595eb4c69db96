const LOOKED_AT = 100;

/** The shape of a value in few words: types for values, one item for a list, `?` behind fields that not all items have. */
export function describeShape(value: unknown, depth = 0): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    return depth > 8 ? ['…'] : [joinShapes(value.slice(0, LOOKED_AT), depth + 1)];
  }
  if (typeof value !== 'object') return typeof value === 'string' ? 'text' : typeof value;
  if (depth > 8) return '…';
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, describeShape(field, depth + 1)]));
}

function joinShapes(items: readonly unknown[], depth: number): unknown {
  const objects = items.filter(
    (item): item is Record<string, unknown> => item !== null && typeof item === 'object' && !Array.isArray(item),
  );
  if (objects.length < items.length) {
    const kinds = new Set(items.map((item) => JSON.stringify(describeShape(item, depth))));
    return kinds.size === 1
      ? describeShape(items[0], depth)
      : [...kinds].slice(0, 4).map((kind) => JSON.parse(kind) as unknown);
  }
  const keys = new Set(objects.flatMap((item) => Object.keys(item)));
  return Object.fromEntries(
    [...keys].map((key) => {
      const having = objects.filter((item) => Object.hasOwn(item, key));
      const kinds = new Set(having.map((item) => JSON.stringify(describeShape(item[key], depth))));
      const shape =
        kinds.size === 1
          ? (JSON.parse([...kinds][0] ?? 'null') as unknown)
          : [...kinds].map((kind) => kind.replaceAll('"', '')).join(' or ');
      return [having.length < objects.length ? `${key}?` : key, shape];
    }),
  );
}

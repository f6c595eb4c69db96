/** One place where two JSON values differ; `expected` or `actual` is absent where that side has nothing. */
export interface Difference {
  /** `items[2].price`; empty for the whole. */
  at: string;
  expected?: unknown;
  actual?: unknown;
}

const mostDifferences = 50;

/** Where `actual` is not `expected`, at most 50 places. Members whose path matches a pattern of `ignore` (`*` stands for any part) are left out. */
export function compareValues(expected: unknown, actual: unknown, ignore: readonly RegExp[] = []): Difference[] {
  const found: Difference[] = [];
  walk(expected, actual, '');
  return found;

  function walk(a: unknown, b: unknown, at: string): void {
    if (found.length >= mostDifferences || Object.is(a, b) || ignore.some((pattern) => pattern.test(at))) return;
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) walk(a[i], b[i], `${at}[${i}]`);
    } else if (isRecord(a) && isRecord(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        walk(a[key], b[key], at === '' ? key : `${at}.${key}`);
    } else {
      found.push({ at, ...(a !== undefined && { expected: a }), ...(b !== undefined && { actual: b }) });
    }
  }
}

/** `a.*.b` and `a[*]` as a pattern over paths; what stands below a match is ignored with it. */
export function ignorePattern(path: string): RegExp {
  const escaped = path
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(String.raw`\*`, String.raw`[^.[\]]*`);
  return new RegExp(`^${escaped}(?:$|[.[])`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

import { parseTemplateParts } from '@casare/shared';

/** `steps.id`, `steps?.id`, `steps['id']`; a `.` before means a field that happens to be called steps. */
const REFERENCE =
  /(?<![\w$.])steps(?:(\s*\??\.\s*)([A-Za-z_$][\w$]*)|(\s*(?:\?\.)?\[\s*)(['"])([A-Za-z0-9_-]+)\4(\s*\]))/g;
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * The same value with every reference to a step of `names` (old id → new id) renamed inside `${ … }`.
 * What holds no such reference keeps its identity, so that nothing is drawn or patched without need.
 */
export function rewriteStepReferences<T>(value: T, names: ReadonlyMap<string, string>): T {
  return mapExpressions(value, (source) => (source.includes('steps') ? rewriteExpression(source, names) : source));
}

/** The same value with every `${ … }` in it, braces included, as `map` gives it back. What does not change keeps its identity. */
export function mapExpressions<T>(value: T, map: (source: string) => string): T {
  return rewrite(value, map) as T;
}

function rewrite(value: unknown, map: (source: string) => string): unknown {
  if (typeof value === 'string') return value.includes('${') ? rewriteText(value, map) : value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => rewrite(item, map));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, rewrite(item, map), item] as const);
  return entries.some(([, item, before]) => item !== before)
    ? Object.fromEntries(entries.map(([key, item]) => [key, item]))
    : value;
}

/** Only what stands in `${ … }`: the word "steps.login" in a plain sentence is not a reference. */
function rewriteText(text: string, map: (source: string) => string): string {
  let result = '';
  let at = 0;
  for (const part of parseTemplateParts(text)) {
    if (part.kind !== 'expression') continue;
    result += text.slice(at, part.start) + map(text.slice(part.start, part.end));
    at = part.end;
  }
  return result + text.slice(at);
}

function rewriteExpression(source: string, names: ReadonlyMap<string, string>): string {
  return source.replace(REFERENCE, (whole, dot, plain, bracket, quote, quoted, end) => {
    const to = names.get((plain ?? quoted) as string);
    if (to === undefined) return whole;
    if (bracket !== undefined) return `steps${bracket}${quote}${to}${quote}${end}`;
    return PLAIN_NAME.test(to) ? `steps${dot}${to}` : `steps${dot.includes('?') ? '?.' : ''}['${to}']`;
  });
}

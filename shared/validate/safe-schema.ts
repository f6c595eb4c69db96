type JsonSchema = Record<string, unknown>;

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const inner = new Set(['items', 'additionalProperties', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'not', 'contains']);
const named = new Set(['properties']);
/** Regular expressions can search for ever, and parts that are used again and again can be tried in as many ways. */
const costly = new Set([
  'pattern',
  'patternProperties',
  'propertyNames',
  '$ref',
  '$dynamicRef',
  '$defs',
  'definitions',
]);
const deepest = 32;

/** A schema from outside without what can make a check take for ever; what is left accepts more, never less. */
export function safeSchema(schema: unknown, depth = 0): JsonSchema | boolean {
  if (typeof schema === 'boolean') return schema;
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema) || depth > deepest) return {};
  const safe: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (costly.has(keyword)) continue;
    if (inner.has(keyword)) {
      const each = (part: unknown) => safeSchema(part, depth + 1);
      safe.push([keyword, Array.isArray(value) ? value.map(each) : each(value)]);
    } else if (named.has(keyword) && value !== null && typeof value === 'object') {
      const parts = Object.entries(value).map(([name, part]) => [name, safeSchema(part, depth + 1)] as const);
      safe.push([keyword, Object.fromEntries(parts)]);
    } else safe.push([keyword, value]);
  }
  return Object.fromEntries(safe);
}

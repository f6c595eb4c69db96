import { isRecord, jsonCopy } from './json.ts';

/** Text that must not be read as a template: `${` becomes `\${`, and backslashes in front of it are doubled. */
export function literalText(text: string): string {
  return text.replaceAll(/(\\*)\$\{/g, (_all, slashes: string) => `${slashes}${slashes}\\\${`);
}

/** The same for every text inside a value. */
export function literalValue(value: unknown): unknown {
  if (typeof value === 'string') return literalText(value);
  if (Array.isArray(value)) return value.map(literalValue);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, literalValue(part)]));
  return jsonCopy(value);
}

/** A text as it stands in an expression. */
export function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `'${escaped}'`;
}

/** `.name`, or `['name']` where the name is not a plain one. */
export function memberOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${quoted(name)}]`;
}

/** A value as it stands in an expression; texts are taken as they are. */
export function literalExpression(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(literalExpression).join(', ')}]`;
  if (isRecord(value)) {
    const fields = Object.entries(value).map(([key, part]) => `${quoted(key)}: ${literalExpression(part)}`);
    return fields.length === 0 ? '({})' : `({ ${fields.join(', ')} })`;
  }
  return JSON.stringify(value) ?? 'null';
}

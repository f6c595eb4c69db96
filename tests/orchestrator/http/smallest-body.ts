import { randomUUID } from 'node:crypto';

export interface JsonSchema {
  readonly [name: string]: unknown;
}

/** The smallest value a described body takes, so that a request gets past its form to the question who may do it. */
export function smallestBody(schema: JsonSchema): unknown {
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  const { enum: values, anyOf, oneOf, allOf } = schema as Record<string, JsonSchema[] | undefined>;
  if (values) return values[0];
  const options = anyOf ?? oneOf;
  if (options?.[0]) return smallestBody(options[0]);
  if (allOf) return Object.assign({}, ...allOf.map(smallestBody));
  if (schema['type'] === 'object') {
    const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
    const required = (schema['required'] ?? []) as string[];
    return Object.fromEntries(required.map((name) => [name, smallestBody(properties[name] ?? {})]));
  }
  if (schema['type'] === 'array')
    return Array.from({ length: Number(schema['minItems'] ?? 0) }, () => smallestBody(schema['items'] as JsonSchema));
  if (schema['type'] === 'integer' || schema['type'] === 'number')
    return Math.max(Number(schema['minimum'] ?? 0), Number(schema['exclusiveMinimum'] ?? -1) + 1);
  if (schema['type'] === 'boolean') return false;
  if (schema['type'] === 'string') return smallestText(schema);
  return null;
}

function smallestText({ format, minLength, contentEncoding }: JsonSchema): string {
  if (contentEncoding === 'base64' || format === 'base64') return 'AAAA';
  if (format === 'uuid') return randomUUID();
  if (format === 'email') return 'a@example.com';
  if (format === 'date-time') return '2030-01-01T00:00:00Z';
  if (format === 'uri') return 'https://example.com/';
  return 'x'.repeat(Math.max(1, Number(minLength ?? 1)));
}

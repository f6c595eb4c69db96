import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** The parameters of a pack's node as the compiler needs them: one zod schema per parameter, its form hints kept. Throws on what is no object schema. */
export function paramsSchemaOf(schema: JsonSchema): z.ZodObject {
  if (schema['type'] !== 'object') throw new Error('its type is not "object"');
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = new Set((schema['required'] ?? []) as string[]);
  const shape = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const parsed = z.fromJSONSchema(property as z.core.JSONSchema.JSONSchema);
      const known = required.has(name) || 'default' in property ? parsed : parsed.optional();
      return [name, known.meta(hintsOf(property))];
    }),
  );
  return z.strictObject(shape);
}

export function outputSchemaOf(schema: JsonSchema): z.ZodType {
  return Object.keys(schema).length === 0 ? z.unknown() : z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
}

function hintsOf(property: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(property).filter(([key]) => key === 'title' || key.startsWith('x-')));
}

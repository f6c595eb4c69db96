import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** For writing replies fast: `X or null` without trying alternatives, free JSON written as it is. */
export function replySchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'output',
    target: 'draft-7',
    reused: 'inline',
    override(context) {
      simplify(context);
      flattenNull(context.jsonSchema);
      dropChecks(context.jsonSchema);
    },
  });
}

/** For people: everything as it was said. */
export function documentSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', override: simplify });
  return rest;
}

interface OverrideContext {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

const jsonForm = z.json();

/** A union that says "any JSON" would be tried branch by branch for every value inside. */
function simplify({ zodSchema, jsonSchema }: OverrideContext): void {
  if (isAnyJson(zodSchema)) for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
}

function isAnyJson(schema: z.core.$ZodTypes): boolean {
  // z.json() is a lazy union of its own; what it resolves to has the same five options each time.
  if (schema._zod.def.type !== 'lazy') return false;
  const inner = schema._zod.def.getter() as z.core.$ZodTypes;
  const reference = (jsonForm as unknown as z.core.$ZodTypes)._zod.def;
  const expected = reference.type === 'lazy' ? (reference.getter() as z.core.$ZodTypes)._zod.def : undefined;
  return (
    inner._zod.def.type === 'union' &&
    expected?.type === 'union' &&
    inner._zod.def.options.length === expected.options.length
  );
}

function flattenNull(schema: z.core.JSONSchema.BaseSchema): void {
  const options = schema.anyOf;
  if (options?.length !== 2) return;
  const other = options.find((option) => option.type !== 'null');
  if (!other || !options.some((option) => option.type === 'null')) return;
  delete schema.anyOf;
  const type = other.type as unknown;
  if (type === undefined) return;
  Object.assign(schema, other, { type: [type, 'null'] });
}

// Formats and patterns are checked when values come in; a writer only needs the shape.
function dropChecks(schema: z.core.JSONSchema.BaseSchema): void {
  for (const key of ['format', 'pattern', 'maxLength', 'minLength', 'maxItems', 'minItems', 'minimum', 'maximum'])
    delete schema[key];
}

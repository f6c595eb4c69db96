import { AppError, safeSchema } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';

interface PatternCheck {
  path: (string | number)[];
  pattern: string;
  text: string;
}

/** An author's own schema. Its patterns are searched where a search that takes for ever can be stopped. */
export function ownSchema(ctx: NodeContext, schema: Record<string, unknown>): z.ZodType<Record<string, unknown>> {
  if (schema['type'] !== 'object')
    throw new AppError(
      'PARAMS_INVALID',
      'The own JSON Schema must describe an object. Put "type": "object" at its top.',
    );
  let plain: z.ZodType<Record<string, unknown>>;
  try {
    plain = z.fromJSONSchema(safeSchema(schema) as z.core.JSONSchema.JSONSchema) as typeof plain;
  } catch (error) {
    throw new AppError(
      'PARAMS_INVALID',
      `The own JSON Schema cannot be used: ${(error as Error).message}. Correct it.`,
      { cause: error },
    );
  }
  return plain.superRefine(async (data, issues) => {
    const checks: PatternCheck[] = [];
    collect(schema, data, [], checks);
    for (const { path, pattern, text } of checks) {
      const [fits] = await ctx.sandbox.runPattern(
        { operation: 'test', pattern, flags: 'u', texts: [text] },
        ctx.signal,
      );
      if (!fits)
        issues.addIssue({ code: 'custom', path, message: `does not fit the pattern ${pattern.slice(0, 200)}` });
    }
  });
}

/** Patterns of members and items, at any depth; those inside anyOf and the like are left to the model. */
function collect(schema: unknown, data: unknown, path: (string | number)[], checks: PatternCheck[]): void {
  if (schema === null || typeof schema !== 'object' || path.length > 32) return;
  const { pattern, properties, items } = schema as Record<string, unknown>;
  if (typeof pattern === 'string' && typeof data === 'string') checks.push({ path, pattern, text: data });
  if (Array.isArray(data)) for (const [i, item] of data.entries()) collect(items, item, [...path, i], checks);
  else if (data !== null && typeof data === 'object' && properties !== null && typeof properties === 'object')
    for (const [name, part] of Object.entries(properties))
      if (Object.hasOwn(data, name)) collect(part, (data as Record<string, unknown>)[name], [...path, name], checks);
}

import { completeSchema, logLineSchema, progressSchema, stepRowSchema, wireErrorSchema } from '@casare/shared';
import { z } from 'zod';

/** Deeper JSON cannot be written again without filling the stack, here or in PostgreSQL. */
const maxDepth = 500;

/**
 * Any JSON. That it is JSON is known from the parser, so looking at every value in it again, as `z.json()` does, would only
 * cost time: 40 ms a megabyte on the routes that robots call most.
 */
const parsedJson = z
  .unknown()
  .refine((value) => value !== undefined && !isDeeper(value, maxDepth), `JSON, nested at most ${maxDepth} deep`);
const parsedRecord = z.record(z.string(), parsedJson);

const stepRowBody = stepRowSchema.extend({
  output: parsedJson.optional(),
  vars: parsedRecord.optional(),
  error: wireErrorSchema.extend({ details: parsedRecord.optional() }).optional(),
  data: parsedJson.optional(),
});

/** What the contract of the same name says, checked faster. */
export const progressBody = progressSchema.extend({
  steps: z.array(stepRowBody).max(5000).default([]),
  logs: z
    .array(logLineSchema.extend({ data: parsedJson.optional() }))
    .max(5000)
    .default([]),
});
export const completeBody = completeSchema.extend({ output: parsedJson });

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1));
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], levels - 1)) return true;
  return false;
}

import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import { type ModelParams, usageSchema } from './model-fields.ts';
import { outsideRule } from './outside-text.ts';
import { readSource, type Source } from './source.ts';
import { missingIn, type Value } from './unconfirmed.ts';

export const extractionFields = {
  hint: z
    .string()
    .max(10_000)
    .default('')
    .meta({ title: 'Hint', placeholder: 'Amounts are in euro.', 'x-widget': 'textarea' }),
  minConfidence: z.number().min(0).max(1).default(0.8).meta({
    title: 'A person looks below',
    description: 'needsReview is true where the model is less sure of a field.',
  }),
  repairs: z
    .int()
    .min(0)
    .max(5)
    .default(2)
    .meta({ title: 'Ask again', unit: 'times', description: 'Where the answer does not fit.', 'x-advanced': true }),
};

export const reviewSchema = {
  /** Of the least sure field, 0–1; as the model sees itself. */
  confidence: z.number(),
  fieldConfidence: z.record(z.string(), z.number()),
  /** Required and not found. */
  missing: z.array(z.string()),
  /** Values that do not stand in the text as they are; pictures cannot be looked through. */
  unconfirmed: z.array(z.string()),
  needsReview: z.boolean(),
  usage: usageSchema,
};

interface Job<T> {
  text: string;
  files: readonly string[];
  /** What to do, for the model. */
  task: string;
  hint: string;
  schema: z.ZodType<T>;
  jsonSchema?: Record<string, unknown>;
  /** Names whose confidence is asked for. */
  names: readonly string[];
  repairs: number;
}

interface Extracted<T> {
  data: T;
  fieldConfidence: Record<string, number>;
  source: Source;
  usage: z.output<typeof usageSchema>;
}

const rules =
  'Take data out of material. Copy values as they stand there; write dates as YYYY-MM-DD and numbers as plain numbers. ' +
  'Give null for what is not there and never guess. For every field say how sure you are, from 0 to 1.';

/** Data of a given form taken out of a text, files or pictures. */
export async function extractData<T>(ctx: NodeContext, params: ModelParams, job: Job<T>): Promise<Extracted<T>> {
  const source = await readSource(ctx, job.text, job.files);
  const confidence = z.strictObject(Object.fromEntries(job.names.map((name) => [name, z.number().min(0).max(1)])));
  const schema = z.strictObject({ data: job.schema, confidence });
  const task = [job.task, job.hint].filter(Boolean).join('\n');
  const { value, usage } = await askForJson(ctx, params, {
    messages: [
      { role: 'system', content: `${rules}\n${outsideRule}` },
      { role: 'user', content: [{ type: 'text', text: task }, ...source.parts] },
    ],
    schema,
    ...(job.jsonSchema === undefined
      ? {}
      : { jsonSchema: wrapped(job.jsonSchema, z.toJSONSchema(confidence, { io: 'input' })) }),
    repairs: job.repairs,
  });
  return { data: value.data, fieldConfidence: value.confidence, source, usage };
}

function wrapped(data: Record<string, unknown>, confidence: Record<string, unknown>): Record<string, unknown> {
  return {
    type: 'object',
    properties: { data, confidence },
    required: ['data', 'confidence'],
    additionalProperties: false,
  };
}

/** What tells whether a person should look at it. */
export function reviewOf<T>(
  { data, fieldConfidence, source, usage }: Extracted<T>,
  required: readonly string[],
  minConfidence: number,
) {
  const fields = data as Record<string, Value>;
  const missing = required.filter((name) => isEmpty(fields[name]));
  const given = Object.entries(fieldConfidence).filter(([name]) => !isEmpty(fields[name]));
  const confidence = given.length === 0 ? 0 : Math.min(...given.map(([, value]) => value));
  const unconfirmed = source.hasPictures ? [] : missingIn(source.text, fields);
  const needsReview = missing.length > 0 || unconfirmed.length > 0 || confidence < minConfidence;
  return { confidence, fieldConfidence, missing, unconfirmed, needsReview, usage };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

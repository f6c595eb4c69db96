import { z } from 'zod';

const fieldSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'a letter, then letters, digits and _')
    .meta({ title: 'Name' }),
  kind: z
    .enum(['text', 'number', 'integer', 'boolean', 'date', 'list', 'choice'])
    .default('text')
    .meta({ title: 'Kind' }),
  description: z.string().max(1000).default('').meta({ title: 'What it is' }),
  choices: z.array(z.string().min(1).max(200)).max(100).default([]).meta({ title: 'Choices' }),
  required: z.boolean().default(true).meta({ title: 'Required' }),
});
export type Field = z.output<typeof fieldSchema>;

export const fieldsParam = z
  .array(fieldSchema)
  .max(100)
  .default([])
  .meta({ title: 'Fields', description: 'What to take out of the text.', 'x-widget': 'list' });

/** Every field may be null: a model that must fill a field invents something. */
export function schemaOf(fields: readonly Field[]): z.ZodType<Record<string, unknown>> {
  const shape = Object.fromEntries(
    fields.map((field) => [field.name, kindOf(field).nullable().describe(textOf(field))]),
  );
  return z.strictObject(shape);
}

function kindOf({ kind, choices }: Field): z.ZodType {
  switch (kind) {
    case 'text':
      return z.string();
    case 'number':
      return z.number();
    case 'integer':
      return z.int();
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD');
    case 'list':
      return z.array(z.string());
    case 'choice':
      return choices.length > 0 ? z.enum(choices as [string, ...string[]]) : z.string();
  }
}

function textOf({ name, kind, description }: Field): string {
  return `${description || name}${kind === 'date' ? ' (date as YYYY-MM-DD)' : ''}; null if it is not there`;
}

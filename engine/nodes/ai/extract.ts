import { AppError } from '@casare/shared';
import { z } from 'zod';
import { ownSchema } from './own-schema.ts';
import { defineNode } from '../../define-node.ts';
import { extractData, extractionFields, reviewOf, reviewSchema } from './extraction.ts';
import { fieldsParam, schemaOf } from './field-list.ts';
import { modelFields } from './model-fields.ts';
import { sourceFields } from './source.ts';

export const extract = defineNode({
  type: 'ai.extract',
  version: 1,
  title: 'Extract data with AI',
  category: 'ai',
  icon: 'scan-text',
  description:
    'Takes fields out of a text, form or picture as data, checks their form, and says whether a person should look.',
  synonyms: ['form', 'document understanding', 'parse', 'ocr', 'structured output', 'json schema', 'llm'],
  params: z.strictObject({
    ...sourceFields,
    fields: fieldsParam,
    schema: z.record(z.string(), z.unknown()).default({}).meta({
      title: 'Own JSON Schema',
      description: 'Of an object, in place of the fields.',
      'x-widget': 'json',
      'x-advanced': true,
    }),
    ...extractionFields,
    ...modelFields,
  }),
  output: z.object({ data: z.record(z.string(), z.unknown()), ...reviewSchema }),
  effect: 'idempotent',
  examples: [
    {
      title: 'An order',
      params: {
        model: 'gpt-4.1-mini',
        apiKey: '${vars.aiKey}',
        text: '${vars.mail}',
        fields: [{ name: 'orderNumber' }, { name: 'total', kind: 'number' }, { name: 'dueDate', kind: 'date' }],
      },
    },
  ],
  async run(ctx, params) {
    const { text, files, fields, hint, repairs, minConfidence } = params;
    const own = Object.keys(params.schema).length > 0 ? ownSchema(ctx, params.schema) : undefined;
    if (!own && fields.length === 0)
      throw new AppError('PARAMS_INVALID', 'No field is named. Say what to take out of the text.');
    const names = own ? Object.keys(propertiesOf(params.schema)) : fields.map(({ name }) => name);
    const extracted = await extractData(ctx, params, {
      text,
      files,
      task: 'Extract the fields of the schema.',
      hint,
      schema: own ?? schemaOf(fields),
      ...(own ? { jsonSchema: params.schema } : {}),
      names,
      repairs,
    });
    const required = own ? requiredOf(params.schema) : fields.flatMap((field) => (field.required ? [field.name] : []));
    return { output: { data: extracted.data, ...reviewOf(extracted, required, minConfidence) } };
  },
});

function propertiesOf(schema: Record<string, unknown>): Record<string, unknown> {
  const { properties } = schema;
  return properties !== null && typeof properties === 'object' ? (properties as Record<string, unknown>) : {};
}

function requiredOf(schema: Record<string, unknown>): string[] {
  const { required } = schema;
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

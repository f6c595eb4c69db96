import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { conditionSchema, testItems } from './conditions.ts';
import { asNumber, asText, isEmpty, valueAt } from './paths.ts';

const formSchema = z.enum(['any', 'text', 'number', 'integer', 'boolean', 'list', 'object', 'email', 'url', 'date']);

export const validate = defineNode({
  type: 'data.validate',
  version: 1,
  title: 'Check value',
  category: 'data',
  icon: 'shield-check',
  description: 'Checks what a value is and whether it fits conditions, and goes on at "valid" or "invalid".',
  synonyms: ['validate', 'verify', 'is email', 'required', 'not empty', 'type check'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Value' }),
    form: formSchema.default('any').meta({ title: 'Must be' }),
    required: z.boolean().default(true).meta({ title: 'Must not be empty' }),
    conditions: z.array(conditionSchema).max(50).default([]).meta({ title: 'Must also fit', 'x-widget': 'list' }),
  }),
  output: z.object({ isValid: z.boolean(), reasons: z.array(z.string()), value: z.unknown() }),
  outputs: [
    { id: 'valid', title: 'Valid', kind: 'flow' },
    { id: 'invalid', title: 'Invalid', kind: 'flow' },
  ],
  effect: 'pure',
  examples: [{ title: 'A mail address', params: { value: 'ada@example.com', form: 'email' } }],
  async run(ctx, { value, form, required, conditions }) {
    const reasons: string[] = [];
    if (isEmpty(value)) {
      if (required) reasons.push('The value is empty.');
    } else if (!hasForm(value, form)) reasons.push(`The value is not of the form "${form}".`);
    for (const condition of conditions) {
      const [fits] = await testItems(ctx, [value], [condition], { match: 'all', ignoreCase: false });
      if (!fits)
        reasons.push(
          `${condition.field || 'The value'} is "${asText(valueAt(value, condition.field)).slice(0, 50)}", which does not fit: ${condition.operator} ${asText(condition.value)}`.trimEnd(),
        );
    }
    const isValid = reasons.length === 0;
    return { port: isValid ? 'valid' : 'invalid', output: { isValid, reasons, value: value ?? null } };
  },
});

function hasForm(value: unknown, form: z.output<typeof formSchema>): boolean {
  switch (form) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'number':
      return asNumber(value) !== undefined;
    case 'integer':
      return Number.isInteger(asNumber(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'email':
      return z.email().safeParse(value).success;
    case 'url':
      return z.url({ protocol: /^https?$/ }).safeParse(value).success;
    case 'date':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  }
}

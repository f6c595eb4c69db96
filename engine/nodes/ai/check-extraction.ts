import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import { valueAt } from '../../web/value-at.ts';

const ruleSchema = z.strictObject({
  field: z.string().min(1).max(500).meta({ title: 'Field' }),
  rule: z
    .enum(['number', 'date', 'min', 'max', 'pattern', 'oneOf', 'equals'])
    .default('number')
    .meta({ title: 'Must be' }),
  value: z.unknown().optional().meta({ title: 'Value' }),
});
type Rule = z.output<typeof ruleSchema>;

export const checkExtraction = defineNode({
  type: 'ai.checkExtraction',
  version: 1,
  title: 'Check extracted data',
  category: 'ai',
  icon: 'shield-check',
  description: 'Checks extracted data against rules and goes on at "valid", or at "review" where a person should look.',
  synonyms: ['validate extraction', 'confidence', 'human review', 'document'],
  params: z.strictObject({
    data: z
      .record(z.string(), z.unknown())
      .meta({ title: 'Data', placeholder: '${steps.extract.output.data}', 'x-widget': 'json' }),
    required: z
      .array(z.string().min(1).max(500))
      .max(200)
      .default([])
      .meta({ title: 'Required fields', 'x-widget': 'list' }),
    confidence: z.record(z.string(), z.number()).default({}).meta({
      title: 'Confidence',
      placeholder: '${steps.extract.output.fieldConfidence}',
      'x-widget': 'json',
    }),
    minConfidence: z.number().min(0).max(1).default(0.8).meta({ title: 'A person looks below' }),
    rules: z.array(ruleSchema).max(200).default([]).meta({ title: 'Rules', 'x-widget': 'list' }),
  }),
  output: z.object({
    isValid: z.boolean(),
    needsReview: z.boolean(),
    faults: z.array(z.string()),
    fields: z.record(z.string(), z.enum(['fine', 'missing', 'unsure', 'faulty'])),
    confidence: z.number(),
  }),
  outputs: [
    { id: 'valid', title: 'Valid', kind: 'flow' },
    { id: 'review', title: 'Review', kind: 'flow' },
  ],
  effect: 'pure',
  examples: [
    {
      title: 'An invoice',
      params: { data: { total: 12 }, required: ['total'], rules: [{ field: 'total', rule: 'min', value: 0 }] },
    },
  ],
  async run(ctx, { data, required, confidence, minConfidence, rules }) {
    const fields: Record<string, 'fine' | 'missing' | 'unsure' | 'faulty'> = Object.fromEntries(
      Object.keys(data).map((name) => [name, 'fine']),
    );
    const faults: string[] = [];
    for (const [name, sure] of Object.entries(confidence)) {
      if (sure >= minConfidence || isEmpty(data[name])) continue;
      fields[name] = 'unsure';
    }
    for (const rule of rules) {
      const value = valueAt(data, rule.field);
      if (isEmpty(value) || (await fits(ctx, rule, value))) continue;
      fields[rule.field] = 'faulty';
      faults.push(
        `${rule.field} does not fit: ${rule.rule} ${rule.value === undefined ? '' : JSON.stringify(rule.value)}`.trim(),
      );
    }
    for (const name of required) {
      if (!isEmpty(valueAt(data, name))) continue;
      fields[name] = 'missing';
      faults.push(`${name} is missing`);
    }
    const isValid = faults.length === 0;
    const needsReview = !isValid || Object.values(fields).includes('unsure');
    const known = Object.values(confidence);
    return {
      port: needsReview ? 'review' : 'valid',
      output: { isValid, needsReview, faults, fields, confidence: known.length === 0 ? 1 : Math.min(...known) },
    };
  },
});

async function fits(ctx: NodeContext, { rule, value: wanted }: Rule, value: unknown): Promise<boolean> {
  switch (rule) {
    case 'number':
      return asNumber(value) !== undefined;
    case 'date':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'min':
      return compare(value, wanted, (a, b) => a >= b);
    case 'max':
      return compare(value, wanted, (a, b) => a <= b);
    case 'equals':
      return String(value) === String(wanted);
    case 'oneOf':
      return Array.isArray(wanted) && wanted.map(String).includes(String(value));
    case 'pattern': {
      const job = {
        operation: 'test',
        pattern: `^(?:${typeof wanted === 'string' ? wanted : ''})$`,
        flags: 'u',
        texts: [String(value)],
      } as const;
      return (await ctx.sandbox.runPattern(job, ctx.signal))[0] ?? false;
    }
  }
}

/** Numbers by size, everything else (dates as YYYY-MM-DD) as text. */
function compare(a: unknown, b: unknown, holds: (a: number | string, b: number | string) => boolean): boolean {
  const [x, y] = [asNumber(a), asNumber(b)];
  return x !== undefined && y !== undefined ? holds(x, y) : holds(String(a), String(b));
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

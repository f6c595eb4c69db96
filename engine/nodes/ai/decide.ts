import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { choose } from './choose.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { sourceFields } from './source.ts';

const ruleSchema = z.strictObject({
  when: z.string().min(1).max(2000).meta({ title: 'When' }),
  result: z.unknown().meta({ title: 'Result' }),
});

export const decide = defineNode({
  type: 'ai.decide',
  version: 1,
  title: 'Decision table with AI',
  category: 'ai',
  icon: 'table-properties',
  description: 'Finds the rule of a table, written in words, that fits a text and gives the result of that rule.',
  synonyms: ['decision table', 'rules', 'policy', 'llm'],
  params: z.strictObject({
    ...sourceFields,
    rules: z.array(ruleSchema).min(1).max(100).meta({ title: 'Rules', 'x-widget': 'list' }),
    otherwise: z.unknown().optional().meta({ title: 'Otherwise', description: 'The result where no rule fits.' }),
    minConfidence: z.number().min(0).max(1).default(0.5).meta({ title: 'Otherwise below' }),
    ...modelFields,
  }),
  output: z.object({
    result: z.unknown(),
    /** Counted from 0; null where none fits. */
    rule: z.int().nullable(),
    confidence: z.number(),
    reason: z.string(),
    usage: usageSchema,
  }),
  effect: 'idempotent',
  examples: [
    {
      title: 'Who approves',
      params: {
        model: 'gpt-4.1-mini',
        apiKey: '${vars.aiKey}',
        text: '${vars.request}',
        rules: [
          { when: 'costs more than 1,000 euro', result: 'management' },
          { when: 'anything else', result: 'team' },
        ],
      },
    },
  ],
  async run(ctx, params) {
    const { text, files, rules, otherwise, minConfidence } = params;
    const { choice, confidence, reason, usage } = await choose(ctx, params, {
      question: 'Which is the first rule whose condition the material fulfils?',
      text,
      files,
      options: rules.map(({ when }, i) => ({ name: `rule-${i + 1}`, when })),
    });
    const index = choice === null || confidence < minConfidence ? null : Number(choice.slice('rule-'.length)) - 1;
    const result = index === null ? otherwise : rules[index]?.result;
    return { output: { result: result ?? null, rule: index, confidence, reason, usage } };
  },
});

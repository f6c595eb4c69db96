import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { outsideRule } from './outside-text.ts';
import { readSource, sourceFields } from './source.ts';

const categorySchema = z.strictObject({
  name: z.string().min(1).max(200).meta({ title: 'Name' }),
  description: z.string().max(1000).default('').meta({ title: 'What belongs to it' }),
});

export const classify = defineNode({
  type: 'ai.classify',
  version: 1,
  title: 'Classify with AI',
  category: 'ai',
  icon: 'tags',
  description: 'Says which of your categories a text, document or picture belongs to, and how sure that is.',
  synonyms: ['category', 'document type', 'sort', 'label', 'sentiment', 'intent', 'llm'],
  params: z.strictObject({
    ...sourceFields,
    categories: z.array(categorySchema).min(1).max(100).meta({ title: 'Categories', 'x-widget': 'list' }),
    several: z.boolean().default(false).meta({ title: 'Several may fit' }),
    minConfidence: z.number().min(0).max(1).default(0.7).meta({ title: 'A person looks below' }),
    hint: z.string().max(10_000).default('').meta({ title: 'Hint', 'x-widget': 'textarea' }),
    ...modelFields,
  }),
  output: z.object({
    /** The surest; null where none fits. */
    category: z.string().nullable(),
    categories: z.array(z.string()),
    confidence: z.number(),
    scores: z.record(z.string(), z.number()),
    reason: z.string(),
    needsReview: z.boolean(),
    usage: usageSchema,
  }),
  effect: 'idempotent',
  examples: [
    {
      title: 'Mails',
      params: {
        model: 'gpt-4.1-mini',
        apiKey: '${vars.aiKey}',
        text: '${vars.mail}',
        categories: [{ name: 'order' }, { name: 'complaint' }, { name: 'other' }],
      },
    },
  ],
  async run(ctx, params) {
    const { text, files, categories, several, minConfidence, hint } = params;
    const source = await readSource(ctx, text, files);
    const names = categories.map(({ name }) => name) as [string, ...string[]];
    const score = z.number().min(0).max(1);
    const { value, usage } = await askForJson(ctx, params, {
      messages: [
        {
          role: 'system',
          content: `Say to which categories the material belongs.\n${outsideRule}\nGive a score from 0 to 1 for every category${several ? '; several may fit' : '; only one can be right'}, and a reason in one sentence.`,
        },
        {
          role: 'user',
          content: [
            {
              type: 'text',
              text: [
                `Categories:\n${categories.map(({ name, description }) => `- ${name}${description === '' ? '' : `: ${description}`}`).join('\n')}`,
                hint,
              ]
                .filter(Boolean)
                .join('\n\n'),
            },
            ...source.parts,
          ],
        },
      ],
      schema: z.strictObject({
        scores: z.array(z.strictObject({ category: z.enum(names), score })),
        reason: z.string(),
      }),
    });
    const sorted = value.scores.toSorted((a, b) => b.score - a.score);
    const chosen = several
      ? sorted.filter((one) => one.score >= minConfidence)
      : sorted.slice(0, 1).filter((one) => one.score > 0);
    const best = sorted[0];
    const confidence = best?.score ?? 0;
    return {
      output: {
        category: chosen[0]?.category ?? null,
        categories: chosen.map((one) => one.category),
        confidence,
        scores: Object.fromEntries(sorted.map((one) => [one.category, one.score])),
        reason: value.reason,
        needsReview: chosen.length === 0 || confidence < minConfidence,
        usage,
      },
    };
  },
});

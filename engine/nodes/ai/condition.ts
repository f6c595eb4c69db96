import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { outsideRule } from './outside-text.ts';
import { readSource, sourceFields } from './source.ts';

export const condition = defineNode({
  type: 'ai.condition',
  version: 1,
  title: 'If, decided by AI',
  category: 'ai',
  icon: 'git-branch',
  description: 'Asks a model whether something is true of a text or picture and goes on at Yes, No or Unsure.',
  synonyms: ['ai condition', 'if', 'branch', 'decide', 'yes or no', 'llm'],
  params: z.strictObject({
    question: z.string().min(1).max(10_000).meta({ title: 'Question', placeholder: 'Is the customer angry?' }),
    ...sourceFields,
    minConfidence: z.number().min(0).max(1).default(0).meta({
      title: 'Unsure below',
      description: '0: never unsure. The port Unsure has to lead somewhere then.',
    }),
    ...modelFields,
  }),
  output: z.object({ answer: z.boolean(), confidence: z.number(), reason: z.string(), usage: usageSchema }),
  outputs: [
    { id: 'yes', title: 'Yes', kind: 'flow' },
    { id: 'no', title: 'No', kind: 'flow' },
    { id: 'unsure', title: 'Unsure', kind: 'flow' },
  ],
  effect: 'idempotent',
  examples: [
    {
      title: 'A complaint',
      params: {
        model: 'gpt-4.1-mini',
        apiKey: '${vars.aiKey}',
        question: 'Does the customer complain?',
        text: '${vars.mail}',
      },
    },
  ],
  async run(ctx, params) {
    const { question, text, files, minConfidence } = params;
    const source = text === '' && files.length === 0 ? undefined : await readSource(ctx, text, files);
    const { value, usage } = await askForJson(ctx, params, {
      messages: [
        {
          role: 'system',
          content: `Answer the question with yes (true) or no (false), say how sure you are from 0 to 1, and why in one sentence.\n${outsideRule}`,
        },
        { role: 'user', content: [{ type: 'text', text: question }, ...(source?.parts ?? [])] },
      ],
      schema: z.strictObject({ answer: z.boolean(), confidence: z.number().min(0).max(1), reason: z.string() }),
    });
    const port = value.confidence < minConfidence ? 'unsure' : value.answer ? 'yes' : 'no';
    return { port, output: { ...value, usage } };
  },
});

import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { choose } from './choose.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { sourceFields } from './source.ts';

const optionSchema = z.strictObject({
  port: z
    .string()
    .regex(/^(?!(?:default|error)$)[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -; neither "default" nor "error"')
    .meta({ title: 'Port' }),
  when: z.string().max(2000).default('').meta({ title: 'When' }),
});

export const switchNode = defineNode({
  type: 'ai.switch',
  version: 1,
  title: 'Switch, decided by AI',
  category: 'ai',
  icon: 'list-tree',
  description:
    'Lets a model choose one of several ways and goes on at its port; at Default where none fits or it is unsure.',
  synonyms: ['ai switch', 'route', 'choose', 'dispatch', 'decide', 'llm'],
  params: z.strictObject({
    question: z
      .string()
      .max(10_000)
      .default('')
      .meta({ title: 'Question', placeholder: 'Which department should answer?' }),
    ...sourceFields,
    options: z.array(optionSchema).min(1).max(64).meta({ title: 'Ways', 'x-widget': 'list' }),
    minConfidence: z.number().min(0).max(1).default(0.5).meta({ title: 'Default below' }),
    ...modelFields,
  }),
  output: z.object({
    port: z.string(),
    /** What the model chose, also where it was too unsure. */
    choice: z.string().nullable(),
    confidence: z.number(),
    reason: z.string(),
    usage: usageSchema,
  }),
  outputs: [{ id: 'default', title: 'Default', kind: 'flow' }],
  dynamicOutputs: { param: 'options', prefix: 'option', kind: 'flow', idKey: 'port' },
  effect: 'idempotent',
  examples: [
    {
      title: 'Departments',
      params: {
        model: 'gpt-4.1-mini',
        apiKey: '${vars.aiKey}',
        text: '${vars.mail}',
        options: [
          { port: 'sales', when: 'asks for an offer' },
          { port: 'support', when: 'something does not work' },
        ],
      },
    },
  ],
  async run(ctx, params) {
    const { question, text, files, options, minConfidence } = params;
    const chosen = await choose(ctx, params, {
      question: question || 'Which way fits the material?',
      text,
      files,
      options: options.map(({ port, when }) => ({ name: port, when })),
    });
    const port = chosen.choice !== null && chosen.confidence >= minConfidence ? chosen.choice : 'default';
    return { port, output: { port, ...chosen } };
  },
});

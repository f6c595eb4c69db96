import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { embedTexts } from './embeddings.ts';
import { connectionFields, usageSchema } from './model-fields.ts';

export const embed = defineNode({
  type: 'ai.embed',
  version: 1,
  title: 'Make embeddings',
  category: 'ai',
  icon: 'waypoints',
  description: 'Turns texts into vectors that lie close together where the texts mean something similar.',
  synonyms: ['embedding', 'vector', 'semantic', 'similarity'],
  params: z.strictObject({
    texts: z
      .union([z.string().min(1).max(500_000), z.array(z.string().min(1).max(500_000)).min(1).max(10_000)])
      .meta({ title: 'Texts', description: 'One text or a list.' }),
    dimensions: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .meta({ title: 'Dimensions', description: '0: as the model has them.', 'x-advanced': true }),
    ...connectionFields,
  }),
  output: z.object({
    /** Of the first text. */
    vector: z.array(z.number()),
    vectors: z.array(z.array(z.number())),
    dimensions: z.int(),
    usage: usageSchema,
  }),
  effect: 'idempotent',
  examples: [
    { title: 'A text', params: { model: 'text-embedding-3-small', apiKey: '${vars.aiKey}', texts: 'a red car' } },
  ],
  async run(ctx, params) {
    const texts = typeof params.texts === 'string' ? [params.texts] : params.texts;
    const { vectors, usage } = await embedTexts(ctx, params, texts, params.dimensions);
    const vector = vectors[0] ?? [];
    return { output: { vector, vectors, dimensions: vector.length, usage } };
  },
});

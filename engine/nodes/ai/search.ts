import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { embedTexts } from './embeddings.ts';
import { memoryFields, openMemory } from './memory-file.ts';
import { connectionFields, usageSchema } from './model-fields.ts';

export const foundSchema = z.object({
  id: z.string(),
  text: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  score: z.number(),
});

export const searchFields = {
  ...memoryFields,
  limit: z.int().min(1).max(1000).default(5).meta({ title: 'At most' }),
  minScore: z.number().min(-1).max(1).default(0).meta({ title: 'At least as near as', 'x-advanced': true }),
  metadata: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ title: 'Only with', description: 'Metadata a text must have.', 'x-widget': 'keyvalue' }),
};

export const search = defineNode({
  type: 'ai.search',
  version: 1,
  title: 'Search memory',
  category: 'ai',
  icon: 'search-check',
  description: 'Finds the remembered texts that are nearest to a question in what they mean.',
  synonyms: ['vector search', 'semantic search', 'similar', 'knowledge', 'rag'],
  params: z.strictObject({
    query: z.string().min(1).max(100_000).meta({ title: 'Search for', 'x-widget': 'textarea' }),
    ...searchFields,
    ...connectionFields,
  }),
  output: z.object({ results: z.array(foundSchema), count: z.int(), best: foundSchema.nullable(), usage: usageSchema }),
  effect: 'idempotent',
  examples: [
    {
      title: 'An answer',
      params: { model: 'text-embedding-3-small', apiKey: '${vars.aiKey}', query: 'How long does delivery take?' },
    },
  ],
  async run(ctx, params) {
    const { query, path, collection, limit, minScore, metadata, model } = params;
    const { vectors, usage } = await embedTexts(ctx, params, [query]);
    using memory = await openMemory(ctx, path, true);
    const results = await memory.search(collection, model, vectors[0] ?? [], {
      limit,
      minScore,
      metadata,
      signal: ctx.signal,
    });
    return { output: { results, count: results.length, best: results[0] ?? null, usage } };
  },
});

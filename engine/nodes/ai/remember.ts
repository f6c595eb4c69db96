import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { embedTexts } from './embeddings.ts';
import { idOf, memoryFields, openMemory } from './memory-file.ts';
import { connectionFields, usageSchema } from './model-fields.ts';
import { splitText } from './split-text.ts';

const documentSchema = z.union([
  z.string().min(1).max(2_000_000),
  z.strictObject({
    id: z.string().max(200).default(''),
    text: z.string().min(1).max(2_000_000),
    metadata: z.record(z.string(), z.unknown()).default({}),
  }),
]);

export const remember = defineNode({
  type: 'ai.remember',
  version: 1,
  title: 'Remember texts',
  category: 'ai',
  icon: 'brain',
  description: 'Keeps texts in a memory file so that they are found by what they mean.',
  synonyms: ['vector store', 'add documents', 'index', 'knowledge', 'rag', 'embedding'],
  params: z.strictObject({
    documents: z.array(documentSchema).min(1).max(10_000).meta({
      title: 'Texts',
      description: 'Texts, or { "id", "text", "metadata" }. The same id replaces.',
      'x-widget': 'json',
    }),
    ...memoryFields,
    pieceChars: z
      .int()
      .min(100)
      .max(100_000)
      .default(2000)
      .meta({ title: 'Pieces of', unit: 'characters', 'x-advanced': true }),
    overlap: z.int().min(0).max(10_000).default(200).meta({ title: 'Overlap', unit: 'characters', 'x-advanced': true }),
    ...connectionFields,
  }),
  output: z.object({ count: z.int(), pieces: z.int(), ids: z.array(z.string()), usage: usageSchema }),
  effect: 'idempotent',
  examples: [
    {
      title: 'Answers',
      params: { model: 'text-embedding-3-small', apiKey: '${vars.aiKey}', documents: ['We deliver within two days.'] },
    },
  ],
  async run(ctx, params) {
    const { documents, path, collection, pieceChars, overlap, model } = params;
    const given = documents.map((one) => (typeof one === 'string' ? { id: '', text: one, metadata: {} } : one));
    const pieces = given.flatMap(({ id, text, metadata }) => {
      const parts = splitText(text, pieceChars, Math.min(overlap, Math.floor(pieceChars / 2)));
      const own = id || idOf(text);
      return parts.map((part, i) => ({ id: i === 0 ? own : `${own}#${i + 1}`, text: part, metadata, owner: own }));
    });
    const { vectors, usage } = await embedTexts(
      ctx,
      params,
      pieces.map(({ text }) => text),
    );
    using memory = await openMemory(ctx, path, false);
    memory.put(
      collection,
      model,
      pieces.map((piece, i) => ({ ...piece, vector: vectors[i] ?? [] })),
    );
    return {
      output: {
        count: given.length,
        pieces: pieces.length,
        ids: [...new Set(pieces.map(({ owner }) => owner))],
        usage,
      },
    };
  },
});

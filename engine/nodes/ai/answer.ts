import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import { embedTexts } from './embeddings.ts';
import { openMemory } from './memory-file.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { outsideRule, outsideText } from './outside-text.ts';
import { foundSchema, searchFields } from './search.ts';
import { addUsage } from './usage.ts';

export const answer = defineNode({
  type: 'ai.answer',
  version: 1,
  title: 'Answer from memory',
  category: 'ai',
  icon: 'book-open',
  description:
    'Answers a question from the remembered texts alone and names those it used; says so where they do not tell.',
  synonyms: ['rag', 'knowledge base', 'question answering', 'sources', 'llm'],
  params: z.strictObject({
    question: z.string().min(1).max(100_000).meta({ title: 'Question', 'x-widget': 'textarea' }),
    embeddingModel: z.string().min(1).max(300).meta({
      title: 'Model of the memory',
      placeholder: 'text-embedding-3-small',
      description: 'The one the texts were remembered with.',
    }),
    ...searchFields,
    language: z.string().max(100).default('').meta({ title: 'Language', placeholder: 'that of the question' }),
    ...modelFields,
  }),
  output: z.object({
    /** Null where the texts do not tell. */
    answer: z.string().nullable(),
    isKnown: z.boolean(),
    sources: z.array(foundSchema),
    usage: usageSchema,
  }),
  effect: 'idempotent',
  examples: [
    {
      title: 'A customer asks',
      params: {
        model: 'gpt-4.1-mini',
        embeddingModel: 'text-embedding-3-small',
        apiKey: '${vars.aiKey}',
        question: 'How long does delivery take?',
      },
    },
  ],
  async run(ctx, params) {
    const { question, embeddingModel, path, collection, limit, minScore, metadata, language } = params;
    const asked = await embedTexts(ctx, { ...params, model: embeddingModel }, [question]);
    using memory = await openMemory(ctx, path, true);
    const found = await memory.search(collection, embeddingModel, asked.vectors[0] ?? [], {
      limit,
      minScore,
      metadata,
      signal: ctx.signal,
    });
    if (found.length === 0) return { output: { answer: null, isKnown: false, sources: [], usage: asked.usage } };
    const { value, usage } = await askForJson(ctx, params, {
      messages: [
        {
          role: 'system',
          content: `Answer the question from the material alone, in ${language || 'the language of the question'}. Where the material does not tell, answer null. Name the numbers of the pieces you used.\n${outsideRule}`,
        },
        {
          role: 'user',
          content: [question, ...found.map(({ text }, i) => outsideText(text, `piece ${i + 1}`))].join('\n\n'),
        },
      ],
      schema: z.strictObject({
        answer: z.string().nullable(),
        pieces: z.array(z.int().min(1).max(found.length)),
      }),
    });
    const isKnown = value.answer !== null;
    const sources = isKnown ? found.filter((_one, i) => value.pieces.includes(i + 1)) : [];
    return { output: { answer: value.answer, isKnown, sources, usage: addUsage(asked.usage, usage) } };
  },
});

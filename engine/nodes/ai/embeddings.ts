import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { callModel } from './call-model.ts';
import type { ModelConnection } from './model-fields.ts';
import { addUsage, checkRunLimit, noUsage, takeUsage, type Usage } from './usage.ts';

const replySchema = z.object({
  data: z.array(z.object({ index: z.int().optional(), embedding: z.array(z.number()).min(1) })),
  usage: z.unknown().optional(),
});

/** Texts in one request: what every service takes. */
const batch = 96;

/** One vector per text, in order. */
export async function embedTexts(
  ctx: NodeContext,
  params: ModelConnection,
  texts: readonly string[],
  dimensions = 0,
): Promise<{ vectors: number[][]; usage: Usage }> {
  const vectors: number[][] = [];
  let usage = noUsage;
  for (let from = 0; from < texts.length; from += batch) {
    checkRunLimit(ctx, params.runTokenLimit);
    const input = texts.slice(from, from + batch);
    const data = await callModel(ctx, params, 'embeddings', {
      model: params.model,
      input,
      encoding_format: 'float',
      ...(dimensions > 0 ? { dimensions } : {}),
    });
    const reply = replySchema.safeParse(data);
    if (!reply.success || reply.data.data.length !== input.length)
      throw new AppError(
        'DATA_FORMAT',
        'The answer of the model service holds no vector for every text. Check that the model makes embeddings.',
      );
    const sorted = reply.data.data
      .map((one, i) => ({ ...one, index: one.index ?? i }))
      .sort((a, b) => a.index - b.index);
    vectors.push(...sorted.map(({ embedding }) => embedding));
    usage = addUsage(usage, takeUsage(ctx, reply.data.usage));
    ctx.progress(Math.min(1, (from + batch) / texts.length));
  }
  return { vectors, usage };
}

import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { callModel } from './call-model.ts';
import type { ModelParams } from './model-fields.ts';
import { checkRunLimit, takeUsage, type Usage } from './usage.ts';

export type Part = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string | Part[];
}

export interface AskOptions {
  /** OpenAI's `response_format`. */
  responseFormat?: Record<string, unknown>;
}

export interface ModelAnswer {
  text: string;
  usage: Usage;
  /** Why it ended; "length" when the answer was cut. */
  finishReason: string;
  model: string;
}

const replySchema = z.object({
  model: z.string().default(''),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.unknown().optional(),
});

/** One question to a language model. */
export async function askModel(
  ctx: NodeContext,
  params: ModelParams,
  messages: readonly Message[],
  { responseFormat }: AskOptions = {},
): Promise<ModelAnswer> {
  const { provider, model, temperature, maxTokens, runTokenLimit } = params;
  checkRunLimit(ctx, runTokenLimit);
  // OpenAI's newer models know only the newer name, other services only the older one.
  const limit = provider === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  const data = await callModel(ctx, params, 'chat/completions', {
    model,
    messages,
    [limit]: maxTokens,
    ...(temperature === null ? {} : { temperature }),
    ...(responseFormat === undefined ? {} : { response_format: responseFormat }),
  });
  const reply = replySchema.safeParse(data);
  const choice = reply.data?.choices[0];
  if (!reply.success || !choice)
    throw new AppError(
      'DATA_FORMAT',
      'The answer of the model service has an unknown form. Check the address of the provider.',
    );
  const usage = takeUsage(ctx, reply.data.usage);
  if (choice.message.refusal)
    throw new AppError(
      'NODE_FAILED',
      `The model refused to answer: ${choice.message.refusal.slice(0, 300)}. Ask in another way.`,
      {
        details: { usage },
      },
    );
  const text = choice.message.content ?? '';
  return { text, usage, finishReason: choice.finish_reason ?? '', model: reply.data.model || model };
}

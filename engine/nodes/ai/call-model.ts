import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { type ModelConnection, providers } from './model-fields.ts';

const faultSchema = z.object({
  error: z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]),
});

/** One call of a service that speaks the protocol of OpenAI. */
export async function callModel(
  ctx: NodeContext,
  { provider, baseUrl, apiKey, timeoutMs }: ModelConnection,
  endpoint: 'chat/completions' | 'embeddings',
  json: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const base = baseUrl !== '' && (provider === 'own' || provider === 'ollama') ? baseUrl : providers[provider];
  if (base === '')
    throw new AppError(
      'PARAMS_INVALID',
      'The address of the model service is missing. Write it in full, e.g. https://models.example.com/v1.',
    );
  const { data } = await callApi(ctx, {
    service: 'The model service',
    url: `${base.replace(/\/+$/, '')}/${endpoint}`,
    headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
    json,
    secrets: [apiKey],
    once: false,
    timeoutMs,
    maxBytes: 64 * 1024 * 1024,
    reasonOf: (answer) => faultSchema.safeParse(answer).data?.error,
  });
  return data;
}

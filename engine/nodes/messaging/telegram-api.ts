import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { callApi } from '../../web/call-api.ts';
import { type FilePart, multipart } from '../../web/multipart.ts';
import { redacted } from '../../web/redacted.ts';
import { baseField, timeoutField } from './fields.ts';

export const botFields = {
  botToken: z.string().min(1).max(500).meta({ title: 'Bot token', placeholder: '123456:ABC…', 'x-widget': 'password' }),
};

export const botLimits = { baseUrl: baseField('https://api.telegram.org'), timeoutMs: timeoutField };

interface Bot {
  botToken: string;
  baseUrl: string;
  timeoutMs: number;
}

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.unknown(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().optional() }).optional(),
});

/** One method of the bot API. Files go as a form, everything else as JSON. */
export async function callBot(
  ctx: NodeContext,
  { botToken, baseUrl, timeoutMs }: Bot,
  method: string,
  fields: Readonly<Record<string, unknown>>,
  { files = [], once = true }: { files?: readonly FilePart[]; once?: boolean } = {},
): Promise<unknown> {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined));
  const form = files.length > 0 ? await multipart(ctx, files, asText(given)) : undefined;
  const { data } = await callApi(ctx, {
    service: 'Telegram',
    url: `${baseUrl.replace(/\/+$/, '')}/bot${botToken}/${method}`,
    ...(form ? { body: form.body, headers: { 'content-type': form.contentType } } : { json: given }),
    secrets: [botToken],
    once,
    timeoutMs,
    reasonOf: (answer) => answerSchema.safeParse(answer).data?.description,
    pauseOf: (answer) => {
      const seconds = answerSchema.safeParse(answer).data?.parameters?.retry_after;
      return seconds === undefined ? undefined : seconds * 1000;
    },
  });
  const answer = answerSchema.safeParse(data);
  if (!answer.success || !answer.data.ok)
    throw new AppError(
      'HTTP_FAILED',
      `Telegram refused ${method}: ${redacted(answer.data?.description ?? 'its answer has an unknown form', [botToken])}. Check the parameters of the step.`,
    );
  return answer.data.result;
}

function asText(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

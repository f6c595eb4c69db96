import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import type { HttpAccess } from '../../resources/http.ts';
import type { usageSchema } from './model-fields.ts';

export type Usage = z.output<typeof usageSchema>;

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, requests: 0 };

const count = z.number().catch(0);
const reported = z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count }).partial().catch({});

/** What each run has used. It hangs on the run's connections and goes with them. */
const used = new WeakMap<HttpAccess, number>();

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    totalTokens: a.totalTokens + b.totalTokens,
    requests: a.requests + b.requests,
  };
}

/** Reads what a service says it used and counts it for the run. */
export function takeUsage(ctx: NodeContext, said: unknown): Usage {
  const {
    prompt_tokens: input = 0,
    completion_tokens: output = 0,
    total_tokens: total = 0,
  } = reported.parse(said ?? {});
  const whole = (value: number) => Math.max(0, Math.round(value));
  const usage = {
    inputTokens: whole(input),
    outputTokens: whole(output),
    totalTokens: whole(total || input + output),
    requests: 1,
  };
  used.set(ctx.http, (used.get(ctx.http) ?? 0) + usage.totalTokens);
  return usage;
}

export function checkRunLimit(ctx: NodeContext, limit: number): void {
  const so = used.get(ctx.http) ?? 0;
  if (limit > 0 && so >= limit)
    throw new AppError(
      'RUN_LIMIT',
      `The AI steps of this run have used ${so} tokens, and the limit is ${limit}. Raise the limit, or ask less.`,
      {
        details: { used: so, limit },
      },
    );
}

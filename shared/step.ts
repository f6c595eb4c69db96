import { z } from 'zod';
import { type ErrorCode, isErrorCode } from './errors.ts';

export const wireErrorSchema = z.strictObject({
  code: z.string().max(64).refine(isErrorCode, 'an error code of docs/errors.md') as unknown as z.ZodType<ErrorCode>,
  message: z.string().max(20_000),
  retryable: z.boolean().optional(),
  details: z.record(z.string(), z.json()).optional(),
});

/**
 * One row of a run's journal. A step is a node at a place in a run, named by its path (`each[3]/try/body/click`, a second
 * pass through the same node in the same scope is `click#2`).
 * - `started`: the intent, durable before a step that is not pure or idempotent may act; `data` is what the node asked to keep (a deadline).
 * - `finished`: `port`, `output` and variables it set. A resumed run takes these in place of running the node.
 * - `failed`: the error; counts on resume only when a `handled` row with the same `path` follows, else the step runs again. Where the step's own
 *   policy tries it again, `data` holds the number of the try that failed and the time of the next.
 * - `handled`: the failure of `path` was caught (try, error port, retry).
 * - `state`: snapshot of open resources (browser storage and address).
 *
 * Where a row outlives its process, secret values in it are masked, and `sealed` holds what they were, readable only with the key of the run.
 */
export const stepRowSchema = z.strictObject({
  /** 1, 2, 3 … without gaps within a job. */
  seq: z.int().min(1),
  kind: z.enum(['started', 'finished', 'failed', 'handled', 'state']),
  path: z.string().max(2000),
  nodeId: z.string().max(64),
  /** Milliseconds since 1970. */
  at: z.number(),
  durationMs: z.number().optional(),
  port: z.string().max(64).optional(),
  output: z.json().optional(),
  vars: z.record(z.string(), z.json()).optional(),
  error: wireErrorSchema.optional(),
  data: z.json().optional(),
  /** AES-256-GCM, base64: the parts of the row that hold a secret, as they were. */
  sealed: z.string().max(12_000_000).optional(),
});
export type StepRow = z.infer<typeof stepRowSchema>;

export const logLevelSchema = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof logLevelSchema>;

export const logLineSchema = z.strictObject({
  seq: z.int().min(1),
  at: z.number(),
  level: logLevelSchema,
  nodeId: z.string().max(64).optional(),
  path: z.string().max(2000).optional(),
  message: z.string().max(16_384),
  data: z.json().optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

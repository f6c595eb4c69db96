import { AppError } from '@casare/shared';
import { z } from 'zod';

export const itemSchema = z.object({
  id: z.string(),
  queue: z.string(),
  reference: z.string().nullable(),
  priority: z.enum(['low', 'normal', 'high']),
  data: z.record(z.string(), z.unknown()),
  status: z.enum(['new', 'inProgress', 'successful', 'failed', 'retried', 'abandoned']),
  failure: z.object({ kind: z.enum(['business', 'application']), reason: z.string() }).nullable(),
  output: z.unknown(),
  progress: z.string(),
  deadline: z.number().nullable(),
  postponedUntil: z.number().nullable(),
  attempt: z.int(),
  maxRetries: z.int(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  lock: z.string().nullable(),
});

export const queueField = z.string().min(1).max(200).meta({ title: 'Queue', placeholder: 'invoices' });

export const momentField = (title: string) =>
  z.string().max(100).default('').meta({ title, placeholder: '2026-12-24T18:00:00Z', 'x-advanced': true });

/** Empty: none. */
export function momentOf(text: string): number | null {
  if (text === '') return null;
  const moment = Date.parse(text);
  if (Number.isFinite(moment)) return moment;
  throw new AppError('DATA_FORMAT', `"${text}" is no moment. Write it like 2026-12-24T18:00:00Z.`);
}

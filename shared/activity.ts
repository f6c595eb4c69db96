import { z } from 'zod';
import { EVENT_TYPES } from './events.ts';
import { idSchema, isoTimeSchema } from './page.ts';

export const activityQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Nothing older than this. */
  since: isoTimeSchema.optional(),
  /** Comma separated: types of events such as `job.failed`, or whole kinds such as `job`. */
  type: z.string().max(500).optional(),
  /** `nextCursor` of the page before. */
  cursor: z.string().max(20).optional(),
});

export const activityItemSchema = z.strictObject({
  seq: z.int(),
  at: isoTimeSchema,
  type: z.enum(EVENT_TYPES),
  /** What happened, in words. */
  sentence: z.string(),
  /** What it happened to: a job, a robot … */
  kind: z.string(),
  subjectId: idSchema,
});
export type ActivityItem = z.infer<typeof activityItemSchema>;
export const activitySchema = z.strictObject({ items: z.array(activityItemSchema), nextCursor: z.string().nullable() });

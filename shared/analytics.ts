import { z } from 'zod';
import { jobStateSchema } from './job.ts';
import { idSchema, isoTimeSchema } from './page.ts';

/** Milliseconds; null where nothing was measured. Percentiles are off by less than 5 %. */
export const timesSchema = z.strictObject({
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
});
export type Times = z.infer<typeof timesSchema>;

const countsSchema = z.strictObject({
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** Attempts that failed and were followed by another one. */
  retried: z.int(),
  /** Elements of pages that were found by their recorded marks. */
  healed: z.int(),
  /** Completed of those that completed or failed, 0–1; null when there are none. */
  successRate: z.number().nullable(),
  /** From the start of the first attempt to the end. */
  duration: timesSchema,
  /** From the submission to the start. */
  waiting: timesSchema,
  /** By the minutes a person needs; null while no workflow has any. */
  hoursSaved: z.number().nullable(),
});

export const analyticsQuerySchema = z.strictObject({
  /** Up to two days are shown per hour, more per day (UTC). */
  days: z.coerce.number().int().min(1).max(1095).default(30),
  workflowId: idSchema.optional(),
});
export const analyticsSchema = z.strictObject({
  from: isoTimeSchema,
  to: isoTimeSchema,
  grain: z.enum(['hour', 'day']),
  totals: countsSchema,
  /** Every hour or day, oldest first. */
  series: z.array(
    z.strictObject({
      start: isoTimeSchema,
      completed: z.int(),
      failed: z.int(),
      cancelled: z.int(),
      duration: timesSchema,
      waiting: timesSchema,
    }),
  ),
  /** The 100 with the most jobs. */
  workflows: z.array(
    countsSchema.extend({
      workflowId: idSchema,
      name: z.string(),
      /** What a person needs for one job. */
      manualMinutes: z.number().nullable(),
    }),
  ),
  /** Of failed jobs, the most frequent first. */
  errors: z.array(z.strictObject({ code: z.string(), count: z.int(), workflows: z.int() })),
});
export type Analytics = z.infer<typeof analyticsSchema>;

export const rebuildReplySchema = z.strictObject({
  /** From then on figures were counted again; before that the jobs are gone. */
  since: isoTimeSchema,
  /** Ends of jobs that were counted. */
  jobs: z.int(),
});
export const manualMinutesSchema = z.strictObject({ minutes: z.number().positive().max(100_000).nullable() });

export const robotFiguresSchema = z.strictObject({
  robotId: idSchema,
  name: z.string(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  successRate: z.number().nullable(),
  /** Time jobs ran on it, added up. */
  busySeconds: z.number(),
  /** Busy time of what its places for jobs could have done, 0–1. */
  utilization: z.number(),
});
export const robotFiguresListSchema = z.strictObject({ robots: z.array(robotFiguresSchema) });
export const robotFiguresDetailSchema = robotFiguresSchema.extend({
  series: z.array(
    z.strictObject({ start: isoTimeSchema, completed: z.int(), failed: z.int(), busySeconds: z.number() }),
  ),
});
export const robotFiguresQuerySchema = z.strictObject({
  days: z.coerce.number().int().min(1).max(1095).default(30),
});

export const jobFiguresSchema = z.strictObject({
  jobId: idSchema,
  state: jobStateSchema,
  attempts: z.int(),
  /** From the submission to the start, or until now. */
  waitedMs: z.number(),
  /** From the start of the first attempt to the end, or until now; null before. */
  ranMs: z.number().nullable(),
  steps: z.int(),
  logLines: z.int(),
  /** The steps that took longest. */
  slowest: z.array(z.strictObject({ path: z.string(), nodeId: z.string(), durationMs: z.number() })),
  /** Of the jobs of this workflow in the last 30 days. */
  usual: timesSchema,
});
export type JobFigures = z.infer<typeof jobFiguresSchema>;

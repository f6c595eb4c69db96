import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';

/** `ok`: looked at and fine. `warn`: works, with a limit. `error`: jobs that need it fail. */
export const findingLevelSchema = z.enum(['ok', 'info', 'warn', 'error']);
export const findingSchema = z.strictObject({
  /** Stable name of the check, e.g. `desktop.locked`. */
  check: z.string().max(64),
  level: findingLevelSchema,
  message: z.string().max(500),
  /** What to do about it; empty where nothing is to be done. */
  cure: z.string().max(500),
});
export type Finding = z.infer<typeof findingSchema>;
export const findingsSchema = z.array(findingSchema).max(50);

export const doctorReportSchema = z.strictObject({ instanceId: z.uuid(), findings: findingsSchema });
/** `GET /robots/:id/doctor`; `at` is null while the robot has told nothing. */
export const robotDoctorSchema = z.strictObject({ at: isoTimeSchema.nullable(), findings: findingsSchema });
export type RobotDoctor = z.infer<typeof robotDoctorSchema>;

export const robotLogLevelSchema = z.enum(['debug', 'info', 'warn', 'error']);
export const robotLogLineSchema = z.strictObject({
  at: isoTimeSchema,
  level: robotLogLevelSchema,
  message: z.string().max(4000),
  /** Facts beside the message, as JSON text. */
  facts: z.string().max(4000).optional(),
});
export type RobotLogLine = z.infer<typeof robotLogLineSchema>;
export const robotLogsSchema = z.strictObject({
  instanceId: z.uuid(),
  /** Number of the first line since the process began: lines that come twice are kept once. */
  first: z.int().min(1),
  lines: z.array(robotLogLineSchema).min(1).max(500),
});
export const robotLogQuerySchema = pageQuerySchema.extend({
  /** This level and those above it. */
  level: robotLogLevelSchema.optional(),
  search: z.string().max(200).optional(),
  since: isoTimeSchema.optional(),
});
export const robotLogRowSchema = robotLogLineSchema.extend({ id: idSchema });
export type RobotLogRow = z.infer<typeof robotLogRowSchema>;

/** One look at a robot every five minutes, kept for a day. */
export const robotSampleSchema = z.strictObject({
  at: isoTimeSchema,
  cpuPercent: z.number(),
  memoryPercent: z.number(),
  diskFreeMb: z.number(),
  runningJobs: z.int(),
});
export type RobotSample = z.infer<typeof robotSampleSchema>;
export const robotSamplesSchema = z.strictObject({ samples: z.array(robotSampleSchema) });

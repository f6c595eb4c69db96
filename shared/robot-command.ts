import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';

/** What can be asked of a robot; docs/robot.md tells what each does. */
export const ROBOT_COMMANDS = ['pause', 'resume', 'drain', 'stop', 'restart', 'screenshot', 'logs', 'doctor'] as const;
export const robotCommandNameSchema = z.enum(ROBOT_COMMANDS);
export type RobotCommandName = z.infer<typeof robotCommandNameSchema>;

/** A command as a robot gets it: with its heartbeat or by its socket, and again until it says what came of it. */
export const robotCommandSchema = z.strictObject({
  id: idSchema,
  command: robotCommandNameSchema,
  /** Of which job a screenshot is wanted. */
  jobId: idSchema.nullable(),
});
export type RobotCommand = z.infer<typeof robotCommandSchema>;

/** `queued`: the robot has not got it yet. `expired`: it did not come for it in time. */
export const COMMAND_STATES = ['queued', 'delivered', 'done', 'failed', 'expired'] as const;
export const commandStateSchema = z.enum(COMMAND_STATES);
export type CommandState = z.infer<typeof commandStateSchema>;

export const robotCommandRecordSchema = robotCommandSchema.extend({
  robotId: idSchema,
  robotName: z.string(),
  state: commandStateSchema,
  /** Why it failed, or what came of it. */
  reason: z.string().nullable(),
  /** The picture or log it was to bring. */
  artifactId: idSchema.nullable(),
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  deliveredAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
  expiresAt: isoTimeSchema,
});
export type RobotCommandRecord = z.infer<typeof robotCommandRecordSchema>;

const command = {
  command: robotCommandNameSchema,
  /** How long a robot that is away may take to come for it; default: a day, for a screenshot two minutes. */
  expiresInSeconds: z.int().min(5).max(604_800).optional(),
};

export const sendCommandSchema = z.strictObject({ ...command, jobId: idSchema.optional() });

/** `POST /robots/commands`: to these robots, or to all that fit. */
export const sendCommandsSchema = z.union([
  z.strictObject({ ...command, robotIds: z.array(idSchema).min(1).max(1000) }),
  z.strictObject({
    ...command,
    filter: z.strictObject({
      states: z
        .array(z.enum(['starting', 'idle', 'busy', 'paused', 'draining', 'stopping', 'offline']))
        .max(7)
        .optional(),
      tag: z.string().max(64).optional(),
      environment: z.string().max(64).optional(),
      /** In name and host. */
      search: z.string().max(200).optional(),
    }),
  }),
]);
export const robotCommandListQuerySchema = pageQuerySchema.extend({
  robotId: idSchema.optional(),
  state: commandStateSchema.optional(),
});
export const sendCommandsReplySchema = z.strictObject({ commands: z.array(robotCommandRecordSchema) });

/** What a robot says came of a command; the same again changes nothing. */
export const commandResultSchema = z.strictObject({
  instanceId: z.uuid(),
  state: z.enum(['done', 'failed']),
  reason: z.string().max(500).optional(),
  artifactId: idSchema.optional(),
});

import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';
import { robotCommandSchema } from './robot-command.ts';

/** What a robot is doing, as the fleet shows it. `offline`: no heartbeat for 90 s or signed off. */
export const robotStateSchema = z.enum(['starting', 'idle', 'busy', 'paused', 'draining', 'stopping', 'offline']);
export type RobotState = z.infer<typeof robotStateSchema>;

/** `disk_low`: less than 200 MB or 5 % of its disk is free. */
export const robotBlockSchema = z.enum(['disk_low']);
export type RobotBlock = z.infer<typeof robotBlockSchema>;

/** As many jobs one robot may run at once. */
export const MAX_ROBOT_JOBS = 128;

const tagSchema = z.string().min(1).max(64);

export const selfRegisterSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** Random per process start; a second live process with the same key and name is refused with ALREADY_RUNNING. */
  instanceId: z.uuid(),
  version: z.string().max(32),
  protocol: z.literal(1),
  platform: z.string().max(64),
  hostname: z.string().max(255),
  capabilities: z.array(tagSchema).max(100),
  tags: z.array(tagSchema).max(100).default([]),
  environment: z.string().max(64).optional(),
  cores: z.int().min(1).max(4096),
  memoryMb: z.int().min(1),
  maxConcurrentJobs: z.int().min(1).max(MAX_ROBOT_JOBS),
});
export type SelfRegister = z.infer<typeof selfRegisterSchema>;

export const robotSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  state: robotStateSchema,
  version: z.string(),
  platform: z.string(),
  hostname: z.string(),
  capabilities: z.array(z.string()),
  tags: z.array(z.string()),
  environment: z.string().nullable(),
  cores: z.int(),
  memoryMb: z.int(),
  maxConcurrentJobs: z.int(),
  runningJobs: z.int(),
  /** 0–100, of all cores; null before the first heartbeat. */
  cpuPercent: z.number().nullable(),
  memoryPercent: z.number().nullable(),
  diskFreeMb: z.number().nullable(),
  /** Why it takes no jobs although its state would let it. */
  blocked: robotBlockSchema.nullable(),
  lastHeartbeatAt: isoTimeSchema.nullable(),
  registeredAt: isoTimeSchema,
  /** Groups it is in, what its process said of it, and what people set instead; absent from older orchestrators. */
  routing: z
    .strictObject({
      groups: z.array(z.strictObject({ id: idSchema, name: z.string() })),
      registered: z.strictObject({
        tags: z.array(z.string()),
        environment: z.string().nullable(),
        maxConcurrentJobs: z.int(),
      }),
      set: z.array(z.enum(['tags', 'environment', 'maxConcurrentJobs'])),
    })
    .optional(),
});
export type Robot = z.infer<typeof robotSchema>;

export const selfRegisterReplySchema = z.strictObject({
  robot: robotSchema,
  heartbeatSeconds: z.number(),
  leaseSeconds: z.number(),
  /** Time of the orchestrator, for showing clock skew. */
  serverTime: isoTimeSchema,
});
export type SelfRegisterReply = z.infer<typeof selfRegisterReplySchema>;

export const heartbeatSchema = z.strictObject({
  instanceId: z.uuid(),
  state: robotStateSchema,
  cpuPercent: z.number().min(0).max(100),
  memoryPercent: z.number().min(0).max(100),
  diskFreeMb: z.number().min(0),
  /** Every job held; their leases are extended. */
  jobs: z
    .array(
      z.strictObject({
        jobId: idSchema,
        fence: z.int(),
        currentNode: z.string().max(64).optional(),
        progress: z.number().min(0).max(1).optional(),
        /** How long the run has been at `currentNode`, by the robot's own clock. */
        nodeMs: z.int().min(0).optional(),
      }),
    )
    .max(MAX_ROBOT_JOBS),
  /** Given when they changed since the robot registered. */
  capabilities: z.array(tagSchema).max(100).optional(),
  /** Why it takes no jobs although its state would let it; absent: nothing keeps it. */
  blocked: robotBlockSchema.optional(),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

export const heartbeatReplySchema = z.strictObject({
  /** Jobs of the heartbeat that this robot no longer holds: stop them, report nothing. */
  lost: z.array(idSchema),
  /** Jobs to be cancelled. */
  cancel: z.array(idSchema),
  commands: z.array(robotCommandSchema),
});
export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>;

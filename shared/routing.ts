import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { MAX_ROBOT_JOBS } from './robot.ts';

const nameSchema = z.string().trim().min(1).max(64);
const namesSchema = z.array(nameSchema).max(50);

/** What people set for a robot; `null` goes back to what its process says, absent changes nothing. */
export const changeRobotSchema = z.strictObject({
  tags: z.array(nameSchema).max(100).nullable().optional(),
  /** Empty: in no environment. */
  environment: z.string().max(64).nullable().optional(),
  /** At most what its process registered. */
  maxConcurrentJobs: z.int().min(1).max(MAX_ROBOT_JOBS).nullable().optional(),
  /** The groups it is in from now on. */
  groupIds: z.array(idSchema).max(50).optional(),
});
export type ChangeRobot = z.infer<typeof changeRobotSchema>;

export const robotGroupSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  description: z.string(),
  robots: z.array(z.strictObject({ id: idSchema, name: z.string() })),
  createdAt: isoTimeSchema,
});
export type RobotGroup = z.infer<typeof robotGroupSchema>;

export const writeRobotGroupSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  description: z.string().max(1000).default(''),
  /** Absent at a change: they stay. */
  robotIds: z.array(idSchema).max(1000).optional(),
});
export type WriteRobotGroup = z.input<typeof writeRobotGroupSchema>;

/** A robot runs only jobs of one workflow, one group or one reference for a time. */
export const reservationSchema = z.strictObject({
  id: idSchema,
  robotId: idSchema,
  robotName: z.string(),
  workflowId: idSchema.nullable(),
  groupId: idSchema.nullable(),
  reference: z.string().nullable(),
  from: isoTimeSchema,
  until: isoTimeSchema,
  note: z.string(),
  createdBy: z.string(),
});
export type Reservation = z.infer<typeof reservationSchema>;

export const createReservationSchema = z
  .strictObject({
    robotId: idSchema,
    workflowId: idSchema.optional(),
    groupId: idSchema.optional(),
    reference: z.string().min(1).max(200).optional(),
    /** Absent: now. */
    from: isoTimeSchema.optional(),
    until: isoTimeSchema,
    note: z.string().max(500).default(''),
  })
  .refine(
    ({ workflowId, groupId, reference }) =>
      [workflowId, groupId, reference].filter((one) => one !== undefined).length === 1,
    'for one of workflowId, groupId and reference',
  );
export type CreateReservation = z.input<typeof createReservationSchema>;

export const reservationListQuerySchema = pageQuerySchema.extend({ robotId: idSchema.optional() });

/** Which robot has the state or the session of a key. */
export const affinityHolderSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['state', 'session']),
  key: z.string(),
  robotId: idSchema,
  robotName: z.string(),
  since: isoTimeSchema,
  usedAt: isoTimeSchema,
  /** When a session without jobs ends; null: while it has jobs, and for state for good. */
  endsAt: isoTimeSchema.nullable(),
});
export type AffinityHolder = z.infer<typeof affinityHolderSchema>;
export const affinityListQuerySchema = pageQuerySchema.extend({
  kind: z.enum(['state', 'session']).optional(),
  key: z.string().max(200).optional(),
});

/** What jobs of a workflow need unless they say otherwise, and what happens to those that are stuck. */
export const workflowRoutingSchema = z.strictObject({
  requiredCapabilities: namesSchema.default([]),
  requiredTags: namesSchema.default([]),
  preferredTags: namesSchema.default([]),
  environment: nameSchema.nullable().default(null),
  groupId: idSchema.nullable().default(null),
  defaultRobotId: idSchema.nullable().default(null),
  /** Silent for so long a job is stuck; null: as the history of its step says. */
  stuckAfterSeconds: z.int().min(10).max(604_800).nullable().default(null),
  stuckPolicy: z.enum(['warn', 'cancel', 'requeue']).default('warn'),
});
export type WorkflowRouting = z.infer<typeof workflowRoutingSchema>;

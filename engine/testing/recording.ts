import { idSchema, wireErrorSchema } from '@casare/shared';
import { z } from 'zod';

/** How one try of a step ended. */
const triedSchema = z.strictObject({
  port: z.string().max(64).optional(),
  jump: z.enum(['break', 'continue', 'stop']).optional(),
  output: z.json().optional(),
  error: wireErrorSchema.optional(),
  /** Variables it set. */
  vars: z.record(z.string(), z.json()).optional(),
});
export type Tried = z.infer<typeof triedSchema>;

const stepSchema = z.strictObject({
  /** Place in the run, e.g. `each[3]/click`. */
  path: z.string().max(2000),
  nodeId: z.string().max(64),
  type: z.string().max(128),
  /** Not run in the test but taken from here: it reaches the world, or depends on time or chance. */
  pinned: z.boolean(),
  /** What it was asked to do beyond the defaults of its type: of a pinned step this is what it would have done to the world. */
  params: z.record(z.string(), z.json()),
  tries: z.array(triedSchema).min(1),
});
export type RecordedStep = z.infer<typeof stepSchema>;

/** `*.test.json`: one run of a workflow, kept as a test. */
export const recordingSchema = z.strictObject({
  casareTest: z.literal(1),
  name: z.string().max(200),
  /** File of the workflow, relative to this one. */
  workflow: z.string().min(1).max(1000),
  recordedAt: z.iso.datetime(),
  runId: idSchema.or(z.string().max(200)),
  startedAt: z.number(),
  input: z.record(z.string(), z.json()),
  /** Members of outputs and parameters that may differ: `<node id>.output.total`, `<node id>.params.body.*`. */
  ignore: z.array(z.string().max(500)).max(1000).default([]),
  steps: z.array(stepSchema).max(100_000),
  result: z.strictObject({
    status: z.enum(['completed', 'failed', 'cancelled', 'parked']),
    output: z.record(z.string(), z.json()),
    error: wireErrorSchema.optional(),
  }),
});
export type Recording = z.infer<typeof recordingSchema>;

import { z } from 'zod';
import { nodeDescriptorSchema } from './node-descriptor.ts';

/** Version of the document format; `workflow-upgrades.ts` lifts older documents to it. */
export const SCHEMA_VERSION = 1;

/** Ids are path segments of steps (`each[3]/try/click`): letters, digits, `_` and `-` only. */
export const nodeIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and - only, 1 to 64 of them');

export const valueTypeSchema = z.enum(['text', 'number', 'boolean', 'list', 'object', 'any']);
export type ValueType = z.infer<typeof valueTypeSchema>;

export const retryPolicySchema = z.strictObject({
  /** Runs in all, the first one included. */
  attempts: z.int().min(1).max(100).meta({ title: 'Attempts' }),
  initialMs: z.int().min(0).max(3_600_000).default(1000).meta({ title: 'First pause', unit: 'ms' }),
  factor: z.number().min(1).max(10).default(2).meta({ title: 'Factor' }),
  maxMs: z.int().min(0).max(86_400_000).default(60_000).meta({ title: 'Longest pause', unit: 'ms' }),
  /** Share of the pause that is random, 0–1. */
  jitter: z.number().min(0).max(1).default(0.2).meta({ title: 'Jitter' }),
  /** Error codes that are retried; absent: those the thrower marked retryable, and time-outs. */
  codes: z.array(z.string().max(64)).max(50).optional().meta({ title: 'Only these codes' }),
});
export type RetryPolicy = z.infer<typeof retryPolicySchema>;

const positionSchema = z.strictObject({ x: z.number(), y: z.number() });

export const workflowNodeSchema = z.strictObject({
  id: nodeIdSchema,
  /** Node type of the catalog, e.g. `http.request`. */
  type: z.string().min(1).max(128),
  /** Version of the node type the parameters were written for. */
  version: z.int().min(1).default(1),
  name: z.string().max(200).default(''),
  position: positionSchema.default({ x: 0, y: 0 }),
  /** JSON; strings may hold `${ … }` expressions. */
  params: z.record(z.string(), z.json()).default({}),
  disabled: z.boolean().optional(),
  notes: z.string().max(20_000).optional(),
  retry: retryPolicySchema.optional(),
  timeoutMs: z.int().min(1).max(604_800_000).optional(),
  /** What a failure does: stop the scope (default), go on at the first flow port, or leave by the port `error` (default when that port is wired). */
  onError: z.enum(['stop', 'continue', 'port']).optional(),
  /** What a resumed run does with a step that was started and not finished. */
  onInDoubt: z.enum(['retry', 'skip', 'fail']).optional(),
  breakpoint: z.boolean().optional(),
  /** Used in place of running the node, in local runs only. */
  pinnedOutput: z.json().optional(),
});
export type WorkflowNode = z.infer<typeof workflowNodeSchema>;

const endpointSchema = z.strictObject({ node: nodeIdSchema, port: z.string().min(1).max(64) });

export const workflowEdgeSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  from: endpointSchema,
  to: endpointSchema,
});
export type WorkflowEdge = z.infer<typeof workflowEdgeSchema>;

const nameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a letter or _, then letters, digits and _');

export const variableSchema = z.strictObject({
  name: nameSchema,
  type: valueTypeSchema.default('any'),
  default: z.json().optional(),
  description: z.string().max(2000).optional(),
  /** The value is redacted in logs, events and journals. */
  secret: z.boolean().optional(),
});
export type WorkflowVariable = z.infer<typeof variableSchema>;

export const workflowInputSchema = z.strictObject({
  name: nameSchema,
  type: valueTypeSchema.default('any'),
  required: z.boolean().optional(),
  default: z.json().optional(),
  description: z.string().max(2000).optional(),
  secret: z.boolean().optional(),
});
export type WorkflowInput = z.infer<typeof workflowInputSchema>;

export const workflowOutputSchema = z.strictObject({
  name: nameSchema,
  /** A template evaluated when the run ends, e.g. `${steps.report.output.path}`. */
  value: z.json(),
  description: z.string().max(2000).optional(),
});

export const workflowSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  name: z.string().min(1).max(200),
  description: z.string().max(20_000).default(''),
  nodes: z.array(workflowNodeSchema).max(100_000),
  edges: z.array(workflowEdgeSchema).max(200_000),
  variables: z.array(variableSchema).max(1000).default([]),
  inputs: z.array(workflowInputSchema).max(200).default([]),
  outputs: z.array(workflowOutputSchema).max(200).default([]),
  /** What a robot must offer to run it; the capabilities of the nodes used are added when it is published. */
  requires: z
    .strictObject({
      capabilities: z.array(z.string().max(64)).max(50).default([]),
      tags: z.array(z.string().max(64)).max(50).default([]),
      environment: z.string().max(64).optional(),
    })
    .default({ capabilities: [], tags: [] }),
  settings: z
    .strictObject({
      timeoutMs: z.int().min(1).max(604_800_000).optional(),
      onError: z.enum(['stop', 'continue']).optional(),
      maxConcurrency: z.int().min(1).max(64).optional(),
    })
    .default({}),
  /** Node types of third-party packs that it uses, as they were when it was published: who has no pack can still read and check it. */
  packs: z
    .array(
      z.strictObject({
        name: z.string().max(214),
        version: z.string().max(100),
        nodes: z.array(nodeDescriptorSchema).max(500),
      }),
    )
    .max(50)
    .optional(),
  frames: z
    .array(
      z.strictObject({
        id: z.string().max(64),
        title: z.string().max(200).default(''),
        color: z.string().max(32).optional(),
        position: positionSchema,
        size: z.strictObject({ width: z.number(), height: z.number() }),
      }),
    )
    .max(1000)
    .default([]),
  notes: z
    .array(
      z.strictObject({
        id: z.string().max(64),
        text: z.string().max(20_000).default(''),
        position: positionSchema,
        size: z.strictObject({ width: z.number(), height: z.number() }).optional(),
      }),
    )
    .max(1000)
    .default([]),
});
/** A workflow document, as saved in `*.flow.json` and published to the orchestrator. */
export type Workflow = z.infer<typeof workflowSchema>;

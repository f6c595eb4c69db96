import { z } from 'zod';

/** What the validator can find; each has a section in docs/workflow-format.md. */
export const PROBLEM_CODES = [
  'SCHEMA',
  'DUPLICATE_ID',
  'DUPLICATE_NAME',
  'NO_START',
  'MANY_STARTS',
  'UNKNOWN_NODE',
  'NODE_OUTDATED',
  'NODE_NEWER',
  'UNKNOWN_PORT',
  'DANGLING_EDGE',
  'DUPLICATE_EDGE',
  'CYCLE',
  'CROSSES_BODY',
  'UNREACHABLE',
  'OUTSIDE_LOOP',
  'PARAM_MISSING',
  'PARAM_INVALID',
  'PARAM_UNKNOWN',
  'EXPRESSION',
  'UNKNOWN_STEP',
  'UNKNOWN_NAME',
  'UNKNOWN_CREDENTIAL',
  'UNKNOWN_ASSET',
  'STEP_NOT_BEFORE',
  'EMPTY_BODY',
  'IN_DOUBT_UNDECIDED',
  'PINNED_OUTPUT',
  'CALLS_ITSELF',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const problemSchema = z.strictObject({
  code: z.enum(PROBLEM_CODES),
  /** A workflow with errors does not run; warnings do not stop it. */
  severity: z.enum(['error', 'warning']),
  nodeId: z.string().optional(),
  edgeId: z.string().optional(),
  /** JSON path in the document, e.g. `nodes[3].params.url`. */
  path: z.string(),
  /** A sentence that says what is wrong and what to do. */
  message: z.string(),
  /** A change the studio can offer as one click. */
  fix: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('removeEdge'), edgeId: z.string() }),
      z.strictObject({ kind: z.literal('removeNode'), nodeId: z.string() }),
      z.strictObject({ kind: z.literal('addStart') }),
      z.strictObject({ kind: z.literal('setParam'), nodeId: z.string(), param: z.string(), value: z.json() }),
      z.strictObject({ kind: z.literal('removeParam'), nodeId: z.string(), param: z.string() }),
      z.strictObject({ kind: z.literal('declareVariable'), name: z.string() }),
      z.strictObject({ kind: z.literal('upgradeNode'), nodeId: z.string() }),
    ])
    .optional(),
});
export type WorkflowProblem = z.infer<typeof problemSchema>;

import { z } from 'zod';
import { parkedTaskSchema } from './fleet-task.ts';
import { JOB_STATES } from './job-state.ts';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { logLevelSchema, logLineSchema, stepRowSchema, wireErrorSchema } from './step.ts';
import { workflowSchema } from './workflow.ts';

export const jobStateSchema = z.enum(JOB_STATES);

const inputSchema = z.record(z.string().max(64), z.json());

export const submitJobSchema = z.strictObject({
  workflowId: idSchema,
  /** Absent: the published version at the time of submission. */
  version: z.int().min(1).optional(),
  input: inputSchema.default({}),
  /** 0 (last) – 20 (first). */
  priority: z.int().min(0).max(20).default(10),
  robotId: idSchema.optional(),
  requiredCapabilities: z.array(z.string().max(64)).max(50).default([]),
  requiredTags: z.array(z.string().max(64)).max(50).default([]),
  /** Not claimed before this time. */
  notBefore: isoTimeSchema.optional(),
  /** Attempts after the first. */
  maxRetries: z.int().min(0).max(20).default(3),
  timeoutMs: z.int().min(1000).max(604_800_000).optional(),
  /** Any name for grouping and search. */
  reference: z.string().max(200).optional(),
});
export type SubmitJob = z.input<typeof submitJobSchema>;

/** `POST /jobs`: one job or up to 1,000. */
export const submitJobsSchema = z.union([
  submitJobSchema,
  z.strictObject({ jobs: z.array(submitJobSchema).min(1).max(1000) }),
]);

export const jobSchema = z.strictObject({
  id: idSchema,
  state: jobStateSchema,
  workflowId: idSchema,
  workflowName: z.string(),
  workflowVersion: z.int(),
  contentHash: z.string(),
  priority: z.int(),
  input: inputSchema,
  output: z.json().nullable(),
  error: wireErrorSchema.nullable(),
  robotId: idSchema.nullable(),
  robotName: z.string().nullable(),
  attempt: z.int(),
  maxRetries: z.int(),
  /** 0–1 as the robot reported it last; null when unknown. */
  progress: z.number().nullable(),
  currentNode: z.string().nullable(),
  cancelRequested: z.boolean(),
  /** Set when the job went to the dead letters. */
  deadLetter: z.boolean(),
  /** Why a `waiting` job waits: `{ kind: 'decision', path, error }`, or `{ kind: 'task', count, tasks: [{ path, title }] }`. */
  waitingFor: z.json().nullable(),
  reference: z.string().nullable(),
  createdAt: isoTimeSchema,
  notBefore: isoTimeSchema.nullable(),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
  leaseUntil: isoTimeSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const submitReplySchema = z.strictObject({ jobs: z.array(jobSchema) });

export const jobListQuerySchema = pageQuerySchema.extend({
  /** Comma separated states. */
  state: z.string().max(100).optional(),
  workflowId: idSchema.optional(),
  robotId: idSchema.optional(),
  /** In the workflow name, reference, error message or id. */
  search: z.string().max(200).optional(),
  deadLetter: z.enum(['true', 'false']).optional(),
});

export const claimSchema = z.strictObject({
  /** Random per claim call; the same key again returns the same jobs (a lost answer loses no job). */
  claimKey: z.uuid(),
  instanceId: z.uuid(),
  n: z.int().min(1).max(100).default(1),
  /** Long poll: how long to wait for a job. */
  waitSeconds: z.number().min(0).max(25).default(0),
});
export type Claim = z.input<typeof claimSchema>;

export const claimedJobSchema = z.strictObject({
  jobId: idSchema,
  /** The lease token: every report about this job shows it. */
  fence: z.int(),
  attempt: z.int(),
  leaseSeconds: z.number(),
  workflow: workflowSchema,
  workflowVersion: z.int(),
  contentHash: z.string(),
  input: inputSchema,
  timeoutMs: z.int().nullable(),
  /** Journal rows the orchestrator holds from earlier attempts, in order. */
  steps: z.array(stepRowSchema),
  /** Number of the last log line the orchestrator holds; the next one is `logSeq + 1`. */
  logSeq: z.int(),
  /** 32 bytes in base64, the same for every robot that holds the job: what seals the secrets in its journal. Kept in memory only. */
  journalKey: z.string().length(44),
});
export type ClaimedJob = z.infer<typeof claimedJobSchema>;
export const claimReplySchema = z.strictObject({ jobs: z.array(claimedJobSchema) });

const fenced = { fence: z.int() };
export const extendLeaseSchema = z.strictObject(fenced);
export const extendLeaseReplySchema = z.strictObject({
  leaseSeconds: z.number(),
  cancelRequested: z.boolean(),
  /** As in the claim: for a robot that was restarted and goes on with what it held. */
  journalKey: z.string().length(44),
});

const calledWorkflow = {
  /** `id` of the document. */
  documentId: z.string().min(1).max(64),
  /** Absent: the published version. */
  version: z.int().min(1).optional(),
};
/** A workflow that a job calls in place. */
export const calledWorkflowSchema = z.strictObject({ ...fenced, ...calledWorkflow });
export const calledWorkflowReplySchema = z.strictObject({
  version: z.int(),
  contentHash: z.string(),
  document: workflowSchema,
});
/** A job that a job starts; with an Idempotency-Key, so that a request that comes twice starts one job. */
export const childJobSchema = z.strictObject({ ...fenced, ...calledWorkflow, input: inputSchema.default({}) });
export const childJobReplySchema = z.strictObject({ jobId: idSchema });
/** How a job that this job started stands. */
export const childJobStateSchema = z.strictObject({ ...fenced, childId: idSchema });
export const childJobStateReplySchema = z.strictObject({
  state: jobStateSchema,
  output: z.json().nullable(),
  error: wireErrorSchema.nullable(),
});

/** Journal rows and log lines, each batch in order; a row the orchestrator has already is ignored. */
export const progressSchema = z.strictObject({
  ...fenced,
  steps: z.array(stepRowSchema).max(5000).default([]),
  logs: z.array(logLineSchema).max(5000).default([]),
  currentNode: z.string().max(64).optional(),
  progress: z.number().min(0).max(1).optional(),
});
export type Progress = z.input<typeof progressSchema>;
export const progressReplySchema = z.strictObject({
  lastStepSeq: z.int(),
  lastLogSeq: z.int(),
  cancelRequested: z.boolean(),
});

export const completeSchema = z.strictObject({ ...fenced, lastStepSeq: z.int().min(0), output: z.json() });
export const failSchema = z.strictObject({
  ...fenced,
  lastStepSeq: z.int().min(0),
  error: wireErrorSchema,
  /** Cancelled rather than failed. */
  cancelled: z.boolean().default(false),
});
/** Hand a job back unfinished (shutdown); it is pending again with its journal. */
export const releaseSchema = z.strictObject({ ...fenced, lastStepSeq: z.int().min(0), reason: z.string().max(500) });
/** The robot is free, the job is `waiting`: a person has to decide about a step (`STEP_IN_DOUBT`), or to answer what the job asks. */
export const parkSchema = z.union([
  z.strictObject({
    ...fenced,
    lastStepSeq: z.int().min(0),
    error: wireErrorSchema,
    path: z.string().max(2000),
  }),
  z.strictObject({
    ...fenced,
    lastStepSeq: z.int().min(0),
    /** All that is asked at this moment, by every branch. */
    tasks: z.array(parkedTaskSchema).min(1).max(1000),
  }),
]);
/** Answer to complete, fail, release and park; `duplicate`: it had been accepted before. */
export const endReplySchema = z.strictObject({ state: jobStateSchema, duplicate: z.boolean() });
/** What a person decides about a parked step. */
export const resolveSchema = z.strictObject({
  decision: z.enum(['retry', 'skip', 'fail']),
  output: z.json().optional(),
});

export const stepListQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});
export const stepListSchema = z.strictObject({ steps: z.array(stepRowSchema) });
export const logListQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  level: logLevelSchema.optional(),
  search: z.string().max(200).optional(),
});
export const logListSchema = z.strictObject({ logs: z.array(logLineSchema) });
/** Why a pending job is pending: each robot and the rule that excludes it. */
export const whySchema = z.strictObject({
  reason: z.string(),
  robots: z.array(
    z.strictObject({
      robotId: idSchema,
      name: z.string(),
      eligible: z.boolean(),
      rule: z.string(),
      detail: z.string(),
    }),
  ),
});

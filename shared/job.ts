import { z } from 'zod';
import { parkedTaskSchema } from './fleet-task.ts';
import { JOB_STATES } from './job-state.ts';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { logLevelSchema, logLineSchema, stepRowSchema, wireErrorSchema } from './step.ts';
import { traceParentSchema } from './trace-parent.ts';
import { workflowSchema } from './workflow.ts';

export const jobStateSchema = z.enum(JOB_STATES);

const inputSchema = z.record(z.string().max(64), z.json());
const namesSchema = z.array(z.string().min(1).max(64)).max(50);

/**
 * Where the state of a job lies. `soft`: the robot that has it is preferred for 30 seconds; `hard`: only that one;
 * `session`: all jobs with the key run on one robot until five minutes after the last, or the one that says `ends`.
 */
export const affinitySchema = z.strictObject({
  mode: z.enum(['soft', 'hard', 'session']),
  key: z.string().min(1).max(200),
  /** The session is over when this job has ended. */
  ends: z.boolean().optional(),
});

/** A job to wait for: one that exists, or the one at an earlier place of the same submission. */
export const afterSchema = z.strictObject({
  jobId: idSchema.optional(),
  index: z.int().min(0).max(999).optional(),
  /** `success`: when that one fails or is cancelled, this one ends too; `end`: however it ends. */
  on: z.enum(['success', 'end']).default('success'),
});

export const submitJobSchema = z.strictObject({
  workflowId: idSchema,
  /** Absent: the published version at the time of submission. */
  version: z.int().min(1).optional(),
  input: inputSchema.default({}),
  /** 0 (last) – 20 (first). */
  priority: z.int().min(0).max(20).default(10),
  robotId: idSchema.optional(),
  /** Only robots of this group. */
  groupId: idSchema.optional(),
  requiredCapabilities: z.array(z.string().max(64)).max(50).default([]),
  requiredTags: z.array(z.string().max(64)).max(50).default([]),
  /** Of several waiting robots the one that carries more of them gets the job. */
  preferredTags: namesSchema.optional(),
  environment: z.string().min(1).max(64).optional(),
  affinity: affinitySchema.optional(),
  /** Jobs that must have ended before. */
  after: z
    .array(
      afterSchema.refine((one) => (one.jobId === undefined) !== (one.index === undefined), 'either jobId or index'),
    )
    .max(50)
    .optional(),
  /** Not claimed before this time. */
  notBefore: isoTimeSchema.optional(),
  /** A job that has not started by then fails with DEADLINE_MISSED. */
  deadline: isoTimeSchema.optional(),
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

/** What decides where a job runs, and what it waits for. */
export const jobRoutingSchema = z.strictObject({
  robotId: idSchema.nullable(),
  groupId: idSchema.nullable(),
  requiredCapabilities: z.array(z.string()),
  requiredTags: z.array(z.string()),
  preferredTags: z.array(z.string()),
  environment: z.string().nullable(),
  affinity: affinitySchema.nullable(),
  deadline: isoTimeSchema.nullable(),
  /** Jobs it still waits for. */
  waitsFor: z.int(),
  /** Since when it has made no progress for longer than its step ever took. */
  stuckSince: isoTimeSchema.nullable(),
  /** The job that started it. */
  parentJobId: idSchema.nullable(),
  /** The job it is another try of, from the beginning. */
  replayOf: idSchema.nullable(),
});
export type JobRouting = z.infer<typeof jobRoutingSchema>;

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
  /** Absent from orchestrators that know nothing of it. */
  routing: jobRoutingSchema.optional(),
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
  errorCode: z.string().max(64).optional(),
  /** `true`: only those that are stuck. */
  stuck: z.enum(['true']).optional(),
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
  /** The trace that the request which submitted it belongs to (W3C traceparent). */
  traceParent: traceParentSchema.optional(),
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
export const releaseSchema = z.strictObject({
  ...fenced,
  lastStepSeq: z.int().min(0),
  reason: z.string().max(500),
  /** `cannot`: this robot lacks what the job needs, so it is not offered the job again for a while. */
  kind: z.enum(['shutdown', 'cannot']).optional(),
});
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
/** Why a pending job is pending: the rule it breaks itself, and for each robot the first rule that excludes it. */
export const whySchema = z.strictObject({
  /** The rule about the job itself that keeps it from running; null when it only depends on robots. */
  rule: z.string().nullable(),
  reason: z.string(),
  /** What to do about it. */
  cure: z.string(),
  /** Jobs before it in the queue. */
  ahead: z.int(),
  robots: z.array(
    z.strictObject({
      robotId: idSchema,
      name: z.string(),
      eligible: z.boolean(),
      rule: z.string(),
      detail: z.string(),
      cure: z.string(),
    }),
  ),
});
export type Why = z.infer<typeof whySchema>;

const neighbour = { jobId: idSchema, workflowName: z.string(), state: jobStateSchema };
const dependencySchema = z.strictObject({ ...neighbour, on: z.enum(['success', 'end']), met: z.boolean() });
export const jobDependenciesSchema = z.strictObject({
  /** Jobs it waits for. */
  waitsFor: z.array(dependencySchema),
  /** Jobs that wait for it. */
  waiting: z.array(dependencySchema),
  parentJobId: idSchema.nullable(),
  /** Jobs it started. */
  children: z.array(z.strictObject(neighbour)),
});
export type JobDependencies = z.infer<typeof jobDependenciesSchema>;

/** Absent: as it was; null: none. */
export const assignJobSchema = z.strictObject({
  robotId: idSchema.nullable().optional(),
  groupId: idSchema.nullable().optional(),
  priority: z.int().min(0).max(20).optional(),
  notBefore: isoTimeSchema.nullable().optional(),
  deadline: isoTimeSchema.nullable().optional(),
});

/** Once more from the beginning, as a new job. */
export const requeueJobSchema = z.strictObject({
  /** Absent: the version it ran with. */
  version: z.int().min(1).optional(),
  priority: z.int().min(0).max(20).optional(),
});

/** Which jobs: all that fit everything named. */
export const jobFilterSchema = z.strictObject({
  ids: z.array(idSchema).min(1).max(1000).optional(),
  state: z.array(jobStateSchema).min(1).max(6).optional(),
  workflowId: idSchema.optional(),
  robotId: idSchema.optional(),
  reference: z.string().max(200).optional(),
  search: z.string().max(200).optional(),
  deadLetter: z.boolean().optional(),
  errorCode: z.string().max(64).optional(),
  createdAfter: isoTimeSchema.optional(),
  createdBefore: isoTimeSchema.optional(),
});
export type JobFilter = z.infer<typeof jobFilterSchema>;

/**
 * `cancel`: what has not ended; `retry`: failed and cancelled jobs go on where they stopped; `requeue`: they run once more from
 * the beginning; `purge`: ended jobs are deleted with their journals and logs.
 */
export const bulkActionSchema = z.enum(['cancel', 'retry', 'requeue', 'purge']);
export type BulkAction = z.infer<typeof bulkActionSchema>;
export const bulkPreviewSchema = z.strictObject({ action: bulkActionSchema, filter: jobFilterSchema });
export const bulkPreviewReplySchema = z.strictObject({
  /** Jobs the action is about; counted up to 100,000. */
  count: z.int(),
  atLeast: z.boolean(),
});
export const bulkJobsSchema = z.strictObject({
  action: bulkActionSchema,
  filter: jobFilterSchema,
  /** At most so many in this call. */
  limit: z.int().min(1).max(10_000).default(1000),
  /** `cursor` of the reply before: go on from there. */
  cursor: z.string().max(100).optional(),
  /** For `requeue`. */
  version: z.int().min(1).optional(),
  priority: z.int().min(0).max(20).optional(),
});
export const bulkJobsReplySchema = z.strictObject({
  done: z.int(),
  /** Jobs the action could not be done with; the first hundred. */
  skipped: z.array(z.strictObject({ jobId: idSchema, reason: z.string() })),
  /** Where to go on; null when there are no more. */
  cursor: z.string().nullable(),
});
export type BulkJobsReply = z.infer<typeof bulkJobsReplySchema>;

/** Dead letters by what is wrong with them. */
export const deadLetterGroupsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      workflowId: idSchema,
      workflowName: z.string(),
      errorCode: z.string(),
      count: z.int(),
      newest: isoTimeSchema,
      /** A message of one of them. */
      message: z.string(),
    }),
  ),
});

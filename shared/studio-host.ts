import { z } from 'zod';
import { assetKindSchema } from './asset.ts';
import { credentialFieldsSchema, credentialKindSchema, vaultNameSchema, vaultNamesSchema } from './credential.ts';
import { ERROR_CODES, type WireError } from './errors.ts';
import { humanAnswerSchema, type HumanTask, humanTaskSchema } from './human-task.ts';
import { nodeDescriptorSchema } from './node-descriptor.ts';
import { problemSchema } from './problem.ts';
import type { RunEvent } from './run-events.ts';
import { signOnTargetSchema } from './sign-on-target.ts';
import { stepRowSchema } from './step.ts';
import { workflowSchema } from './workflow.ts';

/**
 * The contract between the studio (renderer) and the world of this machine: one entry per call with the schema of its
 * argument and of its result. Two transports carry it: Electron IPC and Socket.IO on loopback. The host validates every argument.
 */
const pathSchema = z.string().min(1).max(1000);
const jsonObject = z.record(z.string(), z.json());

export const breakpointSchema = z.strictObject({
  nodeId: z.string().max(64),
  /** Id of the document the step belongs to; absent: the workflow that was started and every called one with such a step. */
  workflowId: z.string().max(64).optional(),
  /** Stops only where this template gives something true, e.g. `${item.total > 100}`. */
  condition: z.string().max(10_000).optional(),
});
const breakpointsSchema = z.array(breakpointSchema).max(1000);

export const fileEntrySchema = z.strictObject({
  /** Relative to the workflows folder, `/` between parts. */
  path: pathSchema,
  name: z.string(),
  /** Id of the workflow in it, by which others call it; null when the file is broken. */
  workflowId: z.string().nullable(),
  modifiedAt: z.number(),
  /** The file cannot be read as a workflow. */
  broken: z.boolean(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

export const runSummarySchema = z.strictObject({
  runId: z.string(),
  workflowId: z.string(),
  workflowName: z.string(),
  status: z.enum(['running', 'paused', 'completed', 'failed', 'cancelled', 'parked']),
  startedAt: z.number(),
  durationMs: z.number().nullable(),
  error: z
    .strictObject({ code: z.enum(Object.keys(ERROR_CODES) as [string, ...string[]]), message: z.string() })
    .nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const fleetConnectionSchema = z.strictObject({
  /** Address of the orchestrator, e.g. `http://127.0.0.1:4780`; null when none is set. */
  url: z.string().nullable(),
  /** Prefix and last four characters of a key, or the address of who has signed in; the key itself never reaches the renderer. */
  keyDisplay: z.string().nullable(),
});
export type FleetConnection = z.infer<typeof fleetConnectionSchema>;

export const STUDIO_HOST_CALLS = {
  'app.info': {
    request: z.strictObject({}),
    reply: z.strictObject({
      version: z.string(),
      platform: z.string(),
      workflowsFolder: z.string(),
      browserFound: z.boolean(),
    }),
  },

  /** The node types of the third-party packs installed on this machine, and the packs that cannot be used. */
  'catalog.packs': {
    request: z.strictObject({}),
    reply: z.strictObject({
      nodes: z.array(nodeDescriptorSchema),
      broken: z.array(z.strictObject({ name: z.string(), message: z.string() })),
    }),
  },

  'files.list': {
    request: z.strictObject({}),
    reply: z.strictObject({ files: z.array(fileEntrySchema), examples: z.array(fileEntrySchema) }),
  },
  /** `etag` is a hash of the file's bytes. Older documents are lifted to the current format. */
  'files.read': {
    request: z.strictObject({ path: pathSchema, example: z.boolean().optional() }),
    reply: z.strictObject({ document: workflowSchema, etag: z.string() }),
  },
  /** Written to a temporary file, synced, renamed. VERSION_CONFLICT when the file is not what `etag` says (null: must not exist). */
  'files.save': {
    request: z.strictObject({ path: pathSchema, document: workflowSchema, etag: z.string().nullable() }),
    reply: z.strictObject({ etag: z.string() }),
  },
  'files.rename': { request: z.strictObject({ from: pathSchema, to: pathSchema }), reply: z.strictObject({}) },
  'files.delete': { request: z.strictObject({ path: pathSchema }), reply: z.strictObject({}) },
  /** Crash journal: the newest unsaved state of a document, kept apart from the file. */
  'drafts.put': { request: z.strictObject({ path: pathSchema, document: workflowSchema }), reply: z.strictObject({}) },
  'drafts.get': {
    request: z.strictObject({ path: pathSchema }),
    reply: z.strictObject({ document: workflowSchema.nullable(), savedAt: z.number().nullable() }),
  },
  'drafts.drop': { request: z.strictObject({ path: pathSchema }), reply: z.strictObject({}) },

  'workflow.validate': {
    request: z.strictObject({ document: z.json() }),
    reply: z.strictObject({ problems: z.array(problemSchema) }),
  },

  'run.start': {
    request: z.strictObject({
      document: workflowSchema,
      input: jsonObject.default({}),
      /** Stop after this step ("run to here"). */
      untilNode: z.string().optional(),
      headless: z.boolean().default(true),
      /** Keep to breakpoints and use pinned outputs. */
      debug: z.boolean().default(false),
      /** Debugging: stand still before the first step. */
      paused: z.boolean().default(false),
      /** Debugging: in place of the breakpoints in the documents. */
      breakpoints: breakpointsSchema.optional(),
      /** Begin at this step of the top level ("run from here"). */
      fromNode: z.string().optional(),
      /** Run only these steps of the top level. */
      onlyNodes: z.array(z.string().max(64)).max(20_000).optional(),
      /** Earlier run of this machine whose outputs and variables `fromNode` and `onlyNodes` begin with. */
      fromRun: z.string().optional(),
    }),
    reply: z.strictObject({ runId: z.string() }),
  },
  'run.stop': { request: z.strictObject({ runId: z.string() }), reply: z.strictObject({}) },
  'run.pause': { request: z.strictObject({ runId: z.string() }), reply: z.strictObject({}) },
  'run.resume': {
    request: z.strictObject({
      runId: z.string(),
      /** One step, then pause again. */
      step: z.boolean().default(false),
      /** How far that step goes: `into` bodies and called workflows, `over` them, `out` of the one it stands in. */
      mode: z.enum(['into', 'over', 'out']).default('into'),
    }),
    reply: z.strictObject({}),
  },
  /**
   * While the run is paused: of the workflow that the step at `path` belongs to; absent: the step that waits longest. CONFLICT when it is not paused,
   * NOT_FOUND and VALIDATION when the variable cannot take the value.
   */
  'run.setVariable': {
    request: z.strictObject({
      runId: z.string(),
      name: z.string().max(64),
      value: z.json(),
      path: z.string().max(2000).optional(),
    }),
    reply: z.strictObject({}),
  },
  /** From now on, in place of all breakpoints so far. */
  'run.setBreakpoints': {
    request: z.strictObject({ runId: z.string(), breakpoints: breakpointsSchema }),
    reply: z.strictObject({}),
  },
  /** Answers a question of a run (`run.ask`). VALIDATION when it does not fit, CONFLICT when nobody waits for it any more. */
  'run.answer': {
    request: z.strictObject({ runId: z.string(), taskId: z.string().max(100), answer: humanAnswerSchema }),
    reply: z.strictObject({}),
  },
  /** Questions that wait for an answer. */
  'run.questions': {
    request: z.strictObject({}),
    reply: z.strictObject({ questions: z.array(z.strictObject({ runId: z.string(), task: humanTaskSchema })) }),
  },
  'runs.list': {
    request: z.strictObject({ workflowId: z.string().optional(), limit: z.int().min(1).max(200).default(50) }),
    reply: z.strictObject({ runs: z.array(runSummarySchema) }),
  },
  'runs.steps': {
    request: z.strictObject({
      runId: z.string(),
      after: z.int().min(0).default(0),
      limit: z.int().min(1).max(5000).default(1000),
    }),
    reply: z.strictObject({ steps: z.array(stepRowSchema) }),
  },
  /** The whole output of one step; `truncated` when over 4 MiB of JSON. */
  'runs.output': {
    request: z.strictObject({ runId: z.string(), path: z.string().max(2000) }),
    reply: z.strictObject({ output: z.json(), truncated: z.boolean() }),
  },

  'fleet.connection': { request: z.strictObject({}), reply: fleetConnectionSchema },
  /** Tries the key or signs in first; UNREACHABLE or a refusal leave the old connection as it was. Null signs out and forgets it. */
  'fleet.connect': {
    request: signOnTargetSchema.nullable(),
    reply: fleetConnectionSchema,
  },
  /** Goes to another workspace of the person who has signed in; calls and events are of it from then on. */
  'fleet.workspace': {
    request: z.strictObject({ workspaceId: z.uuid() }),
    reply: fleetConnectionSchema,
  },
  /** One REST call to the orchestrator with the stored key. `path` begins with `/api/v1/` . */
  'fleet.request': {
    request: z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
      path: z.string().max(2000).startsWith('/api/v1/'),
      body: z.json().optional(),
      idempotencyKey: z.string().max(100).optional(),
    }),
    reply: z.strictObject({ status: z.int(), body: z.json() }),
  },
  /** Starts passing on `/fleet` messages as host events; `since` as in FleetClientMessages. */
  'fleet.subscribe': {
    request: z.strictObject({ since: z.int().optional() }),
    reply: z.strictObject({ seq: z.int(), resync: z.boolean() }),
  },
  'fleet.watchJob': {
    request: z.strictObject({ jobId: z.string(), watch: z.boolean() }),
    reply: z.strictObject({ ok: z.boolean() }),
  },

  /** Credentials and assets of this machine, for runs here; values never come out. */
  'vault.names': { request: z.strictObject({}), reply: vaultNamesSchema },
  'vault.setCredential': {
    request: z.strictObject({
      name: vaultNameSchema,
      kind: credentialKindSchema,
      fields: credentialFieldsSchema,
      hosts: z.array(z.string().max(253)).max(100).default([]),
    }),
    reply: z.strictObject({}),
  },
  'vault.setAsset': {
    request: z.strictObject({ name: vaultNameSchema, kind: assetKindSchema, value: z.json() }),
    reply: z.strictObject({}),
  },
  'vault.remove': {
    request: z.strictObject({ what: z.enum(['credential', 'asset']), name: vaultNameSchema }),
    reply: z.strictObject({}),
  },

  'settings.get': { request: z.strictObject({}), reply: z.strictObject({ settings: jsonObject }) },
  /** Merges the given keys; null removes one. */
  'settings.set': { request: z.strictObject({ settings: jsonObject }), reply: z.strictObject({}) },
} as const;

export type HostCall = keyof typeof STUDIO_HOST_CALLS;
export type HostRequest<C extends HostCall> = z.input<(typeof STUDIO_HOST_CALLS)[C]['request']>;
/** The argument as the host sees it, defaults filled in. */
export type HostArgument<C extends HostCall> = z.output<(typeof STUDIO_HOST_CALLS)[C]['request']>;
export type HostReply<C extends HostCall> = z.output<(typeof STUDIO_HOST_CALLS)[C]['reply']>;

/** Events from the host to the studio. Run events come in batches (one per 50 ms at most). */
export interface HostEvents {
  'run.events': { runId: string; events: RunEvent[] };
  /** A run asks a person; it waits for `run.answer`. */
  'run.ask': { runId: string; task: HumanTask };
  /** The question is answered, or nobody waits for it any more. */
  'run.asked': { runId: string; taskId: string };
  'fleet.status': { state: 'off' | 'connecting' | 'live' | 'reconnecting' | 'refused'; reason?: string };
  'fleet.event': { event: unknown };
  'fleet.jobStream': { stream: unknown };
  'fleet.resync': { reason: string };
  'files.changed': Record<string, never>;
  /** A menu entry of the desktop program was chosen; `id` is the studio action it stands for. */
  'app.action': { id: string };
  /** The host process ended without being asked: it runs again (whatever it was doing has stopped), or it cannot be started. */
  'host.status': { state: 'restarted' | 'failed'; message: string };
}
export type HostEvent = keyof HostEvents;

/** What the renderer calls; a failure rejects with an AppError rebuilt from the wire. */
export interface StudioHost {
  call<C extends HostCall>(name: C, request: HostRequest<C>): Promise<HostReply<C>>;
  on<E extends HostEvent>(event: E, listener: (payload: HostEvents[E]) => void): () => void;
  /** Whether the transport is connected; changes come to `listener`. */
  onConnection(listener: (connected: boolean) => void): () => void;
}

/** How a call is answered on either transport. */
export type HostAnswer = { ok: true; reply: unknown } | { ok: false; error: WireError };

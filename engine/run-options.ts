import type { AppError, ParkedTask, RunEvent, StepRow, Workflow } from '@casare/shared';
import type { FleetJobs } from './call/fleet-jobs.ts';
import type { Journal } from './journal/journal.ts';
import type { Redactor } from './redact.ts';
import type { RunResources } from './resources/run-resources.ts';
import type { RunControl } from './run-control.ts';
import type { ReadVault } from './vault/run-vault.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A document as somebody keeps it; the version where it has one. */
export interface LoadedWorkflow {
  document: Workflow;
  version?: number;
}

export interface RecordedContext {
  /** Journal of the earlier run, in order. */
  rows?: readonly StepRow[];
  /** Outputs by id of the step, in place of those in the rows. */
  outputs?: Readonly<Record<string, unknown>>;
  /** Variables, in place of those in the rows. */
  variables?: Readonly<Record<string, unknown>>;
}

export interface RunOptions {
  /** Stable over resumes (the job id on a robot); part of every effect key. */
  runId: string;
  input: Readonly<Record<string, unknown>>;
  journal: Journal;
  resources: RunResources;
  signal?: AbortSignal;
  clock?: Clock;
  random?: () => number;
  /** Events in order, in batches of one tick; absent: none are made. */
  onEvents?(events: RunEvent[]): void;
  /** Pause, resume, breakpoints and steps. */
  control?: RunControl;
  /** Values behind `env.NAME` in expressions: an allow-list, never the whole environment. */
  env?: Readonly<Record<string, string>>;
  /** What hides secrets in all that leaves the run; default: one of its own. Given by who shows more of the run than it tells itself. */
  redactor?: Redactor;
  /** The run has failed and all it opened is still open: a look at it. Waited for, 10 s at most; 2 s when its time limit ended it. */
  onFailed?(error: AppError): Promise<void>;
  /** Use `pinnedOutput` in place of running a node (local runs). */
  usePinned?: boolean;
  /** End the run when this step has finished. */
  untilNode?: string;
  /** Begin at this step of the workflow's top level; what steps before it gave is taken from `recorded`. */
  fromNode?: string;
  /** Run only these steps of the top level (containers with all that is in them). */
  onlyNodes?: readonly string[];
  /** What an earlier run left, for `fromNode` and `onlyNodes`. */
  recorded?: RecordedContext;
  /** More steps end the run with RUN_LIMIT; default 10,000,000. */
  maxSteps?: number;
  /** Documents for `workflow.call`, by id; without a version the one that holds now. NOT_FOUND says where was looked. */
  loadWorkflow?(id: string, version?: number): Promise<LoadedWorkflow>;
  /**
   * Nobody watches this run, but somebody answers later: once every line of the run waits for people, it ends as `parked` with what they are asked.
   * Absent: `resources.people` are asked.
   */
  parkOnTasks?: boolean;
  /** Credentials and assets that the workflow names; absent: CREDENTIAL_MISSING where it names any. */
  readVault?: ReadVault;
  /** Jobs on the fleet for `workflow.call`; absent: FLEET_NEEDED. */
  fleet?: FleetJobs;
  /** How long a step took at the longest in earlier runs of the workflow; undefined: not known. */
  expectedMs?(step: { workflowId: string; nodeId: string; type: string }): number | undefined;
  /** A step of which nothing is heard for so long, and five times as long as it ever took, is reported as stuck; default 60 s. */
  stuckAfterMs?: number;
}

export interface RunResult {
  /**
   * `parked`: a step is in doubt and a person has to decide (`error` is STEP_IN_DOUBT, `inDoubtPath` its place), or people are asked (`error` is
   * HUMAN_NEEDED, `tasks` what they are asked).
   */
  status: 'completed' | 'failed' | 'cancelled' | 'parked';
  /** The workflow's declared outputs, evaluated, secrets in them masked; `{}` unless completed. */
  output: Record<string, unknown>;
  error?: AppError;
  inDoubtPath?: string;
  /** Secrets in them are masked. */
  tasks?: readonly ParkedTask[];
  /** Steps that ran, replayed ones not counted. */
  steps: number;
  replayedSteps: number;
  durationMs: number;
}

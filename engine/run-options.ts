import type { AppError, RunEvent, Workflow } from '@casare/shared';
import type { Journal } from './journal/journal.ts';
import type { RunResources } from './resources/run-resources.ts';
import type { RunControl } from './run-control.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
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
  /** Use `pinnedOutput` in place of running a node (local runs). */
  usePinned?: boolean;
  /** End the run when this step has finished. */
  untilNode?: string;
  /** More steps end the run with RUN_LIMIT; default 10,000,000. */
  maxSteps?: number;
  /** Documents for `workflow.call`, by id. */
  loadWorkflow?(id: string, version?: number): Promise<Workflow>;
}

export interface RunResult {
  /** `parked`: a step is in doubt and a person has to decide; `error` is STEP_IN_DOUBT, `inDoubtPath` its place. */
  status: 'completed' | 'failed' | 'cancelled' | 'parked';
  /** The workflow's declared outputs, evaluated; `{}` unless completed. */
  output: Record<string, unknown>;
  error?: AppError;
  inDoubtPath?: string;
  /** Steps that ran, replayed ones not counted. */
  steps: number;
  replayedSteps: number;
  durationMs: number;
}

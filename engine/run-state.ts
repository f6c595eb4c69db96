import { setImmediate } from 'node:timers/promises';
import { type AppError, asAppError, type ParkedTask, type RunEventBody, type StepRow } from '@casare/shared';
import type { CalledWorkflows } from './call/called-workflows.ts';
import type { FleetJobs } from './call/fleet-jobs.ts';
import type { EventStream } from './event-stream.ts';
import type { Fiber } from './fiber.ts';
import type { Failure, Wait } from './frame.ts';
import type { Journal, NewStepRow } from './journal/journal.ts';
import { timerOver } from './interrupt.ts';
import { toJson } from './json-output.ts';
import type { OpenTasks } from './open-tasks.ts';
import type { Redactor } from './redact.ts';
import type { RecordedStep, Replay } from './replay.ts';
import type { RunResources } from './resources/run-resources.ts';
import type { RunControl } from './run-control.ts';
import type { Clock, RunResult } from './run-options.ts';
import { shownRow } from './shown-row.ts';
import type { StuckWatch } from './stuck-watch.ts';
import type { HostGuard } from './vault/host-guard.ts';
import type { RunVaultAccess } from './vault/run-vault.ts';

/** Why a run ends before its last step: nothing more of it runs, not even a `finally`. */
export interface Halt {
  status: Exclude<RunResult['status'], 'completed'>;
  error: AppError;
  inDoubtPath?: string;
  tasks?: readonly ParkedTask[];
}

export interface RunParts {
  runId: string;
  startedAt: number;
  env: Readonly<Record<string, string>>;
  journal: Journal;
  replay: ReadonlyMap<string, RecordedStep> | undefined;
  waits: Replay['waits'];
  resources: RunResources;
  clock: Clock;
  random: () => number;
  events: EventStream | undefined;
  redactor: Redactor;
  vault: RunVaultAccess;
  /** Which hosts credentials may go to. */
  hosts: HostGuard;
  control: RunControl | undefined;
  /** Where the programs of called workflows come from. */
  called: CalledWorkflows;
  fleet: FleetJobs;
  stuck: StuckWatch | undefined;
  usePinned: boolean;
  maxSteps: number;
  /** Runs a fiber to its end; never rejects. `first` is what its first step waits for, when that was begun already. */
  drive(fiber: Fiber, first?: Wait): Promise<void>;
}

/** Rows of pure steps that may wait for a common flush. */
const rowsPerFlush = 64;
/** … and for how long, when the run is waiting for something else. */
const flushDelayMs = 25;
/** A browser that takes longer to tell its state is not waited for. */
const snapshotWithinMs = 5000;
/** A busy run lets the rest of the process work this often. */
const breathEveryMs = 10;

/** What all fibers of one run share. */
export class RunState {
  readonly parts: RunParts;
  readonly id: string;
  readonly env: Readonly<Record<string, string>>;
  readonly replay: ReadonlyMap<string, RecordedStep> | undefined;
  readonly clock: Clock;
  readonly events: EventStream | undefined;
  readonly redactor: Redactor;
  readonly control: RunControl | undefined;
  steps = 0;
  replayedSteps = 0;
  halt: Halt | undefined;
  /** Failures that passed a Finally and that nobody has handled so far. */
  readonly passing = new Set<Failure>();
  /** Where the run's questions are kept when it may end before they are answered. */
  tasks: OpenTasks | undefined;
  /** The first fiber; aborting it aborts all. */
  root: Fiber | undefined;
  /** Time of the last thing that happened: the next step starts then, so one look at the clock per step is enough. */
  lastAt: number;
  /** A step that acted on the world has finished and its row is not durable yet. */
  effectUnflushed = false;
  /** The browser may have moved since the last `state` row. */
  snapshotDue = false;
  #unflushed = 0;
  #snapshotting: Promise<void> | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #breathedAt = performance.now();

  constructor(parts: RunParts) {
    this.parts = parts;
    this.id = parts.runId;
    this.env = parts.env;
    this.replay = parts.replay;
    this.clock = parts.clock;
    this.events = parts.events;
    this.redactor = parts.redactor;
    this.control = parts.control;
    this.lastAt = parts.startedAt;
  }

  /** What is left of a time limit that runs since then. */
  leftOf(timeoutMs: number, since: number): number {
    const waited = this.parts.waits.reduce((sum, { until, ms }) => (until > since ? sum + ms : sum), 0);
    return Math.max(0, since + timeoutMs + waited - this.clock.now());
  }

  emit(body: RunEventBody): void {
    this.events?.emit(body);
  }

  append(row: NewStepRow): void {
    this.parts.journal.append(row, shownRow(row, this.redactor));
    this.#unflushed += 1;
  }

  /** A flush when enough rows wait for one. */
  flushBatch(): Wait {
    return this.#unflushed >= rowsPerFlush ? this.flush('batch') : undefined;
  }

  flush(reason: 'batch' | 'effect'): Wait {
    if (this.#unflushed === 0) return undefined;
    this.#beginSnapshot();
    // Rows that tell of a page must not be durable without the state of the browser that goes with them.
    return this.#snapshotting === undefined
      ? this.#flushRows(reason)
      : this.#snapshotting.then(() => this.#flushRows(reason));
  }

  #beginSnapshot(): void {
    if (this.#snapshotting !== undefined || !this.snapshotDue) return;
    this.#snapshotting = this.#keepSnapshot().finally(() => {
      this.#snapshotting = undefined;
    });
  }

  /** The last look at the browser of a run that is told to stop, also when no row waits for it: the look before may have failed. */
  async keepBrowser(): Promise<void> {
    this.#beginSnapshot();
    await this.#snapshotting;
    await this.#flushRows('batch');
  }

  #flushRows(reason: 'batch' | 'effect'): Wait {
    this.#unflushed = 0;
    this.effectUnflushed = false;
    return this.parts.journal.flush(reason) ?? undefined;
  }

  /** Called where the run is about to wait: rows that belong together still share a flush, none waits long. */
  flushSoon(): void {
    if (this.#unflushed === 0 || this.#flushTimer !== undefined) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = undefined;
      this.flushNow().catch((thrown: unknown) => this.fail(thrown));
    }, flushDelayMs);
  }

  /** The last flush of a run; nobody goes on in the browser of one that is complete. */
  flushAll(completed: boolean): Promise<void> {
    clearTimeout(this.#flushTimer);
    if (completed) this.snapshotDue = false;
    return this.flushNow();
  }

  /** A flush that gives what a journal throws at once as a rejection. */
  async flushNow(): Promise<void> {
    await this.flush('batch');
  }

  async #keepSnapshot(): Promise<void> {
    this.snapshotDue = false;
    const state = await this.#snapshot();
    if (state === undefined) return;
    const data = toJson(state) as StepRow['data'];
    this.append({ kind: 'state', path: '', nodeId: '', at: this.clock.now(), data });
  }

  /** A page that is being left or hangs cannot be looked at; then the next flush tries again. */
  async #snapshot(): Promise<unknown> {
    const late = new AbortController();
    const limit = this.clock.sleep(snapshotWithinMs, late.signal).then(() => {
      throw new Error('The browser does not answer.');
    });
    try {
      return await Promise.race([this.parts.resources.snapshot(), limit]);
    } catch {
      this.snapshotDue = true;
      return undefined;
    } finally {
      late.abort(timerOver);
      limit.catch(() => undefined);
    }
  }

  /** Ends the run from wherever it is; the first reason counts. */
  stop(halt: Halt): void {
    if (this.halt !== undefined) return;
    this.halt = halt;
    this.root?.abort(halt.error);
  }

  /** Something the workflow cannot handle: the journal cannot be written, a limit is passed. */
  fail(thrown: unknown): void {
    this.stop({ status: 'failed', error: asAppError(thrown) });
  }

  /** Undefined while it is too early; otherwise the rest of the process gets its turn. */
  breathe(): Wait {
    return performance.now() - this.#breathedAt < breathEveryMs ? undefined : this.#takeBreath();
  }

  async #takeBreath(): Promise<void> {
    await this.flush('batch');
    this.events?.flush();
    await setImmediate();
    this.#breathedAt = performance.now();
    this.lastAt = this.clock.now();
  }
}

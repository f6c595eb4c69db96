import { AppError, isBelow, ownerOf } from '@casare/shared';

/** Why a run stands still. */
export type PauseReason = 'pause' | 'breakpoint' | 'step';

/** `into`: the next step, wherever it is; `over`: the next one that is not in the body of this one; `out`: the next one after the container or call it stands in. */
export type StepMode = 'into' | 'over' | 'out';

export interface Breakpoint {
  nodeId: string;
  /** Workflow the step belongs to; absent: any that has a step with this id. */
  workflowId?: string;
  /** A template such as `${item.total > 100}`; stops only where it gives something true. One that fails stops too. */
  condition?: string;
}

/** A step that waits at a pause. */
export interface WaitingStep {
  readonly path: string;
  /** Gives a variable of its workflow another value; throws when it cannot take it. */
  setVariable(name: string, value: unknown): void;
}

/** The hand on a running workflow: pause between nodes, go on, go one step. */
export interface RunControl {
  pause(reason?: PauseReason): void;
  resume(): void;
  /** Lets the step that waits run, then pauses again; default `into`. */
  step(mode?: StepMode): void;
  /** Takes the place of every breakpoint so far, those of the documents included; holds from the next step on. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): void;
  /**
   * Changes a variable while a step waits: of the workflow that step belongs to (`path`; default: the one that waits longest). The journal keeps it.
   * CONFLICT while nothing waits, NOT_FOUND for a variable that does not exist, VALIDATION for a value of another type.
   */
  setVariable(name: string, value: unknown, path?: string): void;
  readonly paused: boolean;
  readonly reason: PauseReason;
  /** Undefined: those that stand in the documents. */
  readonly breakpoints: readonly Breakpoint[] | undefined;
  /** Whether a step runs although the run is paused, because it belongs to what was stepped over. Called by the engine. */
  passes(path: string): boolean;
  /** Resolves when a step that waits may run; rejects with the signal's reason. Called by the engine. */
  whenReleased(signal: AbortSignal, step: WaitingStep): Promise<void>;
}

export interface RunControlOptions {
  /** Stand still before the first step. */
  paused?: boolean;
  /** In place of those in the documents. */
  breakpoints?: readonly Breakpoint[];
}

export function createRunControl(options: RunControlOptions = {}): RunControl {
  let paused = options.paused === true;
  let reason: PauseReason = 'pause';
  let breakpoints = options.breakpoints;
  /** Steps below this one run although the run is paused. */
  let passing: string | undefined;
  /** Steps that wait, in order: `step` lets the first go, `resume` all. */
  const waiting = new Map<WaitingStep, () => void>();

  function goOn(): void {
    paused = false;
    passing = undefined;
    for (const release of [...waiting.values()]) release();
  }

  function step(mode: StepMode): void {
    const [first] = waiting;
    const path = first?.[0].path;
    const owner = path === undefined || mode !== 'out' ? undefined : ownerOf(path);
    // There is nothing to step out of at the top: the rest of the run is what remains.
    if (path !== undefined && mode === 'out' && owner === undefined) return goOn();
    paused = true;
    reason = 'step';
    passing = mode === 'over' ? path : owner;
    first?.[1]();
  }

  return {
    get paused() {
      return paused;
    },
    get reason() {
      return reason;
    },
    get breakpoints() {
      return breakpoints;
    },
    pause(why = 'pause') {
      paused = true;
      reason = why;
      passing = undefined;
    },
    resume: goOn,
    step: (mode = 'into') => step(mode),
    setBreakpoints(list) {
      breakpoints = [...list];
    },
    setVariable(name, value, path) {
      const found = [...waiting.keys()].find((one) => path === undefined || one.path === path);
      if (found) return found.setVariable(name, value);
      throw new AppError(
        'CONFLICT',
        path === undefined
          ? 'Variables can be changed while the run is paused. Pause it, and wait until the step that runs has ended.'
          : `The run does not stand at ${path}. Change the variable at a step where it is paused.`,
      );
    },
    passes: (path) => passing !== undefined && isBelow(path, passing),
    whenReleased(signal, step) {
      return new Promise((resolve, reject) => {
        const end = () => {
          waiting.delete(step);
          signal.removeEventListener('abort', abort);
        };
        const release = () => {
          end();
          resolve();
        };
        const abort = () => {
          end();
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the reason of an abort is handed on as it is.
          reject(signal.reason);
        };
        if (signal.aborted) return abort();
        waiting.set(step, release);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };
}

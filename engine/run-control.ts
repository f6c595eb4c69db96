/** Why a run stands still. */
export type PauseReason = 'pause' | 'breakpoint' | 'step';

/** The hand on a running workflow: pause between nodes, go on, go one step. */
export interface RunControl {
  pause(reason?: PauseReason): void;
  resume(): void;
  /** Runs one more node, then pauses again. */
  step(): void;
  readonly paused: boolean;
  readonly reason: PauseReason;
  /** Resolves when a step that waits may run; rejects with the signal's reason. Called by the engine. */
  whenReleased(signal: AbortSignal): Promise<void>;
}

export function createRunControl(): RunControl {
  let paused = false;
  let reason: PauseReason = 'pause';
  /** Steps that wait, in order: `step` lets the first go, `resume` all. */
  const waiting = new Set<() => void>();

  return {
    get paused() {
      return paused;
    },
    get reason() {
      return reason;
    },
    pause(why = 'pause') {
      paused = true;
      reason = why;
    },
    resume() {
      paused = false;
      for (const release of [...waiting]) release();
    },
    step() {
      paused = true;
      reason = 'step';
      const [first] = waiting;
      first?.();
    },
    whenReleased(signal) {
      return new Promise((resolve, reject) => {
        const end = () => {
          waiting.delete(release);
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
        waiting.add(release);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };
}

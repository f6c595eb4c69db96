import type { RunEventBody } from '@casare/shared';
import type { RunOptions } from './run-options.ts';

/** A step that is at work. */
export interface WatchedStep {
  readonly workflowId: string;
  readonly nodeId: string;
  readonly type: string;
  readonly path: string;
  startedAt: number;
  /** Time of the last thing it told. */
  heardAt: number;
  reported?: boolean;
}

/** Looks after steps that take long; it tells and never stops anything. */
export interface StuckWatch {
  begin(step: WatchedStep): void;
  end(step: WatchedStep): void;
  close(): void;
}

const lookEveryMs = 1000;
const defaultAfterMs = 60_000;
/** Times the longest it ever took. */
const factor = 5;

export function createStuckWatch(
  options: Pick<RunOptions, 'expectedMs' | 'stuckAfterMs'>,
  now: () => number,
  emit: (body: RunEventBody) => void,
): StuckWatch {
  const atWork = new Set<WatchedStep>();
  const { stuckAfterMs = defaultAfterMs } = options;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const at = now();
    for (const step of atWork) {
      if (step.reported || at - step.heardAt < stuckAfterMs) continue;
      const expectedMs = options.expectedMs?.(step);
      if (expectedMs !== undefined && at - step.heardAt < factor * expectedMs) continue;
      step.reported = true;
      report(step, at - step.startedAt, expectedMs);
    }
  }

  function report({ nodeId, path, type }: WatchedStep, runningMs: number, expectedMs: number | undefined): void {
    emit({ type: 'node.stuck', nodeId, path, runningMs, ...(expectedMs !== undefined && { expectedMs }) });
    const usual = expectedMs === undefined ? '' : `, at the longest so far ${Math.ceil(expectedMs / 1000)} s`;
    const message = `Nothing was heard of this step (${type}) for a long time: it runs for ${Math.round(runningMs / 1000)} s${usual}. It may be stuck.`;
    emit({ type: 'node.log', nodeId, path, level: 'warn', message });
  }

  return {
    begin(step) {
      atWork.add(step);
      // A run of steps that answer at once needs no timer.
      timer ??= setInterval(look, lookEveryMs).unref();
    },
    end: (step) => void atWork.delete(step),
    close: () => clearInterval(timer),
  };
}

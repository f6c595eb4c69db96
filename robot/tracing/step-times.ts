import type { RunEvent } from '@casare/shared';

/** One try of a step, as the agent makes a span of it. */
export interface StepTime {
  path: string;
  nodeId: string;
  /** Absent for steps of called workflows. */
  nodeType?: string;
  attempt: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
  errorCode?: string;
}

/** A loop can have a million steps; what follows is counted only. */
const MOST_STEPS = 1000;

/** Gathers how long steps took from the events of a run: up to `MOST_STEPS`, and how many more there were. */
export function createStepTimes(types: ReadonlyMap<string, string>, most = MOST_STEPS) {
  const open = new Map<string, { at: number; attempt: number }>();
  let told = 0;

  function timeOf(event: RunEvent): StepTime | undefined {
    if (event.type === 'node.started') {
      open.set(event.path, { at: event.at, attempt: event.attempt });
      return undefined;
    }
    if (event.type !== 'node.finished' && event.type !== 'node.failed' && event.type !== 'node.retrying')
      return undefined;
    const begun = open.get(event.path);
    open.delete(event.path);
    // Taken from the journal: it did not run here.
    if (!begun) return undefined;
    const type = event.path.includes('/call/') ? undefined : types.get(event.nodeId);
    return {
      path: event.path,
      nodeId: event.nodeId,
      ...(type !== undefined && { nodeType: type }),
      attempt: begun.attempt,
      startedAt: begun.at,
      endedAt: event.at,
      ...(event.type !== 'node.finished' && { errorCode: event.error.code }),
    };
  }

  return {
    /** Those that ended with these events and are to be told, and how many are only counted. */
    take(events: readonly RunEvent[]): { steps: StepTime[]; more: number } {
      const ended = events.map(timeOf).filter((step) => step !== undefined);
      const steps = ended.slice(0, Math.max(0, most - told));
      told += ended.length;
      return { steps, more: ended.length - steps.length };
    },
  };
}

import type { RunEvent, WireError } from '@casare/shared';

/** `waiting`: not reached, as the run is paused before it. */
export type StepState = 'running' | 'done' | 'failed' | 'handled' | 'retrying' | 'waiting';

/** One pass through a step; loops make many. */
export interface StepPass {
  path: string;
  state: StepState;
  startedAt: number;
  durationMs?: number;
  port?: string;
  output?: unknown;
  /** The whole output is on the host only. */
  truncated?: boolean;
  error?: WireError;
  attempt?: number;
}

/** What the canvas shows of one step; a new object whenever something changed. */
export interface StepOverlay {
  state: StepState;
  /** Passes that ended. */
  count: number;
  durationMs?: number;
  progress?: number;
  message?: string;
  attempt?: number;
  error?: WireError;
  /** The newest passes, oldest first. */
  passes: readonly StepPass[];
  replayed?: boolean;
  pinned?: boolean;
  /** The run stands before this step, or within what it calls. */
  paused?: boolean;
  /** Since when nothing was heard of it, for much longer than it ever took. */
  silentSince?: number;
}

/** A loop of a million rounds must not fill the memory: counts stay exact, older passes go. */
export const KEPT_PASSES = 500;

export type NodeEvent = Extract<
  RunEvent,
  { type: 'node.started' | 'node.progress' | 'node.finished' | 'node.failed' | 'node.retrying' }
>;

export function stepAfter(step: StepOverlay | undefined, event: NodeEvent): StepOverlay {
  // Whatever is heard of it ends its silence, and it no longer waits.
  const { silentSince: _, paused: __, ...before }: StepOverlay = step ?? { state: 'running', count: 0, passes: [] };
  switch (event.type) {
    case 'node.started': {
      const pass: StepPass = { path: event.path, state: 'running', startedAt: event.at, attempt: event.attempt };
      return {
        ...before,
        state: 'running',
        attempt: event.attempt,
        error: undefined,
        progress: undefined,
        message: undefined,
        passes: withPass(before.passes, pass),
      };
    }
    case 'node.progress':
      return { ...before, progress: event.fraction, message: event.message };
    case 'node.retrying':
      return { ...before, state: 'retrying', attempt: event.attempt, error: event.error };
    case 'node.finished': {
      const { path, port, output, truncated, durationMs } = event;
      const startedAt = event.at - durationMs;
      const pass: StepPass = { path, state: 'done', startedAt, durationMs, port, output, truncated };
      return {
        ...before,
        state: 'done',
        count: before.count + 1,
        durationMs,
        progress: undefined,
        message: undefined,
        error: undefined,
        replayed: event.replayed,
        pinned: event.pinned,
        passes: withPass(before.passes, pass),
      };
    }
    case 'node.failed': {
      const state = event.handled ? 'handled' : 'failed';
      const { path, durationMs, error } = event;
      const pass: StepPass = { path, state, startedAt: event.at - durationMs, durationMs, error };
      return {
        ...before,
        state,
        count: before.count + 1,
        durationMs,
        error,
        passes: withPass(before.passes, pass),
      };
    }
  }
}

/** The pass with the same path is the same pass, further on. It is nearly always the newest. */
function withPass(passes: readonly StepPass[], pass: StepPass): readonly StepPass[] {
  const at = passes.findLastIndex((known) => known.path === pass.path);
  if (at === -1) return [...passes.slice(-(KEPT_PASSES - 1)), pass];
  return passes.with(at, pass);
}

/** Marks the step before which the run stands; the mark goes when the run goes on. */
export function pausedStep(step: StepOverlay | undefined, paused: boolean): StepOverlay {
  const before: StepOverlay = step ?? { state: 'waiting', count: 0, passes: [] };
  if (paused) return { ...before, paused };
  const { paused: _, ...rest } = before;
  return rest;
}

/** The run ended while it was going on: a cancelled step tells no end of its own. */
export function stoppedStep(step: StepOverlay): StepOverlay {
  const passes = step.passes.map((pass) => (pass.state === 'running' ? { ...pass, state: 'handled' as const } : pass));
  return { ...step, state: step.count > 0 ? 'done' : 'handled', progress: undefined, passes };
}

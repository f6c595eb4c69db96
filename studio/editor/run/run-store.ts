import type { RunEvent, RunStatus } from '@casare/shared';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { applyRunEvents, type RunOverlay } from './run-overlay.ts';
import type { StepOverlay } from './step-overlay.ts';

/**
 * State of the shown run, apart from the document: a step subscribes to its own state only, so that 200 events a second
 * draw the few steps they name and never the canvas (measured at 1,000 steps: 0.8 ms a frame against 50 ms).
 */
export interface RunStore {
  overlay(): RunOverlay | undefined;
  step(nodeId: string): StepOverlay | undefined;
  /** A run that is shown but not going on: opened from the history. */
  replay(): boolean;
  show(overlay: RunOverlay | undefined, replay?: boolean): void;
  /** Kept for a moment, then applied together. */
  push(events: readonly RunEvent[]): void;
  flush(): void;
  subscribe(listener: () => void): () => void;
  subscribeStep(nodeId: string, listener: () => void): () => void;
}

/** Soon enough to look immediate; at 200 events a second a quarter of the work of drawing every frame. */
const DRAW_EVERY_MS = 70;
/** What only informs on the side (previews of expressions, data that went into a step) can be a little late while a run goes on. */
const ASIDE_EVERY_MS = 400;

export function createRunStore(
  schedule: (apply: () => void) => void = (apply) => setTimeout(apply, DRAW_EVERY_MS),
): RunStore {
  let overlay: RunOverlay | undefined;
  let replay = false;
  let waiting: RunEvent[] = [];
  const listeners = new Set<() => void>();
  const stepListeners = new Map<string, Set<() => void>>();

  const replace = (next: RunOverlay | undefined) => {
    const before = overlay;
    overlay = next;
    for (const [nodeId, set] of stepListeners) {
      if (before?.steps.get(nodeId) !== next?.steps.get(nodeId)) for (const listener of set) listener();
    }
    for (const listener of listeners) listener();
  };
  const flush = () => {
    if (waiting.length === 0 || !overlay) return;
    const events = waiting;
    waiting = [];
    replace(applyRunEvents(overlay, events));
  };
  return {
    overlay: () => overlay,
    step: (nodeId) => overlay?.steps.get(nodeId),
    replay: () => replay,
    show: (next, isReplay = false) => {
      waiting = [];
      replay = isReplay;
      replace(next);
    },
    push: (events) => {
      if (waiting.length === 0) schedule(flush);
      waiting.push(...events);
    },
    flush,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribeStep: (nodeId, listener) => {
      const set = stepListeners.get(nodeId) ?? new Set();
      stepListeners.set(nodeId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) stepListeners.delete(nodeId);
      };
    },
  };
}

export function useStepOverlay(store: RunStore, nodeId: string): StepOverlay | undefined {
  const subscribe = useCallback((listener: () => void) => store.subscribeStep(nodeId, listener), [store, nodeId]);
  return useSyncExternalStore(subscribe, () => store.step(nodeId));
}

/** One value of it, so that what shows that alone is drawn again only when it changes. */
export function useRunPart<T>(store: RunStore, part: (overlay: RunOverlay | undefined) => T): T {
  return useSyncExternalStore(store.subscribe, () => part(store.overlay()));
}

export function useRunStatus(store: RunStore): RunStatus | undefined {
  return useRunPart(store, (overlay) => overlay?.status);
}

/** The overlay for what stands aside: a little late while the run goes on, exact once it does not. */
export function useRunOverlayAside(store: RunStore): RunOverlay | undefined {
  const [shown, setShown] = useState(store.overlay);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      clearTimeout(timer);
      timer = undefined;
      setShown(store.overlay());
    };
    const onChange = () => {
      if (store.overlay()?.status === 'running') timer ??= setTimeout(show, ASIDE_EVERY_MS);
      else show();
    };
    onChange();
    const unsubscribe = store.subscribe(onChange);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
  return shown;
}

export function isActive(status: RunStatus | undefined): boolean {
  return status === 'running' || status === 'paused';
}

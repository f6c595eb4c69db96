import { isErrorCode, type RunEvent, type RunSummary, type StudioHost } from '@casare/shared';
import type { OpenDocument } from '../files/open-document.ts';
import { overlayFromJournal, type RunOverlay, startOverlay } from './run-overlay.ts';

export interface StartOptions {
  input: Record<string, unknown>;
  untilNode?: string;
  debug: boolean;
  headless: boolean;
  /** Pauses before the first step ("step" with no run yet). */
  paused?: boolean;
}

/** Starts and steers runs on this machine and brings their events to the documents that show them. */
export interface RunController {
  start(document: OpenDocument, options: StartOptions): Promise<void>;
  stop(document: OpenDocument): Promise<void>;
  pause(document: OpenDocument): Promise<void>;
  resume(document: OpenDocument, step?: boolean): Promise<void>;
  /** Shows a run of the history on the canvas. */
  replay(document: OpenDocument, run: RunSummary): Promise<void>;
  dispose(): void;
}

export function createRunController(host: StudioHost): RunController {
  const shown = new Map<string, OpenDocument>();
  // Events can overtake the reply that names their run.
  const early = new Map<string, RunEvent[]>();
  let starting = 0;

  const unsubscribe = host.on('run.events', ({ runId, events }) => {
    const document = shown.get(runId);
    if (document) document.run.push(events);
    else if (starting > 0) early.set(runId, [...(early.get(runId) ?? []), ...events]);
  });

  const idOf = (document: OpenDocument) => {
    const overlay = document.run.overlay();
    return overlay && !document.run.replay() ? overlay.runId : undefined;
  };
  const show = (document: OpenDocument, runId: string, input: RunOverlay['input']) => {
    for (const [id, other] of shown) if (other === document) shown.delete(id);
    shown.set(runId, document);
    document.run.show(startOverlay(runId, Date.now(), input));
    document.run.push(early.get(runId) ?? []);
  };

  return {
    start: async (document, { paused, ...options }) => {
      starting++;
      try {
        const workflow = document.store.getState().workflow();
        const { runId } = await host.call('run.start', {
          document: workflow,
          ...options,
          input: options.input as Record<string, never>, // JSON by the form that made it
        });
        show(document, runId, options.input);
        if (paused) await host.call('run.pause', { runId });
      } finally {
        starting--;
        if (starting === 0) early.clear();
      }
    },
    stop: async (document) => {
      const runId = idOf(document);
      if (runId) await host.call('run.stop', { runId });
    },
    pause: async (document) => {
      const runId = idOf(document);
      if (runId) await host.call('run.pause', { runId });
    },
    resume: async (document, step = false) => {
      const runId = idOf(document);
      if (runId) await host.call('run.resume', { runId, step });
    },
    replay: async (document, run) => {
      document.run.show(await readRun(host, run), true);
    },
    dispose: unsubscribe,
  };
}

const PAGE = 5000;
/** What a canvas can show; a longer run is read up to here. */
const MOST_STEPS = 50_000;

async function readRun(host: StudioHost, run: RunSummary): Promise<RunOverlay> {
  let overlay: RunOverlay = startOverlay(run.runId, run.startedAt);
  for (let after = 0; after < MOST_STEPS; ) {
    const { steps } = await host.call('runs.steps', { runId: run.runId, after, limit: PAGE });
    overlay = overlayFromJournal(overlay, steps);
    if (steps.length < PAGE) break;
    after = steps.at(-1)?.seq ?? MOST_STEPS;
  }
  const { error } = run;
  return {
    ...overlay,
    status: run.status,
    durationMs: run.durationMs ?? undefined,
    finishedAt: run.durationMs === null ? undefined : run.startedAt + run.durationMs,
    error: error ? { code: isErrorCode(error.code) ? error.code : 'INTERNAL', message: error.message } : undefined,
  };
}

import { type HostRequest, isErrorCode, type RunEvent, type RunSummary, type StudioHost } from '@casare/shared';
import { breakpointsOf, type Conditions } from '../debug/breakpoints.ts';
import type { WorkflowFolder } from '../called/workflow-folder.ts';
import type { OpenDocument } from '../files/open-document.ts';
import { earlierSteps } from './earlier-steps.ts';
import { overlayFromJournal, type RunOverlay, startOverlay } from './run-overlay.ts';

/** Which part of a workflow is to run; nothing of it: the whole. */
export type RunPart = Pick<HostRequest<'run.start'>, 'untilNode' | 'fromNode' | 'onlyNodes'>;

export interface StartOptions extends RunPart {
  input: Record<string, unknown>;
  debug: boolean;
  headless: boolean;
  /** Stands still before the first step. */
  paused?: boolean;
}

export type StepMode = 'into' | 'over' | 'out';

/** Starts and steers runs on this machine and brings their events to the documents that show them. */
export interface RunController {
  start(document: OpenDocument, options: StartOptions): Promise<void>;
  stop(document: OpenDocument): Promise<void>;
  pause(document: OpenDocument): Promise<void>;
  /** Goes on; with a mode only so far. */
  resume(document: OpenDocument, mode?: StepMode): Promise<void>;
  /** Tells a run that goes on which breakpoints there are now. */
  sendBreakpoints(document: OpenDocument): Promise<void>;
  /** `path`: a step where the run is paused, for variables of the workflow it belongs to. */
  setVariable(document: OpenDocument, name: string, value: unknown, path?: string): Promise<void>;
  /** Shows a run of the history on the canvas. */
  replay(document: OpenDocument, run: RunSummary): Promise<void>;
  dispose(): void;
}

export interface RunControllerOptions {
  host: StudioHost;
  workflows: WorkflowFolder;
  conditions: () => Conditions;
}

export function createRunController({ host, workflows, conditions }: RunControllerOptions): RunController {
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
  const show = (document: OpenDocument, runId: string, { input, ...part }: StartOptions) => {
    const before = document.run.overlay();
    const steps = earlierSteps(document.store.getState().document, before, part);
    const isPart = part.fromNode !== undefined || part.onlyNodes !== undefined;
    for (const [id, other] of shown) if (other === document) shown.delete(id);
    shown.set(runId, document);
    document.run.show({
      ...startOverlay(runId, Date.now(), input),
      steps,
      ...(isPart && before && { variables: before.variables }),
    });
    document.run.push(early.get(runId) ?? []);
  };

  /** The run whose outputs a partial one begins with: the one that is shown, else the last one of this workflow. */
  const partialSource = async (document: OpenDocument, { fromNode, onlyNodes }: RunPart) => {
    if (fromNode === undefined && onlyNodes === undefined) return {};
    const shownRun = document.run.overlay()?.runId;
    if (shownRun !== undefined) return { fromRun: shownRun };
    const { id } = document.store.getState().document.head;
    const { runs } = await host.call('runs.list', { workflowId: id, limit: 1 });
    return runs[0] ? { fromRun: runs[0].runId } : {};
  };
  /** Only where one has a condition: without them the run keeps to what stands in the documents. */
  const ownBreakpoints = async (document: OpenDocument) => {
    const known = conditions();
    if (Object.keys(known).length === 0) return {};
    return { breakpoints: await breakpointsOf(document.store.getState().workflow(), known, workflows.load) };
  };

  return {
    start: async (document, options) => {
      starting++;
      try {
        const workflow = document.store.getState().workflow();
        const { runId } = await host.call('run.start', {
          document: workflow,
          ...options,
          ...(await partialSource(document, options)),
          ...(await ownBreakpoints(document)),
          input: options.input as Record<string, never>, // JSON by the form that made it
        });
        show(document, runId, options);
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
    resume: async (document, mode) => {
      const runId = idOf(document);
      if (runId) await host.call('run.resume', { runId, ...(mode && { step: true, mode }) });
    },
    sendBreakpoints: async (document) => {
      const runId = idOf(document);
      if (!runId) return;
      const workflow = document.store.getState().workflow();
      const breakpoints = await breakpointsOf(workflow, conditions(), workflows.load);
      await host.call('run.setBreakpoints', { runId, breakpoints });
    },
    setVariable: async (document, name, value, path) => {
      const runId = idOf(document);
      // JSON by whoever read it from a field.
      if (runId) await host.call('run.setVariable', { runId, name, value: value as never, ...(path && { path }) });
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

import {
  callOf,
  type RunEvent,
  type RunStatus,
  stepIdOf,
  stepOfRun,
  type StepRow,
  type WireError,
} from '@casare/shared';
import { endTrail, KEPT_TRAIL, noteOnTrail, type TrailRow } from './run-trail.ts';
import { pausedStep, type StepOverlay, stepAfter, stoppedStep } from './step-overlay.ts';

export interface LogEntry {
  seq: number;
  at: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  nodeId?: string;
  path?: string;
  message: string;
  data?: unknown;
}

export type Variables = Readonly<Record<string, unknown>>;

export interface RunOverlay {
  runId: string;
  status: RunStatus;
  startedAt: number;
  /** What it was started with, where that is known. */
  input: Readonly<Record<string, unknown>>;
  finishedAt?: number;
  durationMs?: number;
  steps: ReadonlyMap<string, StepOverlay>;
  variables: Variables;
  /** Variables of called workflows, by the path of the step that called them. */
  callVariables: ReadonlyMap<string, Variables>;
  logs: readonly LogEntry[];
  /** The newest steps in the order in which the run came by them. */
  trail: readonly TrailRow[];
  /** Step of this workflow where the run stands or stood last. */
  current?: string;
  /** Path of the step where it stands or stood last, in whichever workflow. */
  currentPath?: string;
  pausedAt?: { nodeId?: string; path?: string; reason: 'pause' | 'breakpoint' | 'step' };
  output?: unknown;
  error?: WireError;
  /** The step whose failure ended the run. */
  failedNode?: string;
}

const KEPT_LOGS = 20_000;

export function startOverlay(runId: string, startedAt: number, input: RunOverlay['input'] = {}): RunOverlay {
  const empty = { steps: new Map(), variables: {}, callVariables: new Map(), logs: [], trail: [] };
  return { runId, status: 'running', startedAt, input, ...empty };
}

/** An overlay that a batch of events is being written into. */
interface Draft extends RunOverlay {
  steps: Map<string, StepOverlay>;
  logs: LogEntry[];
  trail: TrailRow[];
}

/** The overlay after a batch of events. Only steps that the batch names get a new object. */
export function applyRunEvents(overlay: RunOverlay, events: readonly RunEvent[]): RunOverlay {
  const draft: Draft = { ...overlay, steps: new Map(overlay.steps), logs: [], trail: [...overlay.trail] };
  for (const event of events) applyEvent(draft, event);
  return {
    ...draft,
    // What nothing was added to stays the same list: who shows it alone is not drawn again.
    logs: draft.logs.length > 0 ? [...overlay.logs, ...draft.logs].slice(-KEPT_LOGS) : overlay.logs,
    trail: draft.trail.length > KEPT_TRAIL ? draft.trail.slice(-KEPT_TRAIL) : draft.trail,
  };
}

function applyEvent(run: Draft, event: RunEvent): void {
  switch (event.type) {
    case 'run.started':
      run.startedAt = event.at;
      run.status = 'running';
      return;
    case 'node.log': {
      const { seq, at, level, path, message, data } = event;
      run.logs.push({ seq, at, level, nodeId: shownNode(path), path, message, data });
      return;
    }
    case 'variable.changed':
      setVariable(run, event);
      return;
    case 'run.paused':
      pause(run, event);
      return;
    case 'run.resumed':
      run.status = 'running';
      goOn(run);
      return;
    case 'run.finished':
      finishRun(run, event);
      return;
    case 'node.stuck': {
      // The engine tells it in the log as well.
      const id = shownNode(event.path);
      const step = run.steps.get(id);
      if (step) run.steps.set(id, { ...step, silentSince: event.at - event.runningMs });
      return;
    }
    default:
      applyStep(run, event);
  }
}

function applyStep(run: Draft, event: Parameters<typeof stepAfter>[1]): void {
  const shown = shownNode(event.path);
  run.current = shown;
  run.currentPath = event.path;
  noteOnTrail(run.trail, event);
  if (event.type === 'node.failed') run.logs.push(failureLine(event));
  if (callOf(event.path) !== undefined) {
    // A step of a called workflow: what it comes to is shown at the step that called it.
    const call = run.steps.get(shown);
    if (call?.silentSince !== undefined || call?.paused)
      run.steps.set(shown, { ...pausedStep(call, false), silentSince: undefined });
    return;
  }
  run.steps.set(event.nodeId, stepAfter(run.steps.get(event.nodeId), event));
  // A container fails after the step inside it: the first failure is the place to look at.
  if (event.type === 'node.failed' && !event.handled) run.failedNode ??= event.nodeId;
}

function setVariable(run: Draft, { name, value, call }: Extract<RunEvent, { type: 'variable.changed' }>): void {
  if (call === undefined) run.variables = { ...run.variables, [name]: value };
  else run.callVariables = new Map(run.callVariables).set(call, { ...run.callVariables.get(call), [name]: value });
}

function pause(run: Draft, event: Extract<RunEvent, { type: 'run.paused' }>): void {
  run.status = 'paused';
  const nodeId = event.path === undefined ? event.nodeId : shownNode(event.path);
  run.pausedAt = { nodeId, path: event.path, reason: event.reason };
  if (nodeId === undefined) return;
  run.current = nodeId;
  run.currentPath = event.path ?? nodeId;
  run.steps.set(nodeId, pausedStep(run.steps.get(nodeId), true));
}

function goOn(run: Draft): void {
  run.pausedAt = undefined;
  for (const [id, step] of run.steps) if (step.paused) run.steps.set(id, pausedStep(step, false));
}

function finishRun(run: Draft, event: Extract<RunEvent, { type: 'run.finished' }>): void {
  run.status = event.status;
  run.durationMs = event.durationMs;
  run.finishedAt = event.at;
  run.output = event.output;
  run.error = event.error;
  goOn(run);
  run.trail = endTrail(run.trail);
  for (const [id, step] of run.steps) {
    if (step.state === 'running' || step.state === 'retrying') run.steps.set(id, stoppedStep(step));
    else if (step.state === 'waiting') run.steps.delete(id);
  }
  run.logs.push({
    seq: event.seq,
    at: event.at,
    level: event.status === 'failed' ? 'error' : 'info',
    message: event.error ? `Run ${event.status}: ${event.error.message}` : `Run ${event.status}`,
  });
}

/** The step on the canvas: for one of a called workflow, the step that called it. */
function shownNode(path: string): string {
  return stepIdOf(stepOfRun(path));
}

function failureLine(event: Extract<RunEvent, { type: 'node.failed' }>): LogEntry {
  return {
    seq: event.seq,
    at: event.at,
    level: event.handled ? 'warn' : 'error',
    nodeId: shownNode(event.path),
    path: event.path,
    message: `${event.error.code}: ${event.error.message}`,
    data: event.error.details,
  };
}

/** A finished run from its journal, as if its events had been watched. */
export function overlayFromJournal(overlay: RunOverlay, steps: readonly StepRow[]): RunOverlay {
  const events: RunEvent[] = [];
  const caught = new Set(steps.flatMap((row) => (row.kind === 'handled' ? [row.path] : [])));
  for (const row of steps) {
    const base = { seq: row.seq, at: row.at, nodeId: row.nodeId, path: row.path };
    const durationMs = row.durationMs ?? 0;
    if (row.kind === 'started') events.push({ ...base, type: 'node.started', attempt: 1 });
    if (row.kind === 'finished') {
      events.push({ ...base, type: 'node.finished', port: row.port ?? 'out', durationMs, output: row.output });
    }
    const call = callOf(row.path);
    for (const [name, value] of Object.entries(row.vars ?? {})) {
      events.push({
        seq: row.seq,
        at: row.at,
        type: 'variable.changed',
        name,
        value,
        ...(call !== undefined && { call }),
      });
    }
    if (row.kind === 'failed' && row.error) {
      events.push({ ...base, type: 'node.failed', durationMs, error: row.error, handled: caught.has(row.path) });
    }
  }
  return applyRunEvents(overlay, events);
}

import type { RunEvent, RunStatus, StepRow, WireError } from '@casare/shared';

export type StepState = 'running' | 'done' | 'failed' | 'handled' | 'retrying' | 'paused';

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
}

export interface LogEntry {
  seq: number;
  at: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  nodeId?: string;
  path?: string;
  message: string;
  data?: unknown;
}

export interface RunOverlay {
  runId: string;
  status: RunStatus;
  startedAt: number;
  /** What it was started with, where that is known. */
  input: Readonly<Record<string, unknown>>;
  finishedAt?: number;
  durationMs?: number;
  steps: ReadonlyMap<string, StepOverlay>;
  variables: Readonly<Record<string, unknown>>;
  logs: readonly LogEntry[];
  /** Where the run stands or stood last. */
  current?: string;
  pausedAt?: { nodeId?: string; path?: string; reason: 'pause' | 'breakpoint' | 'step' };
  output?: unknown;
  error?: WireError;
  /** The step whose failure ended the run. */
  failedNode?: string;
}

/** A loop of a million rounds must not fill the memory: counts stay exact, older passes and lines go. */
export const KEPT_PASSES = 500;
const KEPT_LOGS = 20_000;

export function startOverlay(runId: string, startedAt: number, input: RunOverlay['input'] = {}): RunOverlay {
  return { runId, status: 'running', startedAt, input, steps: new Map(), variables: {}, logs: [] };
}

/** The overlay after a batch of events. Only steps that the batch names get a new object. */
export function applyRunEvents(overlay: RunOverlay, events: readonly RunEvent[]): RunOverlay {
  const steps = new Map(overlay.steps);
  const logs: LogEntry[] = [];
  const next: RunOverlay = { ...overlay, steps };
  const variables: Record<string, unknown> = {};
  for (const event of events) applyEvent(next, steps, logs, variables, event);
  if (logs.length > 0) next.logs = [...overlay.logs, ...logs].slice(-KEPT_LOGS);
  if (Object.keys(variables).length > 0) next.variables = { ...overlay.variables, ...variables };
  return next;
}

function applyEvent(
  run: RunOverlay,
  steps: Map<string, StepOverlay>,
  logs: LogEntry[],
  variables: Record<string, unknown>,
  event: RunEvent,
): void {
  switch (event.type) {
    case 'run.started':
      run.startedAt = event.at;
      run.status = 'running';
      return;
    case 'node.log': {
      const { seq, at, level, nodeId, path, message, data } = event;
      logs.push({ seq, at, level, nodeId, path, message, data });
      return;
    }
    case 'variable.changed':
      variables[event.name] = event.value;
      return;
    case 'run.paused':
      run.status = 'paused';
      run.pausedAt = { nodeId: event.nodeId, path: event.path, reason: event.reason };
      if (event.nodeId !== undefined) run.current = event.nodeId;
      return;
    case 'run.resumed':
      run.status = 'running';
      run.pausedAt = undefined;
      return;
    case 'run.finished':
      finishRun(run, steps, logs, event);
      return;
    default:
      run.current = event.nodeId;
      steps.set(event.nodeId, stepAfter(steps.get(event.nodeId), event));
      if (event.type === 'node.failed') {
        // A container fails after the step inside it: the first failure is the place to look at.
        if (!event.handled) run.failedNode ??= event.nodeId;
        logs.push(failureLine(event));
      }
  }
}

type NodeEvent = Extract<
  RunEvent,
  { type: 'node.started' | 'node.progress' | 'node.finished' | 'node.failed' | 'node.retrying' }
>;

function stepAfter(step: StepOverlay | undefined, event: NodeEvent): StepOverlay {
  const before: StepOverlay = step ?? { state: 'running', count: 0, passes: [] };
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

function finishRun(
  run: RunOverlay,
  steps: Map<string, StepOverlay>,
  logs: LogEntry[],
  event: Extract<RunEvent, { type: 'run.finished' }>,
): void {
  run.status = event.status;
  run.durationMs = event.durationMs;
  run.finishedAt = event.at;
  run.output = event.output;
  run.error = event.error;
  run.pausedAt = undefined;
  // A cancelled step tells no end of its own.
  for (const [id, step] of steps) {
    if (step.state === 'running' || step.state === 'retrying') steps.set(id, stoppedStep(step));
  }
  logs.push({
    seq: event.seq,
    at: event.at,
    level: event.status === 'failed' ? 'error' : 'info',
    message: event.error ? `Run ${event.status}: ${event.error.message}` : `Run ${event.status}`,
  });
}

function stoppedStep(step: StepOverlay): StepOverlay {
  const passes = step.passes.map((pass) => (pass.state === 'running' ? { ...pass, state: 'handled' as const } : pass));
  return { ...step, state: step.count > 0 ? 'done' : 'handled', progress: undefined, passes };
}

function failureLine(event: Extract<RunEvent, { type: 'node.failed' }>): LogEntry {
  return {
    seq: event.seq,
    at: event.at,
    level: event.handled ? 'warn' : 'error',
    nodeId: event.nodeId,
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
      for (const [name, value] of Object.entries(row.vars ?? {})) {
        events.push({ seq: row.seq, at: row.at, type: 'variable.changed', name, value });
      }
    }
    if (row.kind === 'failed' && row.error) {
      events.push({ ...base, type: 'node.failed', durationMs, error: row.error, handled: caught.has(row.path) });
    }
  }
  return applyRunEvents(overlay, events);
}

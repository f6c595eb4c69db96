import { callOf, partsOf, type StepRow } from '@casare/shared';
import type { Program } from './program.ts';

/** What the journal knows of one step. */
export interface RecordedStep {
  finished?: StepRow;
  failed?: StepRow;
  /** The failure was caught. */
  handled: boolean;
  /** The last start; `startEnded` when a later row tells how it went. */
  started?: StepRow;
  startEnded: boolean;
  /** Variables that a person changed while the run was paused before it. */
  edits?: StepRow[];
}

export interface Replay {
  steps: ReadonlyMap<string, RecordedStep>;
  /** Data of the last `state` row. */
  state: unknown;
  startedAt: number;
  /** When the run was parked until somebody answered: no time limit runs meanwhile. */
  waits: readonly Waited[];
}

interface Waited {
  until: number;
  ms: number;
}

/** Sorts the rows of earlier attempts by step; undefined for a journal without rows. */
export function readReplay(rows: readonly StepRow[], program: Program): Replay | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const steps = new Map<string, RecordedStep>();
  const finallySteps = new Map<string, string[]>();
  const waits: Waited[] = [];
  let state: unknown;
  let before = first.at;
  for (const row of rows) {
    if (isAnswer(row)) waits.push({ until: row.at, ms: Math.max(0, row.at - before) });
    before = row.at;
    if (row.kind === 'state' && row.path === '') {
      state = row.data;
      continue;
    }
    if (row.path.includes('/finally/')) noteFinally(finallySteps, row.path);
    const known = steps.get(row.path);
    if (isOpenFailure(known) && row.kind !== 'handled' && row.kind !== 'state')
      forgetFinally(steps, finallySteps, row.path, program);
    readRow(steps, row);
  }
  for (const [path, step] of steps) {
    if (isOpenFailure(step)) forgetFinally(steps, finallySteps, path, program);
  }
  return { steps, state, startedAt: first.at - (first.durationMs ?? 0), waits };
}

/** What was written beside the start of a step that asks, while nobody had the run. */
function isAnswer({ kind, data }: StepRow): boolean {
  if (kind !== 'started' || data === null || typeof data !== 'object' || Array.isArray(data)) return false;
  return 'answer' in data || data['expired'] === true;
}

function readRow(steps: Map<string, RecordedStep>, row: StepRow): void {
  let step = steps.get(row.path);
  if (step === undefined) {
    step = { handled: false, startEnded: false };
    steps.set(row.path, step);
  }
  switch (row.kind) {
    case 'started':
      step.started = row;
      step.startEnded = false;
      break;
    case 'finished':
      step.finished = row;
      step.startEnded = true;
      break;
    case 'failed':
      step.failed = row;
      step.handled = false;
      step.startEnded = true;
      break;
    case 'handled':
      step.handled = true;
      break;
    case 'state':
      (step.edits ??= []).push(row);
      break;
  }
}

function isOpenFailure(step: RecordedStep | undefined): boolean {
  return step?.failed !== undefined && !step.handled && step.finished === undefined;
}

/**
 * A failure that ended a run is tried again when the run is taken up again. A Finally it passed on its way out belonged to that failure: it has to
 * run again after the new try, so what the journal knows of its steps is forgotten. Not so for steps that must never happen twice.
 */
function forgetFinally(
  steps: Map<string, RecordedStep>,
  finallySteps: Map<string, string[]>,
  failedPath: string,
  program: Program,
): void {
  for (const tryPath of tryPathsOf(failedPath, ['body', 'catch'])) {
    for (const path of finallySteps.get(tryPath) ?? []) {
      const step = steps.get(path);
      if (step !== undefined && mayRepeat(step, path, program)) steps.delete(path);
    }
    finallySteps.delete(tryPath);
  }
}

function mayRepeat(step: RecordedStep, path: string, program: Program): boolean {
  // Which types the steps of a called workflow are is not known yet; those that act on the world have a start of their own.
  if (callOf(path) !== undefined) return step.started === undefined;
  const slot = program.slots.get((step.finished ?? step.failed ?? step.started)?.nodeId ?? '');
  const effect = slot === undefined ? undefined : program.nodes[slot]?.effect;
  return effect !== 'once' && effect !== 'ask';
}

function noteFinally(finallySteps: Map<string, string[]>, path: string): void {
  for (const tryPath of tryPathsOf(path, ['finally'])) {
    const paths = finallySteps.get(tryPath);
    if (paths) paths.push(path);
    else finallySteps.set(tryPath, [path]);
  }
}

/** The places of the Try steps that a path leads through by one of these parts. */
function tryPathsOf(path: string, wanted: readonly string[]): string[] {
  return partsOf(path).flatMap(({ owner, part }) => (part !== undefined && wanted.includes(part) ? [owner] : []));
}

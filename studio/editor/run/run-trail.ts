import { stepIdOf, stepOfRun, type WireError } from '@casare/shared';
import type { NodeEvent, StepState } from './step-overlay.ts';

/** A step as the run came by it, those of called workflows included. */
export interface TrailRow {
  path: string;
  nodeId: string;
  state: StepState;
  startedAt: number;
  durationMs?: number;
  error?: WireError;
}

/** Enough to see where a run has come from; what is older is in the journal. */
export const KEPT_TRAIL = 2000;

/** Notes an event in a list that belongs to this batch alone. */
export function noteOnTrail(rows: TrailRow[], event: NodeEvent): void {
  const { path, nodeId } = event;
  const at = rows.findLastIndex((row) => row.path === path);
  const before = rows[at];
  const row = rowAfter(before ?? { path, nodeId, state: 'running', startedAt: event.at }, event);
  if (at === -1) rows.push(row);
  else rows[at] = row;
}

function rowAfter(row: TrailRow, event: NodeEvent): TrailRow {
  switch (event.type) {
    case 'node.started':
      return { ...row, state: 'running', startedAt: row.state === 'retrying' ? row.startedAt : event.at };
    case 'node.progress':
      return row;
    case 'node.retrying':
      return { ...row, state: 'retrying', error: event.error };
    case 'node.finished':
      return {
        ...row,
        state: 'done',
        startedAt: event.at - event.durationMs,
        durationMs: event.durationMs,
        error: undefined,
      };
    case 'node.failed':
      return {
        ...row,
        state: event.handled ? 'handled' : 'failed',
        startedAt: event.at - event.durationMs,
        durationMs: event.durationMs,
        error: event.error,
      };
  }
}

/** What was under way when the run ended tells no end of its own. */
export function endTrail(rows: readonly TrailRow[]): TrailRow[] {
  return rows.map((row) =>
    row.state === 'running' || row.state === 'retrying' ? { ...row, state: 'handled' as const } : row,
  );
}

/** The step of the shown workflow behind a row: for one of a called workflow, the step that called it. */
export function stepOfTrail({ path }: TrailRow): string {
  return stepIdOf(stepOfRun(path));
}

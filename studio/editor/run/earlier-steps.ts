import { rows, type EditorDocument } from '../store/editor-document.ts';
import type { RunPart } from './run-controller.ts';
import type { RunOverlay } from './run-overlay.ts';
import type { StepOverlay } from './step-overlay.ts';

/** What of the shown run a partial one goes on from: the steps that will not run again, marked as taken over. */
export function earlierSteps(
  document: EditorDocument,
  overlay: RunOverlay | undefined,
  { fromNode, onlyNodes }: RunPart,
): Map<string, StepOverlay> {
  const kept = new Map<string, StepOverlay>();
  if (!overlay || (fromNode === undefined && onlyNodes === undefined)) return kept;
  const again = fromNode === undefined ? new Set(onlyNodes) : behind(document, fromNode);
  for (const [id, step] of overlay.steps) {
    if (!again.has(id) && step.count > 0 && step.state !== 'failed') kept.set(id, { ...step, replayed: true });
  }
  return kept;
}

/** A step and everything that wires lead to from it. */
function behind(document: EditorDocument, start: string): Set<string> {
  const targets = Map.groupBy(rows(document.edges), ({ from }) => from.node);
  const seen = new Set([start]);
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const { to } of targets.get(id) ?? []) {
      if (seen.has(to.node)) continue;
      seen.add(to.node);
      waiting.push(to.node);
    }
  }
  return seen;
}

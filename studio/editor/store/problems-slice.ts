import type { WorkflowProblem } from '@casare/shared';
import type { StoreApi } from 'zustand';
import type { EditorState } from './editor-store.ts';

export interface ProblemsSlice {
  problems: readonly WorkflowProblem[];
  /** The same by step, so that a step subscribes to its own only. */
  problemsByNode: Readonly<Record<string, readonly WorkflowProblem[]>>;
  setProblems(problems: readonly WorkflowProblem[]): void;
}

export function createProblemsSlice(
  set: StoreApi<EditorState>['setState'],
  get: StoreApi<EditorState>['getState'],
): ProblemsSlice {
  return {
    problems: [],
    problemsByNode: {},
    setProblems: (problems) => set({ problems, problemsByNode: groupByNode(problems, get().problemsByNode) }),
  };
}

/** Lists that say the same as before keep their identity: validating again must not draw every step again. */
function groupByNode(
  problems: readonly WorkflowProblem[],
  before: Readonly<Record<string, readonly WorkflowProblem[]>>,
): Record<string, readonly WorkflowProblem[]> {
  const groups: Record<string, WorkflowProblem[]> = {};
  for (const problem of problems) {
    if (problem.nodeId === undefined) continue;
    const group = groups[problem.nodeId];
    if (group) group.push(problem);
    else groups[problem.nodeId] = [problem];
  }
  const result: Record<string, readonly WorkflowProblem[]> = {};
  for (const [nodeId, group] of Object.entries(groups)) {
    const old = before[nodeId];
    result[nodeId] = old && JSON.stringify(old) === JSON.stringify(group) ? old : group;
  }
  return result;
}

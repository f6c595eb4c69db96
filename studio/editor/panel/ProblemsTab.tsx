import type { WorkflowProblem } from '@casare/shared';
import { CircleCheck, CircleX, TriangleAlert, Wrench } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { showStep } from '../actions/run-actions.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { titleOf } from '../edits/new-node.ts';
import { useEditorState } from '../store/selectors.ts';
import { fixCommand, fixLabel } from './problem-fix.ts';

/** What keeps the workflow from running, and what else looks wrong. */
export function ProblemsTab() {
  const env = useEditorEnv();
  const { store } = useDocument();
  const problems = useEditorState(store, (state) => state.problems);
  if (problems.length === 0) {
    return <EmptyState icon={CircleCheck} title="No problems" body="The workflow can run." />;
  }
  const sorted = [...problems].sort((a, b) => rank(a) - rank(b));
  const show = (problem: WorkflowProblem) => {
    if (problem.nodeId) showStep(env, problem.nodeId);
    else if (problem.edgeId) store.getState().select([], [problem.edgeId]);
  };
  return (
    <ul className="min-h-0 flex-1 overflow-auto p-1" aria-label="Problems">
      {sorted.slice(0, 500).map((problem) => (
        <li
          key={`${problem.code}-${problem.path}-${problem.message}`}
          className="flex items-start gap-2 rounded-md px-2 py-1 hover:bg-hover"
        >
          {problem.severity === 'error' ? (
            <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-label="Error" />
          ) : (
            <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warn" aria-label="Warning" />
          )}
          <button type="button" className="min-w-0 flex-1 text-left" onClick={() => show(problem)}>
            {problem.message}
            <span className="ml-2 text-xs text-faint">{placeOf(problem)}</span>
          </button>
          {problem.fix && (
            <Button
              size="sm"
              icon={Wrench}
              onClick={() =>
                problem.fix && store.getState().edit(fixCommand(problem.fix, store.getState().document, env.catalog))
              }
            >
              {fixLabel(problem.fix)}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );

  function placeOf(problem: WorkflowProblem): string {
    const node = store.getState().document.nodes.byId[problem.nodeId ?? ''];
    const title = node && titleOf(node, env.catalog);
    if (title !== undefined) return problem.message.includes(title) ? '' : title;
    return problem.code;
  }
}

function rank(problem: WorkflowProblem): number {
  return problem.severity === 'error' ? 0 : 1;
}

import { analyzeGraph } from '../graph.ts';
import type { CatalogIndex } from '../node-descriptor.ts';
import type { Workflow, WorkflowEdge } from '../workflow.ts';

/** Why a wire may not be drawn, as a sentence for the person drawing it; undefined when it may. */
export function whyNotConnect(
  workflow: Pick<Workflow, 'nodes' | 'edges'>,
  catalog: CatalogIndex,
  edge: Pick<WorkflowEdge, 'from' | 'to'>,
): string | undefined {
  if (edge.from.node === edge.to.node)
    return 'A step cannot lead to itself. To repeat it, put it in the body of a loop.';
  const before = new Set(analyzeGraph(workflow, catalog).problems.map((problem) => problem.message));
  const added = { ...edge, id: '_new' };
  const after = analyzeGraph({ nodes: workflow.nodes, edges: [...workflow.edges, added] }, catalog);
  return after.problems.find((problem) => !before.has(problem.message))?.message;
}
